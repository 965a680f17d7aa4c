using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>Softmax and its logarithm, row by row, and their gradients.</content>
public sealed partial class CpuBackend
{
    public void Softmax(Storage y, Storage x, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(4L * n), new SoftmaxJob(Kernel.Floats(y, length), Kernel.Floats(x, length), n));
    }

    public void SoftmaxBackward(Storage dX, Storage dy, Storage y, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(2L * n),
            new SoftmaxBackwardJob(Kernel.Floats(dX, length), Kernel.Floats(dy, length), Kernel.Floats(y, length), n));
    }

    public void LogSoftmax(Storage y, Storage x, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(4L * n), new LogSoftmaxJob(Kernel.Floats(y, length), Kernel.Floats(x, length), n));
    }

    public void LogSoftmaxBackward(Storage dX, Storage dy, Storage y, int rows, int n)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(4L * n),
            new LogSoftmaxBackwardJob(Kernel.Floats(dX, length), Kernel.Floats(dy, length), Kernel.Floats(y, length), n));
    }

    // Rows whose maxima are taken before the powers of the first are computed: each step of a row waits for the one before, and
    // the processor fills the wait with the other rows.
    private const int RowsAtOnce = 8;

    /// <summary>
    /// The number that is taken off a row before its powers: its maximum, by the hardware's own instruction. What that does with
    /// NaN depends on the hardware, but then Σ e^x is NaN whatever is taken off. NaN for a row of nothing but NaN and −∞.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Peak(ref float row, int n)
    {
        Vector512<float> last = Lanes.LastOr(ref row, n, fill: float.NegativeInfinity);
        Vector512<float> max = Vector512.Create(float.NegativeInfinity);
        for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count) max = Vector512.MaxNative(max, Lanes.Load(ref row, i));
        float peak = PeakOfLanes(Vector512.MaxNative(max, last));
        return float.IsNegativeInfinity(peak) && float.IsNaN(SumRow(ref row, n)) ? float.NaN : peak;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float PeakOfLanes(Vector512<float> x)
    {
        Vector256<float> eight = Vector256.MaxNative(x.GetLower(), x.GetUpper());
        Vector128<float> four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        Vector128<float> two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>Σ e^(x − peak); 0 for a row that is −∞ everywhere, where −∞ − −∞ would be NaN.</summary>
    [MethodImpl(Kernel.Loop)]
    private static float SumOfPowers(ref float row, int n, float peak)
    {
        if (float.IsNegativeInfinity(peak)) return 0;
        Vector512<float> last = Lanes.LastOr(ref row, n, fill: float.NegativeInfinity);
        Vector512<float> shift = Vector512.Create(peak), sum = Vector512<float>.Zero;
        for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count) sum += VectorMath.Exp(Lanes.Load(ref row, i) - shift);
        if (n % Lanes.Count != 0) sum += VectorMath.Exp(last - shift);
        return VectorMath.SumLanes(sum);
    }

    /// <summary>ln x of one number, the same bits as in a vector.</summary>
    private static float Log(float x) => VectorMath.Log(Vector512.Create(x)).ToScalar();

    private readonly struct SoftmaxJob(Floats y, Floats x, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            Span<float> numbers = stackalloc float[RowsAtOnce];
            for (int first = start; first < end; first += RowsAtOnce)
            {
                int rows = Math.Min(RowsAtOnce, end - first);
                for (int r = 0; r < rows; r++) numbers[r] = Peak(ref x.At((long)(first + r) * n), n);
                for (int r = 0; r < rows; r++)
                {
                    long row = (long)(first + r) * n;
                    numbers[r] = Powers(ref y.At(row), ref x.At(row), n, numbers[r]);
                }
                for (int r = 0; r < rows; r++) ScaleRow(ref y.At((long)(first + r) * n), n, 1 / numbers[r]);
            }
        }
    }

    // y = e^(x − peak); returns the sum. A row that is −∞ everywhere gives zeros, and 1 to divide them by.
    [MethodImpl(Kernel.Loop)]
    private static float Powers(ref float y, ref float x, int n, float peak)
    {
        if (float.IsNegativeInfinity(peak))
        {
            MemoryMarshal.CreateSpan(ref y, n).Clear();
            return 1;
        }
        Vector512<float> shift = Vector512.Create(peak), sum = Vector512<float>.Zero;
        if (n % Lanes.Count != 0)
        {
            // The end first: its store reaches back over numbers that the loop stores again, and what ScaleRow loads should be
            // what was stored last, or it waits for the cache. The same powers twice: with repeated lanes to keep, without to add.
            int at = Lanes.At(n, n);
            Lanes.Store(VectorMath.Exp(Lanes.Load(ref x, at, n) - shift), ref y, at, n);
            sum = VectorMath.Exp(Lanes.Tail(ref x, n, fill: float.NegativeInfinity) - shift);
        }
        for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count)
        {
            Vector512<float> power = VectorMath.Exp(Lanes.Load(ref x, i) - shift);
            Lanes.Store(power, ref y, i);
            sum += power;
        }
        return VectorMath.SumLanes(sum);
    }

    // In place, so the last numbers may not be visited twice.
    [MethodImpl(Kernel.Loop)]
    private static void ScaleRow(ref float y, int n, float factor)
    {
        int i = 0;
        for (; i + Lanes.Count <= n; i += Lanes.Count) Lanes.Store(Lanes.Load(ref y, i) * factor, ref y, i);
        for (; i < n; i++) Unsafe.Add(ref y, i) *= factor;
    }

    private readonly struct SoftmaxBackwardJob(Floats dX, Floats dy, Floats y, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                ref float dXs = ref dX.At((long)row * n);
                ref float dys = ref dy.At((long)row * n);
                ref float ys = ref y.At((long)row * n);
                Vector512<float> dot = Vector512.Create(DotRow(ref dys, ref ys, n));
                int i = 0;
                for (; i + Lanes.Count <= n; i += Lanes.Count)
                    Lanes.Store(Lanes.Load(ref ys, i) * (Lanes.Load(ref dys, i) - dot), ref dXs, i);
                if (i < n) Last(ref dXs, ref dys, ref ys, dot);
            }
        }

        [MethodImpl(Kernel.Loop)]
        private void Last(ref float dXs, ref float dys, ref float ys, Vector512<float> dot)
        {
            int at = Lanes.At(n, n);
            Lanes.Store(Lanes.Load(ref ys, at, n) * (Lanes.Load(ref dys, at, n) - dot), ref dXs, at, n);
        }
    }

    /// <summary>Σ a·b over n contiguous numbers.</summary>
    [MethodImpl(Kernel.Loop)]
    private static float DotRow(ref float a, ref float b, int n)
    {
        Vector512<float> lastA = Lanes.LastOr(ref a, n, fill: 0), lastB = Lanes.LastOr(ref b, n, fill: 0), sum = Vector512<float>.Zero;
        for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count)
            sum = Vector512.FusedMultiplyAdd(Lanes.Load(ref a, i), Lanes.Load(ref b, i), sum);
        if (n % Lanes.Count != 0) sum = Vector512.FusedMultiplyAdd(lastA, lastB, sum);
        return VectorMath.SumLanes(sum);
    }

    private readonly struct LogSoftmaxJob(Floats y, Floats x, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                ref float xs = ref x.At((long)row * n);
                ref float ys = ref y.At((long)row * n);
                float peak = Peak(ref xs, n);
                Vector512<float> shift = Vector512.Create(peak), log = Vector512.Create(Log(SumOfPowers(ref xs, n, peak)));
                for (int i = 0; i < n; i += Lanes.Count)
                {
                    int at = Lanes.At(i, n);
                    Lanes.Store(Lanes.Load(ref xs, at, n) - shift - log, ref ys, at, n);
                }
            }
        }
    }

    private readonly struct LogSoftmaxBackwardJob(Floats dX, Floats dy, Floats y, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                ref float dXs = ref dX.At((long)row * n);
                ref float dys = ref dy.At((long)row * n);
                ref float ys = ref y.At((long)row * n);
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
