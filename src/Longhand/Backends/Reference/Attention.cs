using Longhand.Numerics;
using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>
/// Scaled dot-product attention (Vaswani and others, 2017), one query at a time, and its gradient. With scores
/// S = scale·q·kᵀ, weights P = softmax(S) and dropout Z (0 or 1/(1−p)): y = (P⊙Z)·v. Backwards, dP = Z⊙(dy·vᵀ), and the
/// softmax gives dS = P⊙(dP − Σ P⊙dP), where Σⱼ P⊙dP = dy·Σⱼ (P⊙Z)·v = dy·y: the number D that needs no weights at all.
/// </summary>
public sealed partial class ReferenceBackend
{
    public void Attention(
        HeadRows y, Storage lse, HeadRows q, HeadRows k, HeadRows v, in AttentionSizes sizes, ReadOnlySpan<int> lengths, Rng rng)
    {
        (int batch, int heads, int headSize, int queries, _, _, _, _) = sizes;
        double[] lses = Of(lse);
        for (int row = 0; row < batch * heads * queries; row++)
        {
            (int b, int h, int i) = (row / queries / heads, row / queries % heads, row % queries);
            double[] scores = Scores(q, k, sizes, lengths, b, h, i);
            lses[row] = LogSumExp(scores);

            for (int d = 0; d < headSize; d++) At(y, headSize, b, h, i, d) = 0;
            for (int j = 0; j < scores.Length; j++)
            {
                double weight = Math.Exp(scores[j] - lses[row]) * WeightScale(sizes, rng, row, j);
                for (int d = 0; d < headSize; d++) At(y, headSize, b, h, i, d) += weight * At(v, headSize, b, h, j, d);
            }
        }
    }

    public void AttentionBackward(
        HeadRows dq, HeadRows dk, HeadRows dv, HeadRows dy, HeadRows y, Storage lse, HeadRows q, HeadRows k, HeadRows v,
        in AttentionSizes sizes, ReadOnlySpan<int> lengths, Rng rng)
    {
        (int batch, int heads, int headSize, int queries, int keys, double scale, _, _) = sizes;
        double[] lses = Of(lse);
        ClearHeads(dq, sizes, queries);
        ClearHeads(dk, sizes, keys);
        ClearHeads(dv, sizes, keys);
        for (int row = 0; row < batch * heads * queries; row++)
        {
            (int b, int h, int i) = (row / queries / heads, row / queries % heads, row % queries);
            double[] scores = Scores(q, k, sizes, lengths, b, h, i);
            double D = Dot(dy, i, y, i, headSize, b, h);
            for (int j = 0; j < scores.Length; j++)
            {
                double weight = Math.Exp(scores[j] - lses[row]), Z = WeightScale(sizes, rng, row, j);
                double dScore = weight * ((Z * Dot(dy, i, v, j, headSize, b, h)) - D);
                for (int d = 0; d < headSize; d++)
                {
                    At(dv, headSize, b, h, j, d) += weight * Z * At(dy, headSize, b, h, i, d);
                    At(dq, headSize, b, h, i, d) += scale * dScore * At(k, headSize, b, h, j, d);
                    At(dk, headSize, b, h, j, d) += scale * dScore * At(q, headSize, b, h, i, d);
                }
            }
        }
    }

    /// <summary>
    /// scale·q·k for the keys that query i may see. Both masks hide a tail, so the visible keys are the first few:
    /// those before lengths[b], and the causal ones j ≤ i + (Keys − Queries).
    /// </summary>
    private static double[] Scores(HeadRows q, HeadRows k, in AttentionSizes sizes, ReadOnlySpan<int> lengths, int b, int h, int i)
    {
        int visible = sizes.Keys;
        if (sizes.Causal) visible = Math.Min(visible, i + sizes.Keys - sizes.Queries + 1);
        if (!lengths.IsEmpty) visible = Math.Min(visible, lengths[b]);

        double[] scores = new double[Math.Max(visible, 0)];
        for (int j = 0; j < scores.Length; j++) scores[j] = sizes.Scale * Dot(q, i, k, j, sizes.HeadSize, b, h);
        return scores;
    }

    /// <summary>Z[row, j]: 1/(1−p) where dropout keeps the weight, else 0.</summary>
    private static double WeightScale(in AttentionSizes sizes, Rng rng, long row, int j) =>
        rng.Uniform((row * sizes.Keys) + j) >= sizes.Dropout ? 1 / (1 - (double)sizes.Dropout) : 0;

    /// <summary>Σ a[b, i, h, d]·b[b, j, h, d] over the features d of one head.</summary>
    private static double Dot(HeadRows left, int i, HeadRows right, int j, int headSize, int b, int h)
    {
        double sum = 0;
        for (int d = 0; d < headSize; d++) sum += At(left, headSize, b, h, i, d) * At(right, headSize, b, h, j, d);
        return sum;
    }

    private static void ClearHeads(HeadRows rows, in AttentionSizes sizes, int count)
    {
        for (int b = 0; b < sizes.Batch; b++)
        {
            for (int t = 0; t < count; t++)
                Of(rows.Data).AsSpan(rows.Offset + (b * rows.BatchStride) + (t * rows.RowStride), sizes.Heads * sizes.HeadSize).Clear();
        }
    }

    private static ref double At(HeadRows rows, int headSize, int b, int h, int t, int d) =>
        ref Of(rows.Data)[rows.Offset + (b * rows.BatchStride) + (t * rows.RowStride) + (h * headSize) + d];
}
