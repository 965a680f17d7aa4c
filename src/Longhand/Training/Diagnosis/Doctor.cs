namespace Longhand.Training;

/// <summary>
/// Names what is wrong with a training from what it recorded, with the evidence and what to try. Each group of rules is a file of its own
/// and knows nothing of the others; here their findings are put in order, causes before what they bring about. Nothing found means
/// healthy, as far as these ten can tell.
/// </summary>
public static class Doctor
{
    // Who has the first needs no second opinion on the second: it counts half as much.
    private static readonly (FindingKind Cause, FindingKind[] Effects)[] s_causes =
    [
        (FindingKind.BadInitialisation,
        [
            FindingKind.DeadRelus, FindingKind.VanishingGradients, FindingKind.RateTooLow, FindingKind.RateTooHigh, FindingKind.NoWarmUp,
            FindingKind.SaturatedSoftmax, FindingKind.Overfitting,
        ]),
        (FindingKind.ExplodingGradients,
        [
            FindingKind.BadInitialisation, FindingKind.RateTooHigh, FindingKind.DeadRelus, FindingKind.NoWarmUp, FindingKind.Overfitting,
        ]),
        (FindingKind.RateTooHigh, [FindingKind.DeadRelus, FindingKind.SaturatedSoftmax, FindingKind.Overfitting]),
        (FindingKind.NoWarmUp, [FindingKind.SaturatedSoftmax]),
        (FindingKind.DeadRelus, [FindingKind.VanishingGradients, FindingKind.RateTooLow]),
        (FindingKind.VanishingGradients, [FindingKind.RateTooLow]),
        (FindingKind.SaturatedSoftmax, [FindingKind.VanishingGradients, FindingKind.RateTooLow]),
    ];

    /// <summary>Whether there are enough steps for "nothing found" to mean healthy.</summary>
    public static bool CanTell(TrainingRecord record) => new Course(record).HasShape && record.Snapshots.Count > 0;

    /// <summary>What it means that nothing was found: a sentence.</summary>
    public static string NothingFound(TrainingRecord record) => CanTell(record)
        ? "Healthy: gradients, updates, activations and losses look as they should."
        : record.Snapshots.Count == 0 && record.Steps.Count > 0
            ? "Nothing was recorded inside the model (older versions did not), so only its losses could be examined; they look as they should."
            : "Too few steps for a diagnosis; nothing is wrong so far.";

    /// <summary>What is wrong, the most certain cause first; empty when the training looks healthy.</summary>
    public static IReadOnlyList<Finding> Examine(TrainingRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var course = new Course(record);
        Finding[] found =
        [
            .. GeneralisationRules.Examine(course),
            .. StartRules.Examine(course),
            .. UnitRules.Examine(course),
            .. GradientRules.Examine(course),
            .. AttentionRules.Examine(course),
            .. RateRules.Examine(course),
        ];
        return [.. found.Select(Weighed).OrderByDescending(f => f.Certainty)];

        // By what is more certain than the effect itself, so that of two that explain each other one stays.
        Finding Weighed(Finding effect) =>
            found.Any(f => f.Certainty >= effect.Certainty - 0.1 && s_causes.Any(c => c.Cause == f.Kind && c.Effects.Contains(effect.Kind)))
                ? effect with { Certainty = effect.Certainty / 2 } : effect;
    }
}
