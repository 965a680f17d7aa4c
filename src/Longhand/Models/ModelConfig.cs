using Longhand.Numerics;

namespace Longhand.Models;

/// <summary>The shape of a language model: what all kinds have in common. Where a field means nothing to a kind, <see cref="Has"/> says so.</summary>
public abstract record ModelConfig
{
    /// <summary>Layers, one after another.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Features of each position.</summary>
    public int Width { get; init; } = 1;

    /// <summary>The length of the windows of text that it is trained and measured on, in tokens; to a <see cref="Gpt"/> also the longest text it sees at once.</summary>
    public int Context { get; init; } = 64;

    /// <summary>How many different tokens; the tokenizer says.</summary>
    public int Vocabulary { get; init; } = 65;

    /// <summary>The share of activations dropped in training, against learning by heart; 0 while the text is long for the model.</summary>
    public float Dropout { get; init; }

    /// <summary>The kind's name, as files and flags write it: gpt, lstm, ….</summary>
    public abstract string Kind { get; }

    /// <summary>The number of parameters, from the shape alone: what a model of this configuration would count.</summary>
    public abstract long ParameterCount { get; }

    /// <summary>The shape in a few words, for people: "LSTM, 2 layers, width 128".</summary>
    public abstract string Summary { get; }

    /// <summary>The most numbers that one position takes in any tensor of a training step.</summary>
    public abstract long Widest { get; }

    /// <summary>Whether this kind of model has what the field describes.</summary>
    /// <param name="field">The name of a property of this record or a derived one.</param>
    public abstract bool Has(string field);

    /// <summary>Throws an <see cref="ArgumentException"/> that names the first field that is out of range, and the range.</summary>
    public abstract ModelConfig Validate();

    /// <summary>A model of this shape.</summary>
    /// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
    public abstract LanguageModel Create(Rng? rng);

    /// <summary>"1 layer", "2 layers".</summary>
    protected static string Count(int count, string noun) => FormattableString.Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>The checks that all kinds share.</summary>
    protected void ValidateCommon()
    {
        Range(Layers, 1, 1000, "layers");
        Range(Width, 1, 65_536, "width");
        Range(Context, 1, 1_048_576, "context");
        Range(Vocabulary, 1, 10_000_000, "vocabulary");
        if (!(Dropout >= 0 && Dropout < 1)) throw new ArgumentException(FormattableString.Invariant($"dropout is {Dropout} but must be at least 0 and below 1."));
    }

    protected internal static void Range(int value, int low, int high, string name)
    {
        if (value < low || value > high)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value} but must be from {low} to {high}."));
    }
}
