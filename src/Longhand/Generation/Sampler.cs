using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Generation;

/// <summary>
/// Chooses one token from logits: p = softmax(logits / temperature), then only the k likeliest, then only the smallest set that reaches
/// probability top-p, then one draw among those left, in proportion. In double precision with the library's own exponential, so that
/// every machine chooses the same token.
/// </summary>
public sealed class Sampler
{
    private readonly SamplingOptions _options;
    private readonly Rng _rng;
    private readonly double[] _probabilities;
    private readonly double[] _kept;
    private readonly int[] _order;
    private readonly LikeliestTokens _likeliest;

    public Sampler(SamplingOptions options, int vocabulary)
    {
        _options = options.Validate();
        _rng = new Rng(options.Seed).Fork("sample");
        _probabilities = new double[vocabulary];
        _kept = new double[vocabulary];
        _order = new int[vocabulary];
        _likeliest = new LikeliestTokens(vocabulary);
    }

    /// <summary>The token at place <paramref name="index"/> of the text being written; the draw is a function of the seed and this index.</summary>
    /// <exception cref="NotFiniteNumberException">The largest logit is no number that can be compared with.</exception>
    public int Next(ReadOnlySpan<float> logits, long index)
    {
        if (_options.Greedy || _options.Temperature == 0) return Likeliest(logits);
        ReadOnlySpan<double> p = Probabilities(logits);
        double target = _rng.UniformDouble(index), sum = 0;
        int last = 0;
        for (int i = 0; i < p.Length; i++)
        {
            if (p[i] == 0) continue;
            last = i;
            sum += p[i];
            if (target < sum) return i;
        }
        return last;                                     // rounding left the sum a hair below the draw
    }

    /// <summary>The probabilities that are drawn from, after temperature, top-k and top-p; they sum to 1.</summary>
    public ReadOnlySpan<double> Probabilities(ReadOnlySpan<float> logits)
    {
        double temperature = Math.Max(_options.Temperature, 1e-6), max = logits[Likeliest(logits)];
        for (int i = 0; i < logits.Length; i++) _probabilities[i] = logits[i] - max;
        Divide(_probabilities, temperature);
        StableMath.Exp(_probabilities);
        Divide(_probabilities, Sum(_probabilities));
        if (_options.TopK > 0 || _options.TopP < 1) KeepLikeliest();
        return _probabilities;
    }

    private void KeepLikeliest()
    {
        _likeliest.Begin(_probabilities);
        int limit = _options.TopK == 0 ? _order.Length : Math.Min(_options.TopK, _order.Length), taken = 0, kept = 0;
        if (limit < _order.Length)
        {
            while (taken < limit) Take();
        }
        double available = limit < _order.Length ? Sum(_kept.AsSpan(0, limit)) : Sum(_probabilities), mass = 0;
        while (kept < limit && (kept == 0 || mass < _options.TopP * available))
        {
            if (kept == taken) Take();
            mass += _kept[kept++];
        }
        Array.Clear(_probabilities);
        for (int i = 0; i < kept; i++) _probabilities[_order[i]] = _kept[i] / mass;

        void Take()
        {
            _order[taken] = _likeliest.Take();
            _kept[taken] = _probabilities[_order[taken]];
            taken++;
        }
    }

    private static void Divide(Span<double> numbers, double divisor)
    {
        int lanes = Vector512<double>.Count, i = 0;
        for (; i + lanes <= numbers.Length; i += lanes) (Vector512.Create<double>(numbers[i..]) / divisor).CopyTo(numbers[i..]);
        for (; i < numbers.Length; i++) numbers[i] /= divisor;
    }

    // One after the other, so that the sum is the same everywhere.
    private static double Sum(ReadOnlySpan<double> numbers)
    {
        double sum = 0;
        foreach (double number in numbers) sum += number;
        return sum;
    }

    // The lowest number among equals.
    private int Likeliest(ReadOnlySpan<float> logits)
    {
        if (logits.Length != _order.Length)
            throw new ArgumentException(FormattableString.Invariant($"Sampler: {logits.Length} logits for a vocabulary of {_order.Length}."));
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best] || float.IsNaN(logits[i])) best = i;
        }
        if (float.IsFinite(logits[best])) return best;
        throw new NotFiniteNumberException(FormattableString.Invariant(
            $"Sampler: the logit of token {best} is {logits[best]}, so no token is the likeliest. Hint: the model's weights have diverged."));
    }
}
