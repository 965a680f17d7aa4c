namespace Longhand.Training;

/// <summary>Training reached a number that is not finite. The message names the step and the first tensor that has one.</summary>
public sealed class TrainingDivergedException(int step, string tensor, string? checkpoint)
    : Exception(FormattableString.Invariant($"step {step}: training diverged; the first number that is not finite is in {tensor}. ")
        + "Hint: try a lower --learning-rate, a longer --warmup or a smaller --clip"
        + (checkpoint is null ? "." : $"; the checkpoint before is {checkpoint}."))
{
    /// <summary>The step in which it happened.</summary>
    public int Step { get; } = step;

    /// <summary>Where the first such number is, for people.</summary>
    public string Tensor { get; } = tensor;
}
