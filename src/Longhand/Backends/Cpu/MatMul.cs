namespace Longhand.Backends.Cpu;

public sealed partial class CpuBackend
{
    /// <summary>
    /// The length of the blocks that the inner size is cut into. It is part of what a product means here: each output is,
    /// block after block, a chain of fused multiply-adds along k that starts at 0 and is then added to y (stored, for the
    /// first block, unless accumulating). Changing it changes the last bits of every trained weight.
    /// </summary>
    internal const int MatMulBlock = 384;

    public void MatMul(Storage y, Storage a, Storage b, in MatMulSizes sizes)
    {
        var job = new MatMulJob(CpuStorage.From(y).Array, CpuStorage.From(a).Array, CpuStorage.From(b).Array, sizes);
        long work = (long)sizes.N * sizes.K;
        _workers.For(sizes.Batch * sizes.M, (int)Math.Clamp(20_000 / Math.Max(work, 1), 1, int.MaxValue), job);
    }

    /// <summary>A range of the rows of y, counted over all batch entries.</summary>
    private readonly struct MatMulJob(float[] y, float[] a, float[] b, MatMulSizes sizes) : IRangeJob
    {
        public void Run(int start, int end)
        {
            int M = sizes.M, N = sizes.N, K = sizes.K;
            Span<float> sum = new float[N];
            for (int row = start; row < end; row++)
            {
                int entry = row / M, i = row % M;
                ReadOnlySpan<float> left = a.AsSpan(sizes.ShareA ? 0 : entry * M * K);
                ReadOnlySpan<float> right = b.AsSpan(sizes.ShareB ? 0 : entry * K * N);
                Span<float> result = y.AsSpan(row * N, N);
                if (!sizes.Accumulate) result.Clear();

                for (int first = 0; first < K; first += MatMulBlock)
                {
                    sum.Clear();
                    for (int k = first; k < Math.Min(K, first + MatMulBlock); k++)
                    {
                        float factor = left[sizes.TransposeA ? k * M + i : i * K + k];
                        for (int j = 0; j < N; j++)
                            sum[j] = MathF.FusedMultiplyAdd(factor, right[sizes.TransposeB ? j * K + k : k * N + j], sum[j]);
                    }
                    if (first == 0 && !sizes.Accumulate) sum.CopyTo(result);
                    else
                        for (int j = 0; j < N; j++) result[j] += sum[j];
                }
            }
        }
    }
}
