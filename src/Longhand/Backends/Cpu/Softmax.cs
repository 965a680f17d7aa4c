using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>Softmax and its logarithm, row by row, and their gradients.</content>
public sealed partial class CpuBackend
{
    public void Softmax(Storage y, Storage x, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(4L * n), new SoftmaxJob(Kernel.Array(y, length), Kernel.Array(x, length), n));
    }

    public void SoftmaxBackward(Storage dX, Storage dy, Storage y, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(2L * n),
            new SoftmaxBackwardJob(Kernel.Array(dX, length), Kernel.Array(dy, length), Kernel.Array(y, length), n));
    }

    public void LogSoftmax(Storage y, Storage x, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(4L * n), new LogSoftmaxJob(Kernel.Array(y, length), Kernel.Array(x, length), n));
    }

    public void LogSoftmaxBackward(Storage dX, Storage dy, Storage y, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(4L * n),
            new LogSoftmaxBackwardJob(Kernel.Array(dX, length), Kernel.Array(dy, length), Kernel.Array(y, length), n));
    }

    /// <summary>The maximum of a row and Σ e^(x−max); (−∞, 0) for a row that is −∞ everywhere, where −∞ − −∞ would be NaN.</summary>
    private static (float Max, float Sum) MaxAndSum(ref float row, int n)
    {
        float max = MaxRow(ref row, n);
        if (float.IsNegativeInfinity(max)) return (max, 0);
        Vector512<float> shift = Vector512.Create(max), sum = Vector512<float>.Zero;
        int i = 0;
        for (; i + Lanes.Count <= n; i += Lanes.Count) sum += VectorMath.Exp(Lanes.Load(ref row, i) - shift);
        if (i < n) sum += VectorMath.Exp(Lanes.Tail(ref row, n, fill: float.NegativeInfinity) - shift);
        return (max, VectorMath.SumLanes(sum));
    }

    /// <summary>ln x of one number, the same bits as in a vector.</summary>
    private static float Log(float x) => VectorMath.Log(Vector512.Create(x)).ToScalar();

    private readonly struct SoftmaxJob(float[] y, float[] x, int n) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++) SoftmaxRow(ref Kernel.At(y, (long)row * n), ref Kernel.At(x, (long)row * n), n);
        }
    }

    private static void SoftmaxRow(ref float y, ref float x, int n)
    {
        float max = MaxRow(ref x, n);
        if (float.IsNegativeInfinity(max))
        {
            for (int i = 0; i < n; i++) Unsafe.Add(ref y, i) = 0;
            return;
        }
        Vector512<float> shift = Vector512.Create(max), sum = Vector512<float>.Zero;
        int j = 0;
        for (; j + Lanes.Count <= n; j += Lanes.Count)
        {
            Vector512<float> power = VectorMath.Exp(Lanes.Load(ref x, j) - shift);
            Lanes.Store(power, ref y, j);
            sum += power;
        }
        if (j < n)
        {
            // Both lines compute the same powers: one to keep, with repeated lanes, one to add, without.
            int at = Lanes.At(j, n);
            Lanes.Store(VectorMath.Exp(Lanes.Load(ref x, at, n) - shift), ref y, at, n);
            sum += VectorMath.Exp(Lanes.Tail(ref x, n, fill: float.NegativeInfinity) - shift);
        }
        ScaleRow(ref y, n, 1 / VectorMath.SumLanes(sum));
    }

    // In place, so the last numbers may not be visited twice.
    private static void ScaleRow(ref float y, int n, float factor)
    {
        int i = 0;
        for (; i + Lanes.Count <= n; i += Lanes.Count) Lanes.Store(Lanes.Load(ref y, i) * factor, ref y, i);
        for (; i < n; i++) Unsafe.Add(ref y, i) *= factor;
    }

    private readonly struct SoftmaxBackwardJob(float[] dX, float[] dy, float[] y, int n) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                ref float dXs = ref Kernel.At(dX, (long)row * n);
                ref float dys = ref Kernel.At(dy, (long)row * n);
                ref float ys = ref Kernel.At(y, (long)row * n);
                Vector512<float> dot = Vector512.Create(DotRow(ref dys, ref ys, n));
                for (int i = 0; i < n; i += Lanes.Count)
                {
                    int at = Lanes.At(i, n);
                    Lanes.Store(Lanes.Load(ref ys, at, n) * (Lanes.Load(ref dys, at, n) - dot), ref dXs, at, n);
                }
            }
        }
    }

    /// <summary>Σ a·b over n contiguous numbers.</summary>
    private static float DotRow(ref float a, ref float b, int n)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        int i = 0;
        for (; i + Lanes.Count <= n; i += Lanes.Count)
            sum = Vector512.FusedMultiplyAdd(Lanes.Load(ref a, i), Lanes.Load(ref b, i), sum);
        if (i < n) sum = Vector512.FusedMultiplyAdd(Lanes.Tail(ref a, n, fill: 0), Lanes.Tail(ref b, n, fill: 0), sum);
        return VectorMath.SumLanes(sum);
    }

    private readonly struct LogSoftmaxJob(float[] y, float[] x, int n) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                ref float xs = ref Kernel.At(x, (long)row * n);
                ref float ys = ref Kernel.At(y, (long)row * n);
                (float max, float sum) = MaxAndSum(ref xs, n);
                Vector512<float> shift = Vector512.Create(max), log = Vector512.Create(Log(sum));
                for (int i = 0; i < n; i += Lanes.Count)
                {
                    int at = Lanes.At(i, n);
                    Lanes.Store(Lanes.Load(ref xs, at, n) - shift - log, ref ys, at, n);
                }
            }
        }
    }

    private readonly struct LogSoftmaxBackwardJob(float[] dX, float[] dy, float[] y, int n) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                ref float dXs = ref Kernel.At(dX, (long)row * n);
                ref float dys = ref Kernel.At(dy, (long)row * n);
                ref float ys = ref Kernel.At(y, (long)row * n);
                Vector512<float> sum = Vector512.Create(-SumRow(ref dys, n));
                for (int i = 0; i < n; i += Lanes.Count)
                {
                    int at = Lanes.At(i, n);
                    Vector512<float> p = VectorMath.Exp(Lanes.Load(ref ys, at, n));
                    Lanes.Store(Vector512.FusedMultiplyAdd(p, sum, Lanes.Load(ref dys, at, n)), ref dXs, at, n);
                }
            }
        }
    }
}
