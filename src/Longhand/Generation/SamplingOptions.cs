namespace Longhand.Generation;

/// <summary>How the next token is chosen from the model's probabilities.</summary>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits: below 1 bolder, above 1 wilder, 0 always the likeliest (as <see cref="Greedy"/>).</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Only the k likeliest tokens may be chosen; 0 leaves all in.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Only the likeliest tokens that together reach this probability may be chosen (nucleus sampling, Holtzman and others, 2020);
    /// 1 leaves all in.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Always the likeliest token; the seed does not matter then.</summary>
    public bool Greedy { get; init; }

    /// <summary>The text that decides all draws: the same seed, model and prompt give the same text.</summary>
    public string Seed { get; init; } = "longhand";

    /// <summary>Throws an <see cref="ArgumentException"/> that names the first field out of range, and the range.</summary>
    public SamplingOptions Validate()
    {
        if (!(Temperature >= 0 && Temperature <= 100))
            throw new ArgumentException(FormattableString.Invariant($"temperature is {Temperature} but must be from 0 to 100."));
        if (TopK < 0) throw new ArgumentException(FormattableString.Invariant($"top-k is {TopK} but must be 0 (all) or more."));
        if (!(TopP > 0 && TopP <= 1)) throw new ArgumentException(FormattableString.Invariant($"top-p is {TopP} but must be above 0 and at most 1."));
        return this;
    }
}
