using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>A bias and GPT-2's GELU in one pass over the widest activations of a transformer, and its gradient.</content>
public sealed partial class CpuBackend
{
    public void BiasGelu(Storage y, Storage x, Storage bias, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(4L * n),
            new BiasGeluJob(Kernel.Floats(y, length), Kernel.Floats(x, length), Kernel.Floats(bias, n), n));
    }

    public void BiasGeluBackward(Storage dX, Storage dy, Storage x, Storage bias, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(4L * n), new BiasGeluBackwardJob(
            Kernel.Floats(dX, length), Kernel.Floats(dy, length), Kernel.Floats(x, length), Kernel.Floats(bias, n), n));
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

    private readonly struct BiasGeluBackwardJob(Floats dX, Floats dy, Floats x, Floats bias, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            ref float biases = ref bias.At(0);
            for (int row = start; row < end; row++)
            {
                ref float dXs = ref dX.At((long)row * n);
                ref float dys = ref dy.At((long)row * n);
                ref float xs = ref x.At((long)row * n);
                int i = 0;
                for (; i + Lanes.Count <= n; i += Lanes.Count)
                {
                    Vector512<float> slope = VectorMath.GeluGradient(Lanes.Load(ref xs, i) + Lanes.Load(ref biases, i));
                    Lanes.Store(Lanes.Load(ref dys, i) * slope, ref dXs, i);
                }
                if (i < n) Last(ref dXs, ref dys, ref xs, ref biases);
            }
        }

        [MethodImpl(Kernel.Loop)]
        private void Last(ref float dXs, ref float dys, ref float xs, ref float biases)
        {
            int at = Lanes.At(n, n);
            Vector512<float> slope = VectorMath.GeluGradient(Lanes.Load(ref xs, at, n) + Lanes.Load(ref biases, at, n));
            Lanes.Store(Lanes.Load(ref dys, at, n) * slope, ref dXs, at, n);
        }
    }
}
