namespace Longhand.Training;

/// <summary>What can be wrong with a training.</summary>
public enum FindingKind
{
    DeadRelus,
    VanishingGradients,
    ExplodingGradients,
    RateTooHigh,
    RateTooLow,
    NoWarmUp,
    BadInitialisation,
    Overfitting,
    LeakFromTheFuture,
    SaturatedSoftmax,
}

/// <summary>One thing that is wrong, in words for people.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Certainty">From 0 to 1, for the order: what is most certainly the cause comes first.</param>
/// <param name="Sentence">What is wrong and why it matters, in plain words.</param>
/// <param name="Evidence">The numbers it was seen in, with step and layer.</param>
/// <param name="Try">What to change, the most promising first.</param>
public sealed record Finding(FindingKind Kind, double Certainty, string Sentence, string Evidence, string Try)
{
    /// <summary>The certainty in words.</summary>
    public string Likelihood => Certainty >= 0.85 ? "almost certainly" : Certainty >= 0.7 ? "probably" : "perhaps, or a consequence";

    /// <summary>The kind in a few words: "dead ReLUs".</summary>
    public string Name => Kind switch
    {
        FindingKind.DeadRelus => "dead ReLUs",
        FindingKind.VanishingGradients => "vanishing gradients",
        FindingKind.ExplodingGradients => "exploding gradients",
        FindingKind.RateTooHigh => "learning rate too high",
        FindingKind.RateTooLow => "learning rate too low",
        FindingKind.NoWarmUp => "no warm-up",
        FindingKind.BadInitialisation => "bad initialisation",
        FindingKind.Overfitting => "overfitting",
        FindingKind.LeakFromTheFuture => "a leak from the future",
        FindingKind.SaturatedSoftmax => "saturated softmax",
        _ => Kind.ToString(),
    };
}
