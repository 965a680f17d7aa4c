using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>Dropout (Srivastava and others, 2014), scaled while training so that inference needs nothing.</content>
public sealed partial class CpuBackend
{
    public void Dropout(Storage y, Storage x, Rng rng, float p)
    {
        int n = y.Length;
        _workers.For(n, Kernel.Minimum(2), new DropoutJob(Kernel.Floats(y, n), Kernel.Floats(x, n), rng, p));
    }

    private readonly struct DropoutJob(Floats y, Floats x, Rng rng, float p) : IRangeJob
    {
        // The mask goes through y, a piece at a time that stays in the nearest cache.
        private const int Piece = 2048;

        public void Run(int start, int end)
        {
            for (int i = start; i < end; i += Piece)
            {
                int count = Math.Min(Piece, end - i);
                DropoutMask.Fill(y.AsSpan(i, count), rng, i, p);
                Scale(ref y.At(i), ref x.At(i), count, 1 - p);
            }
        }

        // y = x / keep where y is not 0.
        [MethodImpl(Kernel.Loop)]
        private static void Scale(ref float y, ref float x, int n, float keep)
        {
            Vector512<float> divisor = Vector512.Create(keep), zero = Vector512<float>.Zero;
            int i = 0;
            for (; i + Lanes.Count <= n; i += Lanes.Count)
            {
                Vector512<float> dropped = Vector512.Equals(Lanes.Load(ref y, i), zero);
                Lanes.Store(Vector512.ConditionalSelect(dropped, zero, Lanes.Load(ref x, i) / divisor), ref y, i);
            }
            for (; i < n; i++) Unsafe.Add(ref y, i) = Unsafe.Add(ref y, i) == 0 ? 0 : Unsafe.Add(ref x, i) / keep;
        }
    }
}
