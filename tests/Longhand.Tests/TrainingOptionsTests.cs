using Longhand.Training;

namespace Longhand.Tests;

public sealed class TrainingOptionsTests
{
    private static readonly TrainingOptions Default = new();

    private static readonly Dictionary<string, Func<double, TrainingOptions>> Fields = new()
    {
        ["batch"] = v => Default with { Batch = (int)v },
        ["accumulate"] = v => Default with { Accumulate = (int)v },
        ["steps"] = v => Default with { Steps = (int)v, Warmup = 0 },
        ["warmup"] = v => Default with { Warmup = (int)v },
        ["eval-every"] = v => Default with { EvalEvery = (int)v },
        ["sample-every"] = v => Default with { SampleEvery = (int)v },
        ["save-every"] = v => Default with { SaveEvery = (int)v },
        ["patience"] = v => Default with { Patience = (int)v },
        ["learning-rate"] = v => Default with { LearningRate = v },
        ["final-share"] = v => Default with { FinalShare = v },
        ["beta1"] = v => Default with { Beta1 = v },
        ["beta2"] = v => Default with { Beta2 = v },
        ["weight-decay"] = v => Default with { WeightDecay = v },
        ["clip"] = v => Default with { Clip = v },
    };

    [Fact]
    public void The_defaults_and_all_presets_are_valid()
    {
        Default.Validate();
        Assert.Equal(["capstone", "laptop", "desktop", "gpt2"], Preset.All.Select(p => p.Name));
        Assert.All(Preset.All, preset =>
        {
            preset.Model.Validate();
            preset.Training.Validate();
        });
        Assert.Equal("preset is 'huge' but must be one of capstone, laptop, desktop, gpt2.", Assert.Throws<ArgumentException>(() => Preset.Named("huge")).Message);
    }

    [Theory]
    [InlineData("batch", 0, "batch is 0 but must be from 1 to 1000000.")]
    [InlineData("batch", 1_000_001, "batch is 1000001 but must be from 1 to 1000000.")]
    [InlineData("accumulate", 0, "accumulate is 0 but must be from 1 to 1000000.")]
    [InlineData("steps", 0, "steps is 0 but must be from 1 to 1000000000.")]
    [InlineData("steps", -5, "steps is -5 but must be from 1 to 1000000000.")]
    [InlineData("warmup", -1, "warmup is -1 but must be from 0 to 1999.")]
    [InlineData("warmup", 2_000, "warmup is 2000 but must be from 0 to 1999.")]
    [InlineData("eval-every", 0, "eval-every is 0 but must be from 1 to 1000000000.")]
    [InlineData("sample-every", -1, "sample-every is -1 but must be from 0 to 1000000000.")]
    [InlineData("save-every", 0, "save-every is 0 but must be from 1 to 1000000000.")]
    [InlineData("patience", -1, "patience is -1 but must be from 0 to 1000000.")]
    [InlineData("learning-rate", 0, "learning-rate is 0 but must be above 0 and at most 10.")]
    [InlineData("learning-rate", double.NaN, "learning-rate is NaN but must be above 0 and at most 10.")]
    [InlineData("learning-rate", 10.5, "learning-rate is 10.5 but must be above 0 and at most 10.")]
    [InlineData("final-share", -0.1, "final-share is -0.1 but must be from 0 to 1.")]
    [InlineData("final-share", 1.1, "final-share is 1.1 but must be from 0 to 1.")]
    [InlineData("beta1", 1, "beta1 is 1 but must be from 0 to 0.999999.")]
    [InlineData("beta2", -0.1, "beta2 is -0.1 but must be from 0 to 0.999999.")]
    [InlineData("beta2", double.NaN, "beta2 is NaN but must be from 0 to 0.999999.")]
    [InlineData("weight-decay", -0.1, "weight-decay is -0.1 but must be from 0 to 10.")]
    [InlineData("weight-decay", double.PositiveInfinity, "weight-decay is Infinity but must be from 0 to 10.")]
    [InlineData("clip", -1, "clip is -1 but must be from 0 to 1000000000.")]
    [InlineData("clip", double.NaN, "clip is NaN but must be from 0 to 1000000000.")]
    public void A_field_out_of_range_is_named_with_its_range(string field, double value, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Fields[field](value).Validate()).Message);

    [Theory]
    [InlineData("batch", 1, 1_000_000)]
    [InlineData("accumulate", 1, 1_000_000)]
    [InlineData("steps", 1, 1_000_000_000)]
    [InlineData("warmup", 0, 1_999)]
    [InlineData("eval-every", 1, 1_000_000_000)]
    [InlineData("sample-every", 0, 1_000_000_000)]
    [InlineData("save-every", 1, 1_000_000_000)]
    [InlineData("patience", 0, 1_000_000)]
    [InlineData("learning-rate", 1e-30, 10)]
    [InlineData("final-share", 0, 1)]
    [InlineData("beta1", 0, 0.999999)]
    [InlineData("beta2", 0, 0.999999)]
    [InlineData("weight-decay", 0, 10)]
    [InlineData("clip", 0, 1e9)]
    public void The_ends_of_each_range_are_valid(string field, double low, double high)
    {
        Fields[field](low).Validate();
        Fields[field](high).Validate();
    }

    [Fact]
    public void Every_number_is_covered_here() => Assert.Equal(
        typeof(TrainingOptions).GetProperties().Count(p => p.PropertyType == typeof(int) || p.PropertyType == typeof(double)), Fields.Count);
}
