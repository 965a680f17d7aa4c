using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>
/// Sums and maxima. Along contiguous numbers, number i goes to lane i mod 16 (the last few, of a row of at least 16, to the
/// last lanes) and the lanes are folded by the fixed tree, a long row in blocks. Across rows, 16 columns at a time, rows are
/// added in order within blocks of <see cref="Kernel.RowBlock"/>, then the blocks in order.
/// </content>
public sealed partial class CpuBackend
{
    // Long sums are cut here and the parts added in double: 256 numbers per lane keep single precision honest.
    private const int SumBlock = 4096;

    public void Sum(Storage y, Storage x, int outer, int n, int inner)
    {
        Floats ys = Kernel.Floats(y, (long)outer * inner), xs = Kernel.Floats(x, (long)outer * n * inner);
        if (inner == 1) _workers.For(outer, Kernel.Minimum(n), new RowSumJob(ys, xs, n));
        else SumRows(ys, xs, outer, n, inner);
    }

    public void Max(Storage y, Storage x, int outer, int n, int inner)
    {
        Floats ys = Kernel.Floats(y, (long)outer * inner), xs = Kernel.Floats(x, (long)outer * n * inner);
        if (inner == 1) _workers.For(outer, Kernel.Minimum(n), new RowMaxJob(ys, xs, n));
        else _workers.For(outer, Kernel.Minimum((long)n * inner), new ColumnMaxJob(ys, xs, n, inner));
    }

    public double SumOfSquares(Storage x)
    {
        Floats xs = CpuStorage.From(x).Floats;
        int blocks = (xs.Length + SumBlock - 1) / SumBlock;
        double[] parts = ArrayPool<double>.Shared.Rent(blocks);
        _workers.For(blocks, Kernel.Minimum(SumBlock), new SquaresJob(parts, xs));
        double sum = 0;
        for (int i = 0; i < blocks; i++) sum += parts[i];
        ArrayPool<double>.Shared.Return(parts);
        return sum;
    }

    public bool AllFinite(Storage x)
    {
        Floats xs = CpuStorage.From(x).Floats;
        int blocks = (xs.Length + SumBlock - 1) / SumBlock;
        bool[] bad = ArrayPool<bool>.Shared.Rent(1);
        bad[0] = false;
        _workers.For(blocks, Kernel.Minimum(SumBlock), new FiniteJob(bad, xs));
        bool finite = !bad[0];
        ArrayPool<bool>.Shared.Return(bad);
        return finite;
    }

    // y[o, c] = Σ x[o, r, c] over rows r.
    private void SumRows(Floats y, Floats x, int outer, int n, int inner)
    {
        int blocks = (n + Kernel.RowBlock - 1) / Kernel.RowBlock;
        if (blocks <= 1)
        {
            _workers.For(outer, Kernel.Minimum((long)n * inner), new ColumnSumJob(y, x, n, inner, Blocks: 1));
            return;
        }
        Floats parts = _pool.Take(outer * blocks * inner);
        _workers.For(outer * blocks, Kernel.Minimum((long)Kernel.RowBlock * inner), new ColumnSumJob(parts, x, n, inner, blocks));
        AddParts(y, parts, outer, blocks, inner);
        _pool.GiveBack(parts);
    }

    // y[o, c] = the parts of (outer, blocks, inner) added in the order of the blocks.
    private void AddParts(Floats y, Floats parts, int outer, int blocks, int inner) =>
        _workers.For(outer, Kernel.Minimum((long)blocks * inner), new AddPartsJob(y, parts, blocks, inner));

    /// <summary>Σ of n contiguous numbers.</summary>
    private static float SumRow(ref float row, int n)
    {
        if (n <= SumBlock) return SumShortRow(ref row, n);
        double sum = 0;
        for (int i = 0; i < n; i += SumBlock) sum += SumShortRow(ref Unsafe.Add(ref row, i), Math.Min(SumBlock, n - i));
        return (float)sum;
    }

    [MethodImpl(Kernel.Loop)]
    private static float SumShortRow(ref float row, int n)
    {
        Vector512<float> last = Lanes.LastOr(ref row, n, fill: 0), sum = Vector512<float>.Zero;
        for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count) sum += Lanes.Load(ref row, i);
        if (n % Lanes.Count != 0) sum += last;
        return VectorMath.SumLanes(sum);
    }

    /// <summary>The greatest of n contiguous numbers; NaN if one is NaN, −∞ for none.</summary>
    private static float MaxRow(ref float row, int n)
    {
        Vector512<float> max = Vector512.Create(float.NegativeInfinity);
        Vector512<float> last = Lanes.LastOr(ref row, n, fill: float.NegativeInfinity);
        for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count) max = VectorMath.Max(max, Lanes.Load(ref row, i));
        return VectorMath.MaxLanes(VectorMath.Max(max, last));
    }

    private readonly struct RowSumJob(Floats y, Floats x, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++) y[row] = SumRow(ref x.At((long)row * n), n);
        }
    }

    private readonly struct RowMaxJob(Floats y, Floats x, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++) y[row] = MaxRow(ref x.At((long)row * n), n);
        }
    }

    private readonly struct SquaresJob(double[] parts, Floats x) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int block = start; block < end; block++)
            {
                int n = Math.Min(SumBlock, x.Length - (block * SumBlock));
                ref float row = ref x.At(block * SumBlock);
                parts[block] = DotRow(ref row, ref row, n);
            }
        }
    }

    // Sets bad[0], which any thread may, at the first block with a number that is not finite.
    private readonly struct FiniteJob(bool[] bad, Floats x) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            // All exponent bits set means infinite or not a number.
            Vector512<int> exponent = Vector512.Create(0x7F800000);
            for (int block = start; block < end && !Volatile.Read(ref bad[0]); block++)
            {
                int n = Math.Min(SumBlock, x.Length - (block * SumBlock));
                ref float row = ref x.At(block * SumBlock);
                Vector512<int> found = Vector512.Equals(Lanes.LastOr(ref row, n, fill: 0).AsInt32() & exponent, exponent);
                for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count)
                    found |= Vector512.Equals(Lanes.Load(ref row, i).AsInt32() & exponent, exponent);
                if (found != Vector512<int>.Zero) Volatile.Write(ref bad[0], true);
            }
        }
    }

    // Item (o, block): the sum over the rows of one block.
    private readonly record struct ColumnSumJob(Floats Y, Floats X, int N, int Inner, int Blocks) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int item = start; item < end; item++)
            {
                int outer = item / Blocks, first = item % Blocks * Kernel.RowBlock;
                int rows = Math.Min(N - first, Kernel.RowBlock);
                AddRows(ref Y.At((long)item * Inner), ref X.At((((long)outer * N) + first) * Inner), rows, Inner);
            }
        }
    }

    private readonly record struct AddPartsJob(Floats Y, Floats Parts, int Blocks, int Inner) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int o = start; o < end; o++)
                AddRows(ref Y.At((long)o * Inner), ref Parts.At((long)o * Blocks * Inner), Blocks, Inner);
        }
    }

    // y[c] = 0 + x[0, c] + x[1, c] + …, 64 columns at a time in four registers.
    [MethodImpl(Kernel.Loop)]
    private static void AddRows(ref float y, ref float x, int rows, int n)
    {
        int c = 0;
        for (; c + (4 * Lanes.Count) <= n; c += 4 * Lanes.Count)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            ref float row = ref Unsafe.Add(ref x, c);
            for (int r = 0; r < rows; r++, row = ref Unsafe.Add(ref row, n))
            {
                s0 += Lanes.Load(ref row, 0);
                s1 += Lanes.Load(ref row, Lanes.Count);
                s2 += Lanes.Load(ref row, 2 * Lanes.Count);
                s3 += Lanes.Load(ref row, 3 * Lanes.Count);
            }
            Lanes.Store(s0, ref y, c);
            Lanes.Store(s1, ref y, c + Lanes.Count);
            Lanes.Store(s2, ref y, c + (2 * Lanes.Count));
            Lanes.Store(s3, ref y, c + (3 * Lanes.Count));
        }
        for (; c < n; c += Lanes.Count)
        {
            int at = Lanes.At(c, n);
            Vector512<float> sum = default;
            for (int r = 0; r < rows; r++) sum += Lanes.Load(ref Unsafe.Add(ref x, (nint)r * n), at, n);
            Lanes.Store(sum, ref y, at, n);
        }
    }

    private readonly struct ColumnMaxJob(Floats y, Floats x, int n, int inner) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int o = start; o < end; o++)
            {
                for (int c = 0; c < inner; c += Lanes.Count)
                {
                    int at = Lanes.At(c, inner);
                    Vector512<float> max = Vector512.Create(float.NegativeInfinity);
                    for (int r = 0; r < n; r++)
                        max = VectorMath.Max(max, Lanes.Load(ref x.At((((long)o * n) + r) * inner), at, inner));
                    Lanes.Store(max, ref y.At((long)o * inner), at, inner);
                }
            }
        }
    }
}
