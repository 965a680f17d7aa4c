using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>A bias and GPT-2's GELU in one pass over the widest activations of a transformer, with its slope where a gradient is wanted.</content>
public sealed partial class CpuBackend
{
    public void BiasGelu(Storage y, Storage? slope, Storage x, Storage bias, int rows, int n)
    {
        long length = (long)rows * n;
        Floats ys = Kernel.Floats(y, length), xs = Kernel.Floats(x, length), biases = Kernel.Floats(bias, n);
        int minimum = Kernel.Minimum(4L * n);
        if (slope is null) _workers.For(rows, minimum, new BiasGeluJob(ys, xs, biases, n));
        else _workers.For(rows, minimum, new BiasGeluSlopeJob(ys, Kernel.Floats(slope, length), xs, biases, n));
    }

    private readonly struct BiasGeluJob(Floats y, Floats x, Floats bias, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            ref float biases = ref bias.At(0);
            for (int row = start; row < end; row++)
            {
                ref float ys = ref y.At((long)row * n);
                ref float xs = ref x.At((long)row * n);
                int i = 0;
                for (; i + Lanes.Count <= n; i += Lanes.Count)
                    Lanes.Store(VectorMath.Gelu(Lanes.Load(ref xs, i) + Lanes.Load(ref biases, i)), ref ys, i);
                if (i < n) Last(ref ys, ref xs, ref biases);
            }
        }

        [MethodImpl(Kernel.Loop)]
        private void Last(ref float ys, ref float xs, ref float biases)
        {
            int at = Lanes.At(n, n);
            Lanes.Store(VectorMath.Gelu(Lanes.Load(ref xs, at, n) + Lanes.Load(ref biases, at, n)), ref ys, at, n);
        }
    }

    private readonly struct BiasGeluSlopeJob(Floats y, Floats slope, Floats x, Floats bias, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            ref float biases = ref bias.At(0);
            for (int row = start; row < end; row++)
            {
                ref float ys = ref y.At((long)row * n);
                ref float slopes = ref slope.At((long)row * n);
                ref float xs = ref x.At((long)row * n);

                // Where slope is x, a last vector that reaches back must read what the others have not written yet.
                int whole = n - (n % Lanes.Count), at = Lanes.At(n, n);
                Vector512<float> last = whole < n ? Lanes.Load(ref xs, at, n) + Lanes.Load(ref biases, at, n) : default;
                for (int i = 0; i < whole; i += Lanes.Count)
                {
                    Lanes.Store(VectorMath.GeluWithGradient(Lanes.Load(ref xs, i) + Lanes.Load(ref biases, i), out Vector512<float> gradient), ref ys, i);
                    Lanes.Store(gradient, ref slopes, i);
                }
                if (whole < n) Last(ref ys, ref slopes, last);
            }
        }

        [MethodImpl(Kernel.Loop)]
        private void Last(ref float ys, ref float slopes, Vector512<float> z)
        {
            int at = Lanes.At(n, n);
            Lanes.Store(VectorMath.GeluWithGradient(z, out Vector512<float> gradient), ref ys, at, n);
            Lanes.Store(gradient, ref slopes, at, n);
        }
    }
}
