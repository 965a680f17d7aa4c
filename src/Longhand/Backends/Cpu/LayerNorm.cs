using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>
/// Layer normalisation (Ba, Kiros, Hinton, 2016) over contiguous rows, and its gradient, which sums over rows for the weight
/// and the bias while each row is at hand: every block of <see cref="Kernel.RowBlock"/> rows into sums of its own.
/// </content>
public sealed partial class CpuBackend
{
    public void LayerNorm(
        Storage y, Storage mean, Storage rstd, Storage x, Storage weight, Storage bias, int rows, int n, float epsilon)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(2L * n), new LayerNormJob(
            Kernel.Array(y, length), Kernel.Array(mean, rows), Kernel.Array(rstd, rows), Kernel.Array(x, length),
            Kernel.Array(weight, n), Kernel.Array(bias, n), n, epsilon));
    }

    public void LayerNormBackward(
        Storage dX, Storage dWeight, Storage dBias, Storage dy, Storage x, Storage mean, Storage rstd, Storage weight, int rows, int n)
    {
        long length = (long)rows * n;
        float[] dWeights = Kernel.Array(dWeight, n), dBiases = Kernel.Array(dBias, n);
        int blocks = (rows + Kernel.RowBlock - 1) / Kernel.RowBlock;
        float[] parts = ArrayPool<float>.Shared.Rent(2 * blocks * n);
        _workers.For(blocks, Kernel.Minimum(3L * Kernel.RowBlock * n), new LayerNormBackwardJob(
            Kernel.Array(dX, length), parts, Kernel.Array(dy, length), Kernel.Array(x, length),
            Kernel.Array(mean, rows), Kernel.Array(rstd, rows), Kernel.Array(weight, n), rows, n));
        AddRows(ref Kernel.At(dWeights, 0), ref Kernel.At(parts, 0), blocks, n);
        AddRows(ref Kernel.At(dBiases, 0), ref Kernel.At(parts, (long)blocks * n), blocks, n);
        ArrayPool<float>.Shared.Return(parts);
    }

    private readonly struct LayerNormJob(
        float[] y, float[] mean, float[] rstd, float[] x, float[] weight, float[] bias, int n, float epsilon) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int first = start; first < end; first += RowsAtOnce)
            {
                int last = Math.Min(end, first + RowsAtOnce);
                for (int row = first; row < last; row++) mean[row] = SumRow(ref Kernel.At(x, (long)row * n), n) / n;
                for (int row = first; row < last; row++) rstd[row] = SquaredDeviations(ref Kernel.At(x, (long)row * n), n, mean[row]);
                for (int row = first; row < last; row++) rstd[row] = 1 / MathF.Sqrt((rstd[row] / n) + epsilon);
                for (int row = first; row < last; row++) Normalize(row);
            }
        }

        [MethodImpl(Kernel.Loop)]
        private void Normalize(int row)
        {
            ref float ws = ref Kernel.At(weight, 0);
            ref float bs = ref Kernel.At(bias, 0);
            ref float xs = ref Kernel.At(x, (long)row * n);
            ref float ys = ref Kernel.At(y, (long)row * n);
            Vector512<float> center = Vector512.Create(mean[row]), scale = Vector512.Create(rstd[row]);
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Lanes.At(i, n);
                Vector512<float> normal = (Lanes.Load(ref xs, at, n) - center) * scale;
                Lanes.Store(Vector512.FusedMultiplyAdd(normal, Lanes.Load(ref ws, at, n), Lanes.Load(ref bs, at, n)), ref ys, at, n);
            }
        }
    }

    // Σ (x − mean)²; the lanes beyond the row are filled with the mean.
    [MethodImpl(Kernel.Loop)]
    private static float SquaredDeviations(ref float x, int n, float mean)
    {
        Vector512<float> center = Vector512.Create(mean), sum = Vector512<float>.Zero;
        int i = 0;
        for (; i + Lanes.Count <= n; i += Lanes.Count)
        {
            Vector512<float> deviation = Lanes.Load(ref x, i) - center;
            sum = Vector512.FusedMultiplyAdd(deviation, deviation, sum);
        }
        if (i < n)
        {
            Vector512<float> deviation = Lanes.Tail(ref x, n, fill: mean) - center;
            sum = Vector512.FusedMultiplyAdd(deviation, deviation, sum);
        }
        return VectorMath.SumLanes(sum);
    }

    // Item: one block of rows, with its sums for dWeight at block·n of parts and for dBias as far behind all of those.
    private readonly struct LayerNormBackwardJob(
        float[] dX, float[] parts, float[] dy, float[] x, float[] mean, float[] rstd, float[] weight, int allRows, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            int blocks = (allRows + Kernel.RowBlock - 1) / Kernel.RowBlock;
            Span<(float G, float GX)> means = stackalloc (float, float)[RowsAtOnce];
            for (int block = start; block < end; block++)
            {
                ref float dWeights = ref Kernel.At(parts, (long)block * n);
                ref float dBiases = ref Kernel.At(parts, ((long)blocks + block) * n);
                parts.AsSpan(block * n, n).Clear();
                parts.AsSpan((blocks + block) * n, n).Clear();
                int last = Math.Min(allRows, (block + 1) * Kernel.RowBlock);
                for (int first = block * Kernel.RowBlock; first < last; first += RowsAtOnce)
                {
                    int rows = Math.Min(RowsAtOnce, last - first);
                    for (int r = 0; r < rows; r++) means[r] = AddRow(first + r, ref dWeights, ref dBiases);
                    for (int r = 0; r < rows; r++) WriteRow(first + r, means[r].G, means[r].GX);
                }
            }
        }

        // Adds a row to the sums for dWeight and dBias; returns the means of g and of g⊙x̂.
        [MethodImpl(Kernel.Loop)]
        private (float G, float GX) AddRow(int row, ref float dWeights, ref float dBiases)
        {
            ref float dys = ref Kernel.At(dy, (long)row * n);
            ref float xs = ref Kernel.At(x, (long)row * n);
            ref float ws = ref Kernel.At(weight, 0);
            Vector512<float> center = Vector512.Create(mean[row]), scale = Vector512.Create(rstd[row]);
            Vector512<float> sumG = Vector512<float>.Zero, sumGX = Vector512<float>.Zero;
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Lanes.At(i, n);
                // In the last step the lanes seen before get dy = 0: they add nothing to any of the four sums.
                Vector512<float> d = i + Lanes.Count <= n ? Lanes.Load(ref dys, i) : Lanes.Tail(ref dys, n, fill: 0);
                Vector512<float> normal = (Lanes.Load(ref xs, at, n) - center) * scale;
                Lanes.Store(Vector512.FusedMultiplyAdd(d, normal, Lanes.Load(ref dWeights, at, n)), ref dWeights, at, n);
                Lanes.Store(d + Lanes.Load(ref dBiases, at, n), ref dBiases, at, n);
                Vector512<float> g = d * Lanes.Load(ref ws, at, n);
                sumG += g;
                sumGX = Vector512.FusedMultiplyAdd(g, normal, sumGX);
            }
            return (VectorMath.SumLanes(sumG) / n, VectorMath.SumLanes(sumGX) / n);
        }

        [MethodImpl(Kernel.Loop)]
        private void WriteRow(int row, float g, float gx)
        {
            ref float dXs = ref Kernel.At(dX, (long)row * n);
            ref float dys = ref Kernel.At(dy, (long)row * n);
            ref float xs = ref Kernel.At(x, (long)row * n);
            ref float ws = ref Kernel.At(weight, 0);
            Vector512<float> center = Vector512.Create(mean[row]), scale = Vector512.Create(rstd[row]);
            Vector512<float> meanG = Vector512.Create(g), meanGX = Vector512.Create(-gx);
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Lanes.At(i, n);
                Vector512<float> normal = (Lanes.Load(ref xs, at, n) - center) * scale;
                Vector512<float> weighted = Lanes.Load(ref dys, at, n) * Lanes.Load(ref ws, at, n);
                Lanes.Store(scale * Vector512.FusedMultiplyAdd(normal, meanGX, weighted - meanG), ref dXs, at, n);
            }
        }
    }
}
