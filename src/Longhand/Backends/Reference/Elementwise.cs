using Longhand.Numerics;
using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>Functions of one element at a time.</summary>
public sealed partial class ReferenceBackend
{
    public void Map<TOp>(TOp op, Storage y, Storage x) where TOp : struct, IUnary
    {
        double[] ys = Of(y), xs = Of(x);
        for (int i = 0; i < ys.Length; i++) ys[i] = op.Apply(xs[i]);
    }

    public void Map<TOp>(TOp op, Storage y, Storage a, Storage b) where TOp : struct, IBinary
    {
        double[] ys = Of(y), first = Of(a), second = Of(b);
        for (int i = 0; i < ys.Length; i++) ys[i] = op.Apply(first[i], second[i]);
    }

    public void Map<TOp>(TOp op, Storage y, Storage a, Storage b, Storage c) where TOp : struct, ITernary
    {
        double[] ys = Of(y), first = Of(a), second = Of(b), third = Of(c);
        for (int i = 0; i < ys.Length; i++) ys[i] = op.Apply(first[i], second[i], third[i]);
    }

    public void AddRow(Storage y, Storage x, Storage row, int n)
    {
        double[] ys = Of(y), xs = Of(x), summands = Of(row);
        for (int i = 0; i < ys.Length; i++) ys[i] = xs[i] + summands[i % n];
    }

    public void Dropout(Storage y, Storage x, Rng rng, float p)
    {
        double[] ys = Of(y), xs = Of(x);
        for (int i = 0; i < ys.Length; i++) ys[i] = rng.Uniform(i) >= p ? xs[i] / (1 - (double)p) : 0;
    }
}
