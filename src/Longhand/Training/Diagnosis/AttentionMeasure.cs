using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>
/// Measures how sharply an attention layer looks: the fused kernel does not keep its weights, so they are computed again for a few
/// queries of the first text, in all heads. Only queries in the second half of the text are asked: the first ones have few places to look
/// at.
/// </summary>
internal sealed class AttentionMeasure
{
    private const int Queries = 8;
    private const double Nearly = 0.99;

    private float[] _q = [], _k = [];
    private double[] _weights = [];

    /// <summary>q is (1, Tq, C) and k (1, Tk, C). Null where there is nothing to choose between.</summary>
    public AttentionRecord? Measure(string layer, Tensor q, Tensor k, int heads, bool causal)
    {
        var (_, Tq, C) = q.Shape;
        int Tk = k.Shape[1], size = C / heads, asked = Math.Min(Queries, Tq);
        Read(q, ref _q);
        Read(k, ref _k);
        if (_weights.Length < Tk) _weights = new double[Tk];
        double entropy = 0;
        int rows = 0, saturated = 0;
        for (int i = 0; i < asked; i++)
        {
            int query = Tq - 1 - (i * (Tq / 2) / asked), keys = causal ? query + 1 + Tk - Tq : Tk;
            if (keys < 2) continue;
            for (int head = 0; head < heads; head++)
            {
                (double share, double top) = Row(query, keys, head * size, size, C);
                entropy += share;
                if (top > Nearly) saturated++;
                rows++;
            }
        }
        return rows == 0 ? null : new AttentionRecord(layer, entropy / rows, (double)saturated / rows);
    }

    // The entropy −Σ p ln p of one query's weights as a share of ln keys, and the largest weight.
    // With pⱼ = eˢ / Z and the largest s = 0, −Σ p ln p = ln Z − Σ p·s, and the largest weight is 1 / Z.
    private (double Share, double Top) Row(int query, int keys, int column, int size, int C)
    {
        double scale = 1 / Math.Sqrt(size), peak = double.NegativeInfinity, sum = 0, weighted = 0;
        for (int j = 0; j < keys; j++)
        {
            ReadOnlySpan<float> q = _q.AsSpan((query * C) + column, size), k = _k.AsSpan((j * C) + column, size);
            double score = 0;
            for (int d = 0; d < q.Length && d < k.Length; d++) score += (double)q[d] * k[d];
            _weights[j] = score * scale;
            peak = Math.Max(peak, _weights[j]);
        }
        for (int j = 0; j < keys; j++)
        {
            double s = _weights[j] - peak, e = StableMath.Exp(s);
            sum += e;
            weighted += e * s;
        }
        return ((StableMath.Log(sum) - (weighted / sum)) / StableMath.Log(keys), 1 / sum);
    }

    private static void Read(Tensor x, ref float[] values)
    {
        if (values.Length < x.Shape.Length) values = new float[x.Shape.Length];
        x.Read(values.AsSpan(0, x.Shape.Length));
    }
}
