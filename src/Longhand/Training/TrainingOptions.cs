namespace Longhand.Training;

/// <summary>How a model is trained. The defaults are the capstone preset's.</summary>
public sealed record TrainingOptions
{
    /// <summary>The run's whole identity: the same seed and settings give the same weights, byte for byte, on every machine.</summary>
    public string Seed { get; init; } = "longhand";

    /// <summary>Windows of text in a step. More make the gradient less noisy and each step slower.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Batches whose gradients are averaged before each step: a larger batch in the memory of a small one.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>The highest learning rate, after the warm-up. For the capstone found by a sweep (bench/LOG.md).</summary>
    public double LearningRate { get; init; } = 2e-2;

    /// <summary>The learning rate at the last step, as a share of the highest: the cosine ends here.</summary>
    public double FinalShare { get; init; } = 0.1;

    /// <summary>Steps over which the learning rate rises from 0, while AdamW's averages are still poor; fewer than all steps.</summary>
    public int Warmup { get; init; } = 100;

    /// <summary>AdamW's memory of the gradient: its mean over about 1 / (1 − β₁) steps.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's memory of the squared gradient; shorter than the usual 0.999 because runs are short.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>How strongly weights shrink toward 0: by learning rate · decay each step. Matrices only.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>The gradient is scaled down to this length when it is longer; 0 switches clipping off.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Steps between two losses over the whole validation text.</summary>
    public int EvalEvery { get; init; } = 250;

    /// <summary>Steps between two sample texts; 0 for none.</summary>
    public int SampleEvery { get; init; } = 250;

    /// <summary>Steps between two checkpoints.</summary>
    public int SaveEvery { get; init; } = 250;

    /// <summary>Stop after this many evaluations in a row without a better one; 0 never stops early.</summary>
    public int Patience { get; init; }

    /// <summary>Throws an <see cref="ArgumentException"/> that names the first field out of range, and the range.</summary>
    public TrainingOptions Validate()
    {
        Range(Batch, 1, 1_000_000, "batch");
        Range(Accumulate, 1, 1_000_000, "accumulate");
        Range(Steps, 1, 1_000_000_000, "steps");
        Range(Warmup, 0, Steps - 1, "warmup");
        Range(EvalEvery, 1, 1_000_000_000, "eval-every");
        Range(SampleEvery, 0, 1_000_000_000, "sample-every");
        Range(SaveEvery, 1, 1_000_000_000, "save-every");
        Range(Patience, 0, 1_000_000, "patience");
        Between(LearningRate, 0, 10, "learning-rate", aboveLow: true);
        Between(FinalShare, 0, 1, "final-share");
        Between(Beta1, 0, 0.999999, "beta1");
        Between(Beta2, 0, 0.999999, "beta2");
        Between(WeightDecay, 0, 10, "weight-decay");
        Between(Clip, 0, 1e9, "clip");
        return this;
    }

    private static void Range(int value, int low, int high, string name)
    {
        if (value < low || value > high)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value} but must be from {low} to {high}."));
    }

    private static void Between(double value, double low, double high, string name, bool aboveLow = false)
    {
        if (!(value >= low && value <= high) || (aboveLow && value == low))
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value} but must be {(aboveLow ? "above" : "from")} {low} {(aboveLow ? "and at most" : "to")} {high}."));
    }
}
