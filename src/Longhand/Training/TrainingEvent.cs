namespace Longhand.Training;

/// <summary>What a training run reports while it goes, in the order it happens.</summary>
public abstract record TrainingEvent(int Step);

/// <summary>The run is set up: how large the model and the data are, and the step it starts from (0, or a resumed one).</summary>
public sealed record StartedEvent(int Step, int Steps, long Parameters, int TrainTokens, int ValidationTokens, string Run, string? Note) : TrainingEvent(Step);

/// <summary>
/// One optimizer step is done. Loss is the mean over the step's batch in nats per token, SmoothedLoss a mean over the steps so far in which
/// each counts 2% less than the next, also over those before a resumption.
/// </summary>
public sealed record StepEvent(
    int Step, double Loss, double SmoothedLoss, double LearningRate, double GradientNorm, double TokensPerSecond, double SecondsLeft) : TrainingEvent(Step);

/// <summary>
/// A loss over the whole validation split takes long enough to tell: how many predictions of how many are made, and the seconds since it
/// began. Comes a few times a second, and not at all while evaluations are short.
/// </summary>
public sealed record EvaluatingEvent(int Step, int Done, int Total, double Seconds) : TrainingEvent(Step);

/// <summary>The loss over the whole validation split, and whether it is the lowest so far.</summary>
public sealed record EvalEvent(int Step, double ValidationLoss, bool IsBest) : TrainingEvent(Step);

/// <summary>A text the model wrote at this step.</summary>
public sealed record SampleEvent(int Step, string Text) : TrainingEvent(Step);

/// <summary>A checkpoint is safely on disk.</summary>
public sealed record CheckpointEvent(int Step, string Folder) : TrainingEvent(Step);

/// <summary>
/// The run ended: all steps done, stopped early, or interrupted after saving. TrainLoss is the mean of the last steps,
/// ValidationLoss the best one, whose weights are in the run's model.safetensors and have this SHA-256. Stopped before the first
/// evaluation, there is no such file yet, and the SHA-256 is empty.
/// </summary>
public sealed record DoneEvent(
    int Step, double TrainLoss, double ValidationLoss, double TokensPerSecond, double Seconds,
    string WeightsSha256, string Run, StopReason Reason) : TrainingEvent(Step)
{
    /// <summary>False when no weights after the first step were better than those before it, or the best are no better than
    /// guessing.</summary>
    public bool HasLearned { get; init; } = true;

    /// <summary>False when weights with a lower validation loss were lost: model.safetensors was damaged and is written again from a
    /// checkpoint.</summary>
    public bool KeepsBest { get; init; } = true;

    /// <summary>What <see cref="Doctor"/> says of the training, the most certain first; empty when it looks healthy, null when it was too
    /// short to tell.</summary>
    public IReadOnlyList<Finding>? Findings { get; init; }
}

public enum StopReason
{
    /// <summary>All steps are done.</summary>
    Finished,

    /// <summary>The validation loss no longer improved and early stopping was asked for.</summary>
    StoppedEarly,

    /// <summary>The caller cancelled; a checkpoint was saved first.</summary>
    Interrupted,
}
