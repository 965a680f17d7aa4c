using Longhand.Nn;

namespace Longhand.Training;

/// <summary>What was measured inside a model in one training step: <see cref="Recorder"/> takes it, <see cref="Doctor"/> reads
/// it.</summary>
/// <param name="Step">The step, counted from 1 as in the metrics: 1 sees the model as it was initialised.</param>
public sealed record Snapshot(int Step)
{
    /// <summary>In the order in which they were computed.</summary>
    public IReadOnlyList<ActivationRecord> Activations { get; init; } = [];

    public IReadOnlyList<AttentionRecord> Attention { get; init; } = [];

    /// <summary>In the order in which the model declares them; matrices only.</summary>
    public IReadOnlyList<WeightRecord> Weights { get; init; } = [];

    /// <summary>Only in the first snapshot of a model that predicts what comes next.</summary>
    public FutureRecord? Future { get; init; }
}

/// <summary>A layer's output over a sample of the batch.</summary>
/// <param name="Layer">Its name, as its parameters have it: "transformer.h.0.mlp".</param>
/// <param name="Kind">What function made it.</param>
/// <param name="Size">√ mean y²: how large the numbers are.</param>
/// <param name="Spread">√ mean (y − the unit's mean over the examples)²: how much of it depends on the input.</param>
/// <param name="Variety">√ mean (y − the example's mean over the units)²: how much the units differ from each other.</param>
/// <param name="Dead">The share of units that are silent for every example of the sample; 0 for kinds that cannot die.</param>
/// <param name="Saturated">The share of numbers at the flat ends of a sigmoid or tanh; 0 for other kinds.</param>
public readonly record struct ActivationRecord(
    string Layer, ActivationKind Kind, double Size, double Spread, double Variety, double Dead, double Saturated);

/// <summary>How sharply an attention layer looks, over a sample of its queries and all heads.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Entropy">Mean entropy of the weights as a share of the highest possible, ln of the visible keys: 1 looks everywhere
/// alike, 0 at one place only.</param>
/// <param name="Saturated">The share of rows where one key has over 99% of the weight: there the softmax passes hardly any
/// gradient.</param>
public readonly record struct AttentionRecord(string Layer, double Entropy, double Saturated);

/// <summary>A weight matrix in one step.</summary>
/// <param name="Layer">The layer that has it.</param>
/// <param name="Weight">√ mean w², before the step.</param>
/// <param name="Gradient">√ mean g², before clipping.</param>
/// <param name="Update">√ mean (change)², over a sample of its rows.</param>
public readonly record struct WeightRecord(string Layer, double Weight, double Gradient, double Update)
{
    /// <summary>How far the step moved the matrix, as a share of its size.</summary>
    public double UpdateShare => Weight > 0 ? Update / Weight : 0;
}

/// <summary>Whether a model that predicts what comes next can see it.</summary>
/// <param name="Influence">How much earlier predictions moved when later inputs were changed, as a share of the predictions' size; 0 for
/// a causal model.</param>
/// <param name="Copied">The share of targets that equal the input at their own place: in a text, as often as letters are doubled.</param>
public sealed record FutureRecord(double Influence, double Copied);
