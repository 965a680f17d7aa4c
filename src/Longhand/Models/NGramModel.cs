using Longhand.Backends;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Models;

/// <summary>The shape of an <see cref="NGramModel"/>.</summary>
public sealed record NGramConfig : ModelConfig
{
    public NGramConfig() => Width = 24;

    /// <summary>How many tokens it sees before the one to be predicted: the n − 1 of an n-gram.</summary>
    public int History { get; init; } = 8;

    /// <summary>Units of the hidden layer.</summary>
    public int Hidden { get; init; } = 256;

    public override string Kind => "ngram";

    public override long ParameterCount
    {
        get
        {
            long inputs = (long)History * Width;
            return ((Vocabulary + 1L) * Width) + (inputs * Hidden) + Hidden + ((long)Hidden * Vocabulary) + Vocabulary;
        }
    }

    public override string Summary =>
        FormattableString.Invariant($"n-gram network, {Count(History, "token")} back, width {Width}, {Count(Hidden, "hidden unit")}");

    public override long Widest => Math.Max(Math.Max((long)History * Width, Hidden), Vocabulary);

    public override bool Has(string field) =>
        field is nameof(Width) or nameof(Context) or nameof(Vocabulary) or nameof(Dropout) or nameof(History) or nameof(Hidden);

    public override NGramConfig Validate()
    {
        ValidateCommon();
        Range(History, 1, 1024, "history");
        Range(Hidden, 1, 1_048_576, "hidden");
        return this;
    }

    public override NGramModel Create(Rng? rng) => new(this, rng);
}

/// <summary>
/// The neural probabilistic language model (Bengio and others, 2003): the last few tokens, each as its row of an embedding table, side by side
/// into one hidden layer, and from there a score for each next token. What it learns of a token it knows wherever that token stands in the
/// history; what lies further back it cannot see.
/// <code>
/// e = [table[idₜ₋ₖ₊₁] … table[idₜ]]   (B, T, k·W)      logits = tanh(e·W₁ + b₁)·W₂ + b₂
/// </code>
/// Before the beginning of a window stands a token of its own, the last row of the table.
/// </summary>
public sealed class NGramModel : LanguageModel
{
    private readonly Embedding _tokens;
    private readonly Linear _hidden, _output;

    /// <param name="config">The shape; validated here.</param>
    /// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
    public NGramModel(NGramConfig config, Rng? rng)
    {
        Config = config.Validate();
        _tokens = Declare("embedding", new Embedding(config.Vocabulary + 1, config.Width, rng?.Fork("embedding")));
        _hidden = Declare("hidden", new Linear(config.History * config.Width, config.Hidden, rng?.Fork("hidden")));
        _output = Declare("output", new Linear(config.Hidden, config.Vocabulary, rng?.Fork("output")));
    }

    public override NGramConfig Config { get; }

    public override IBackend Backend => _hidden.Weight.Value.Backend;

    public override Tensor Forward(Indices ids, Rng? rng = null, Watch? watch = null)
    {
        var (B, T) = ids.Shape;
        int back = Config.History - 1;
        int[] padded = new int[B * (back + T)];
        for (int b = 0; b < B; b++)
        {
            Span<int> row = padded.AsSpan(b * (back + T), back + T);
            row[..back].Fill(Config.Vocabulary);
            ids.Values.Slice(b * T, T).CopyTo(row[back..]);
        }
        Tensor rows = _tokens.Forward(new Indices(padded, (B, back + T)));                    // (B, k − 1 + T, W)
        var seen = new Tensor[Config.History];
        for (int k = 0; k < seen.Length; k++) seen[k] = rows[.., k..(k + T)];
        Tensor hidden = _hidden.Forward(Tensor.Concatenate(seen, ^1)).Tanh();                 // (B, T, hidden)
        watch?.Inside("hidden").Output(hidden, ActivationKind.Tanh);
        if (rng is { } random) hidden = hidden.Dropout(Config.Dropout, random);
        Tensor logits = _output.Forward(hidden);
        watch?.Inside("logits").Output(logits);
        return logits;
    }

    public override ITextReader NewReader() => new TailReader(this, Config.History);
}
