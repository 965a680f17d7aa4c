using Longhand.Numerics;

namespace Longhand.Labs.Experiments;

/// <summary>How often each character follows each other one in a text, and what follows from that alone. Row i of the table: what comes after character i.</summary>
internal sealed class PairCounts
{
    private readonly double[] _pairs;

    public PairCounts(ReadOnlySpan<int> text, int vocabulary)
    {
        (Vocabulary, Total) = (vocabulary, text.Length - 1);
        _pairs = new double[vocabulary * vocabulary];
        for (int i = 1; i < text.Length; i++) _pairs[(text[i - 1] * vocabulary) + text[i]]++;
    }

    public int Vocabulary { get; }

    /// <summary>Pairs in the text.</summary>
    public int Total { get; }

    /// <summary>Kinds of pairs that never occur.</summary>
    public int Unseen => _pairs.Count(n => n == 0);

    /// <summary>How often each character is followed by another.</summary>
    public double[] Rows => [.. Enumerable.Range(0, Vocabulary).Select(i => _pairs.AsSpan(i * Vocabulary, Vocabulary).ToArray().Sum())];

    /// <summary>pᵢⱼ = (nᵢⱼ + s) / Σⱼ (nᵢⱼ + s); a row without pairs is uniform.</summary>
    public double[] Shares(double smoothing)
    {
        double[] shares = new double[_pairs.Length], rows = Rows;
        for (int k = 0; k < shares.Length; k++)
        {
            double total = rows[k / Vocabulary] + (smoothing * Vocabulary);
            shares[k] = total > 0 ? (_pairs[k] + smoothing) / total : 1.0 / Vocabulary;
        }
        return shares;
    }

    /// <summary>−Σ nᵢⱼ·ln pᵢⱼ / Σ nᵢⱼ: the loss of a table on this text, in nats per character; infinite when it holds a pair for impossible.</summary>
    public double Loss(double[] table)
    {
        double sum = 0;
        for (int k = 0; k < table.Length; k++)
        {
            if (_pairs[k] > 0) sum -= table[k] > 0 ? _pairs[k] * StableMath.Log(table[k]) : double.NegativeInfinity;
        }
        return sum / Total;
    }

    /// <summary>The loss on another text of knowing nothing but how common each character is here.</summary>
    public double FrequencyLoss(PairCounts other)
    {
        double[] common = new double[Vocabulary];
        for (int k = 0; k < _pairs.Length; k++) common[k % Vocabulary] += _pairs[k];
        return other.Loss([.. Enumerable.Range(0, _pairs.Length).Select(k => (common[k % Vocabulary] + 1) / (Total + Vocabulary))]);
    }
}
