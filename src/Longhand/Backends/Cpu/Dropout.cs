using System.Runtime.CompilerServices;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>Dropout (Srivastava and others, 2014), scaled while training so that inference needs nothing.</content>
public sealed partial class CpuBackend
{
    public void Dropout(Storage y, Storage x, Rng rng, float p)
    {
        int n = y.Length;
        _workers.For(n, Kernel.Minimum(16), new DropoutJob(Kernel.Array(y, n), Kernel.Array(x, n), rng, p));
    }

    private readonly struct DropoutJob(float[] y, float[] x, Rng rng, float p) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            Span<float> ys = y.AsSpan(start, end - start);
            DropoutMask.Fill(ys, rng, start, p);
            ReadOnlySpan<float> xs = x.AsSpan(start, ys.Length);
            float keep = 1 - p;
            for (int i = 0; i < ys.Length; i++) ys[i] = ys[i] == 0 ? 0 : xs[i] / keep;
        }
    }
}
