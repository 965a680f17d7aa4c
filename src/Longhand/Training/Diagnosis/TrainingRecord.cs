namespace Longhand.Training;

/// <summary>
/// What is known of a training, for <see cref="Doctor"/>: the losses it logged, what was seen inside the model, and what was asked of it.
/// A <see cref="Recorder"/> fills one while a loop of your own runs; a run folder holds one in its metrics.
/// </summary>
public sealed record TrainingRecord
{
    /// <summary>Logged steps in order; the loss of a step is that of the weights before it.</summary>
    public required IReadOnlyList<ReportStep> Steps { get; init; }

    public required IReadOnlyList<ReportEval> Evaluations { get; init; }

    public required IReadOnlyList<Snapshot> Snapshots { get; init; }

    /// <summary>The record of a training that left it in a run folder.</summary>
    /// <exception cref="Longhand.Files.BadFileException">The folder is no run, has no record, or a file in it is damaged.</exception>
    public static TrainingRecord Load(string runFolder) => RunRecord.Load(runFolder);

    /// <summary>How many steps were asked for.</summary>
    public required int StepsAsked { get; init; }

    /// <summary>The loss of knowing nothing: ln of the number of classes or tokens. Null where there is no such number, as in a
    /// regression.</summary>
    public double? Guessing { get; init; }

    /// <summary>The gradient was scaled down to this length; 0 when it was not clipped.</summary>
    public double Clip { get; init; }

    /// <summary>Where the first number stands that is no longer finite, when training ended that way.</summary>
    public string? Diverged { get; init; }
}
