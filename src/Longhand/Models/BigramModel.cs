using Longhand.Backends;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Models;

/// <summary>The shape of a <see cref="BigramModel"/>: nothing but the vocabulary's size.</summary>
public sealed record BigramConfig : ModelConfig
{
    public override string Kind => "bigram";

    public override long ParameterCount => (long)Vocabulary * Vocabulary;

    public override string Summary => "bigram table";

    public override long Widest => Vocabulary;

    public override bool Has(string field) => field is nameof(Context) or nameof(Vocabulary);

    public override BigramConfig Validate()
    {
        ValidateCommon();
        Range(Vocabulary, 1, 16_384, "vocabulary of a bigram model, whose table has a row and a column for each token,");
        return this;
    }

    public override BigramModel Create(Rng? rng) => new(this);
}

/// <summary>
/// The next token from the last one alone (Markov, 1913): a table with a row of logits for each token. Row i of its softmax is the distribution
/// of what follows token i, and the table that makes the text likeliest is the one of relative frequencies: with nᵢⱼ pairs in the text the loss
/// −Σ nᵢⱼ·ln pᵢⱼ is least at pᵢⱼ = nᵢⱼ / Σⱼ nᵢⱼ. So counting (<see cref="FromCounts"/>) finds at once what training approaches.
/// </summary>
public sealed class BigramModel : LanguageModel
{
    private readonly Embedding _table;

    /// <summary>All logits start at 0: every token as likely as any other.</summary>
    /// <param name="config">The shape; validated here.</param>
    public BigramModel(BigramConfig config)
    {
        Config = config.Validate();
        _table = Declare("table", new Embedding(config.Vocabulary, config.Vocabulary, null));
    }

    public override BigramConfig Config { get; }

    public override IBackend Backend => _table.Weight.Value.Backend;

    /// <summary>The logits, (V, V): the row of each token says what follows it.</summary>
    public Parameter Table => _table.Weight;

    /// <summary>
    /// The model that counting gives: pᵢⱼ = (nᵢⱼ + s) / Σⱼ (nᵢⱼ + s). With smoothing s &gt; 0 no pair is impossible (Laplace's rule is s = 1); with
    /// s = 0 a pair that never occurred has logit −∞, and a token that never occurred is followed by all alike.
    /// </summary>
    public static BigramModel FromCounts(ReadOnlySpan<int> text, int vocabulary, double smoothing = 0)
    {
        if (!(smoothing >= 0 && double.IsFinite(smoothing)))
            throw new ArgumentOutOfRangeException(nameof(smoothing), FormattableString.Invariant(
                $"BigramModel: smoothing is {smoothing} but must be at least 0 and finite."));
        var model = new BigramModel(new BigramConfig { Vocabulary = vocabulary });
        int wrong = text.IndexOfAnyExceptInRange(0, vocabulary - 1);
        if (wrong >= 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"BigramModel: token {wrong} of the text is {text[wrong]} but must be from 0 to {vocabulary - 1}."));
        double[] counts = new double[vocabulary * vocabulary];
        for (int i = 1; i < text.Length; i++) counts[(text[i - 1] * vocabulary) + text[i]]++;
        double[] logits = new double[counts.Length];
        for (int row = 0; row < vocabulary; row++)
        {
            Span<double> n = counts.AsSpan(row * vocabulary, vocabulary);
            double total = 0;
            foreach (double count in n) total += count + smoothing;
            for (int j = 0; j < vocabulary && total > 0; j++)
                logits[(row * vocabulary) + j] = n[j] + smoothing > 0 ? StableMath.Log((n[j] + smoothing) / total) : double.NegativeInfinity;
        }
        model.Table.Write(Array.ConvertAll(logits, x => (float)x));
        return model;
    }

    public override Tensor Forward(Indices ids, Rng? rng = null, Watch? watch = null)
    {
        Tensor logits = _table.Forward(ids);
        watch?.Inside("logits").Output(logits);
        return logits;
    }

    public override ITextReader NewReader() => new TailReader(this, 1);
}

/// <summary>Reads a text with a model that sees nothing but the last few tokens of it.</summary>
internal sealed class TailReader(LanguageModel model, int history) : ITextReader
{
    private int[] _tail = [];

    public void Read(ReadOnlySpan<int> ids, float[] logits)
    {
        int[] text = [.. _tail, .. ids];
        _tail = text[Math.Max(0, text.Length - history)..];
        model.AsConstants(() =>
        {
            using (Workspace.Begin()) model.Forward(new Indices(_tail, (1, _tail.Length)))[.., ^1..].Read(logits);
            return logits;
        });
    }
}
