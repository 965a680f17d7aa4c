using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Backends.Cpu;

/// <content>
/// Element by element, 16 at a time. The output may be one of the inputs, so the last few elements are loaded and stored
/// alone and no element is computed twice.
/// </content>
public sealed partial class CpuBackend
{
    public void Map<TOp>(TOp op, Storage y, Storage x) where TOp : struct, IUnary
    {
        int n = y.Length;
        _workers.For(n, Kernel.Minimum(1), new UnaryJob<TOp>(op, Kernel.Floats(y, n), Kernel.Floats(x, n)));
    }

    public void Map<TOp>(TOp op, Storage y, Storage a, Storage b) where TOp : struct, IBinary
    {
        int n = y.Length;
        _workers.For(n, Kernel.Minimum(1), new BinaryJob<TOp>(op, Kernel.Floats(y, n), Kernel.Floats(a, n), Kernel.Floats(b, n)));
    }

    public void Map<TOp>(TOp op, Storage y, Storage a, Storage b, Storage c) where TOp : struct, ITernary
    {
        int n = y.Length;
        _workers.For(n, Kernel.Minimum(1),
            new TernaryJob<TOp>(op, Kernel.Floats(y, n), Kernel.Floats(a, n), Kernel.Floats(b, n), Kernel.Floats(c, n)));
    }

    private readonly struct UnaryJob<TOp>(TOp op, Floats y, Floats x) : IRangeJob where TOp : struct, IUnary
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            TOp f = op;
            ref float ys = ref y.At(start);
            ref float xs = ref x.At(start);
            int n = end - start, i = 0;
            for (; i + Lanes.Count <= n; i += Lanes.Count) Lanes.Store(f.Apply(Lanes.Load(ref xs, i)), ref ys, i);
            if (i == n) return;
            Vector512<float> last = f.Apply(Lanes.LoadPart(ref x.At(start + i), n - i, 0));
            Lanes.StorePart(last, ref y.At(start + i), n - i);
        }
    }

    private readonly struct BinaryJob<TOp>(TOp op, Floats y, Floats a, Floats b) : IRangeJob where TOp : struct, IBinary
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            TOp f = op;
            ref float ys = ref y.At(start);
            ref float first = ref a.At(start);
            ref float second = ref b.At(start);
            int n = end - start, i = 0;
            for (; i + Lanes.Count <= n; i += Lanes.Count)
                Lanes.Store(f.Apply(Lanes.Load(ref first, i), Lanes.Load(ref second, i)), ref ys, i);
            if (i == n) return;
            Vector512<float> last = f.Apply(
                Lanes.LoadPart(ref a.At(start + i), n - i, 0), Lanes.LoadPart(ref b.At(start + i), n - i, 0));
            Lanes.StorePart(last, ref y.At(start + i), n - i);
        }
    }

    private readonly struct TernaryJob<TOp>(TOp op, Floats y, Floats a, Floats b, Floats c) : IRangeJob where TOp : struct, ITernary
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            TOp f = op;
            ref float ys = ref y.At(start);
            ref float first = ref a.At(start);
            ref float second = ref b.At(start);
            ref float third = ref c.At(start);
            int n = end - start, i = 0;
            for (; i + Lanes.Count <= n; i += Lanes.Count)
                Lanes.Store(f.Apply(Lanes.Load(ref first, i), Lanes.Load(ref second, i), Lanes.Load(ref third, i)), ref ys, i);
            if (i == n) return;
            Vector512<float> last = f.Apply(
                Lanes.LoadPart(ref a.At(start + i), n - i, 0),
                Lanes.LoadPart(ref b.At(start + i), n - i, 0),
                Lanes.LoadPart(ref c.At(start + i), n - i, 0));
            Lanes.StorePart(last, ref y.At(start + i), n - i);
        }
    }
}
