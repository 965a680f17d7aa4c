using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;
using Longhand.Text;
using Longhand.Training;
using static Longhand.Tests.Trainings;

namespace Longhand.Tests;

/// <summary>Real trainings of a second or so: each planted fault is named first, and healthy ones are left alone.</summary>
public sealed class DoctorTests
{
    private static readonly GptConfig Small = new() { Layers = 2, Heads = 2, Width = 32, Context = 32 };
    private static readonly TrainingOptions Quick =
        new() { Batch = 16, Steps = 300, LearningRate = 1e-2, Warmup = 30, EvalEvery = 50, SampleEvery = 0, SaveEvery = 1000 };

    private static readonly (int, int, int, double) Clouds = (16, 8, 4000, 0.8);
    private static readonly int Vocabulary = CharTokenizer.FromText(BuiltInCorpus.Text).VocabularySize;

    private static readonly Dictionary<string, Func<string, Task<TrainingRecord>>> Healthy = new()
    {
        ["a small MLP on half moons"] = By(new Classifier { Model = r => Stack(r, 2, 32, 2, 2, Activation.Relu, Initializers.He) }),
        ["plain gradient descent and tanh"] = By(new Classifier
        {
            Model = r => Stack(r, 2, 16, 1, 2, Activation.Tanh),
            Steps = 1000,
            Rate = Schedule.Constant(0.5),
            Optimizer = groups => new Sgd(groups),
        }),
        ["a deep ReLU net that starts as He says"] = By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 12, 8, Activation.Relu, Initializers.He),
            Data = Clouds,
            Rate = Schedule.Constant(1e-3),
            Clip = 1,
        }),
        ["a deep tanh net that starts as Glorot says"] = By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 8, 8, Activation.Tanh),
            Data = Clouds,
            Rate = Schedule.Constant(1e-3),
        }),
        ["layer normalisation and GELU"] = By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 4, 8, Activation.Gelu, norm: () => new LayerNorm(64)),
            Data = Clouds,
            Rate = Schedule.Constant(3e-3),
        }),
        ["momentum and batch normalisation"] = By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 3, 8, Activation.Relu, Initializers.He, () => new BatchNorm(64)),
            Data = Clouds,
            Optimizer = groups => new Sgd(groups, 0.9),
        }),
        ["a small GPT"] = seed => Run(Small, Quick with { Seed = seed, LearningRate = 2e-2 }),
        ["a GPT with dropout and without clipping"] = seed => Run(Small with { Dropout = 0.1f }, Quick with { Seed = seed, LearningRate = 5e-3, Clip = 0 }),
        ["a GPT whose rate needs no warm-up"] = seed => Run(Small, Quick with { Seed = seed, LearningRate = 3e-3, Warmup = 0 }),
        ["a GPT in a loop of its own"] = seed => Task.FromResult(Run(GptInALoop(seed), BuiltInCorpus.Text, seed)),
    };

    private static readonly Dictionary<string, (FindingKind Kind, Func<string, Task<TrainingRecord>> Train)> Ill = new()
    {
        ["biases so low that units are silent"] = (FindingKind.DeadRelus, By(new Classifier
        {
            Model = r => WithBiases(Stack(r, 16, 64, 2, 8, Activation.Relu, Initializers.He), -6),
            Data = Clouds,
            Rate = Schedule.Constant(1e-3),
        })),
        ["ten sigmoids one after another"] = (FindingKind.VanishingGradients, By(new Classifier
        {
            Model = r => Stack(r, 16, 32, 10, 8, Activation.Sigmoid),
            Data = Clouds,
            Rate = Schedule.Constant(0.1),
            Optimizer = groups => new Sgd(groups),
        })),
        ["eight sigmoids and Adam"] = (FindingKind.VanishingGradients, By(new Classifier
        {
            Model = r => Stack(r, 16, 32, 8, 8, Activation.Sigmoid),
            Data = Clouds,
            Rate = Schedule.Constant(1e-3),
        })),
        ["twelve layers, each twice as large as it should be, no clipping"] = (FindingKind.ExplodingGradients, By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 12, 8, Activation.Relu, Initializers.Normal(2 * Math.Sqrt(2.0 / 64))),
            Data = Clouds,
            Rate = Schedule.Constant(1e-3),
            Optimizer = groups => new Sgd(groups),
        })),
        ["Adam with a rate of 1"] = (FindingKind.RateTooHigh, By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 2, 8, Activation.Tanh),
            Data = Clouds,
            Rate = Schedule.Constant(1),
        })),
        ["a GPT with a rate of 0.3"] = (FindingKind.RateTooHigh, seed => Run(Small, Quick with { Seed = seed, LearningRate = 0.3 })),
        ["plain gradient descent in tiny steps"] = (FindingKind.RateTooLow, By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 2, 8, Activation.Relu, Initializers.He),
            Data = Clouds,
            Rate = Schedule.Constant(1e-4),
            Optimizer = groups => new Sgd(groups),
        })),
        ["a GPT with a rate of 0.00001"] = (FindingKind.RateTooLow, seed => Run(Small, Quick with { Seed = seed, LearningRate = 1e-5 })),
        ["a GPT at its full rate from the first step"] = (FindingKind.NoWarmUp, seed => Run(Small, Quick with { Seed = seed, LearningRate = 2e-2, Warmup = 0 })),
        ["weights ten times too large"] = (FindingKind.BadInitialisation, By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 2, 8, Activation.Relu, Initializers.Normal(10 * Math.Sqrt(2.0 / 64))),
            Data = Clouds,
            Rate = Schedule.Constant(1e-3),
        })),
        ["weights a twentieth of what they should be"] = (FindingKind.BadInitialisation, By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 4, 8, Activation.Relu, Initializers.Normal(0.05 * Math.Sqrt(2.0 / 64))),
            Data = Clouds,
            Rate = Schedule.Constant(1e-3),
            Optimizer = groups => new Sgd(groups),
        })),
        ["weights of 0"] = (FindingKind.BadInitialisation, By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 2, 8, Activation.Relu, Initializers.Zeros),
            Data = Clouds,
            Rate = Schedule.Constant(1e-3),
        })),
        ["weights all alike"] = (FindingKind.BadInitialisation, By(new Classifier
        {
            Model = r => Stack(r, 16, 64, 2, 8, Activation.Tanh, (shape, _) => Tensor.Full(shape, 0.1f)),
            Data = Clouds,
            Rate = Schedule.Constant(1e-3),
        })),
        ["sixty examples"] = (FindingKind.Overfitting, By(new Classifier
        {
            Model = r => Stack(r, 16, 128, 2, 8, Activation.Relu, Initializers.He),
            Data = (16, 8, 60, 1.5),
            Batch = 32,
        })),
        ["a GPT with three thousand characters"] = (FindingKind.Overfitting,
            seed => Run(Small with { Width = 64 }, Quick with { Seed = seed, Steps = 400, EvalEvery = 40 }, BuiltInCorpus.Text[20_000..23_000])),
        ["attention without its mask"] = (FindingKind.LeakFromTheFuture, seed => Task.FromResult(Run(new UnmaskedModel(Vocabulary, new Rng(seed)), BuiltInCorpus.Text, seed))),
        ["targets that are the inputs"] = (FindingKind.LeakFromTheFuture, seed => Task.FromResult(Run(GptInALoop(seed), BuiltInCorpus.Text, seed, shift: 0))),
        ["queries and keys far too large"] = (FindingKind.SaturatedSoftmax, seed => Run(Small, Quick with { Seed = seed, LearningRate = 5e-3 }, change: SharpenAttention)),
    };

    public static TheoryData<string> HealthyTrainings => new(Healthy.Keys);

    public static TheoryData<string> Faults => new(Ill.Keys);

    [Theory]
    [MemberData(nameof(HealthyTrainings))]
    public async Task A_healthy_training_is_left_alone(string training)
    {
        TrainingRecord record = await Healthy[training]("healthy");
        Assert.True(Doctor.CanTell(record));
        IReadOnlyList<Finding> findings = Doctor.Examine(record);
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_planted_fault_is_named_first(string fault)
    {
        (FindingKind kind, Func<string, Task<TrainingRecord>> train) = Ill[fault];
        IReadOnlyList<Finding> findings = Doctor.Examine(await train("ill"));
        Assert.NotEmpty(findings);
        Assert.True(findings[0].Kind == kind, string.Join('\n', findings));
        Assert.True(findings[0].Certainty >= 0.7);
        Assert.All(findings, f => Assert.True(f is { Name.Length: > 0, Sentence.Length: > 40, Evidence.Length: > 20, Try.Length: > 20 }));
        Assert.Matches("[0-9]", findings[0].Evidence);
        Assert.Equal(findings.Select(f => f.Certainty).OrderDescending(), findings.Select(f => f.Certainty));
    }

    [Fact]
    public void Every_kind_of_fault_is_planted() => Assert.Equal(Enum.GetValues<FindingKind>().Order(), Ill.Values.Select(i => i.Kind).Distinct().Order());

    [Theory]
    [InlineData(1.5839, 1.5879, 1.6079, true)]
    [InlineData(1.5839, 1.6279, 1.6079, false)]                 // up and down again is noise
    [InlineData(1.6139, 1.6079, 1.6039, false)]                 // far apart, but the validation loss still falls
    public void A_validation_loss_that_turns_far_above_the_training_loss_is_perhaps_overfitting(double a, double b, double c, bool isFound)
    {
        var record = new TrainingRecord
        {
            Steps = [.. Enumerable.Range(1, 600).Select(i => new ReportStep(i, 0.83 + (3.5 * Math.Exp(-i / 80.0)), 2e-3, 1))],
            Evaluations = [new(0, 4.36), new(200, a), new(400, b), new(600, c)],
            Snapshots = [],
            StepsAsked = 600,
            Guessing = Math.Log(78),
        };
        IReadOnlyList<Finding> findings = Doctor.Examine(record);
        Assert.Equal(isFound ? [(FindingKind.Overfitting, "perhaps, or a consequence")] : [], findings.Select(f => (f.Kind, f.Likelihood)));
    }

    [Fact]
    public void A_record_of_nothing_says_nothing()
    {
        var empty = new TrainingRecord { Steps = [], Evaluations = [], Snapshots = [], StepsAsked = 100 };
        Assert.Empty(Doctor.Examine(empty));
        Assert.False(Doctor.CanTell(empty));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.MaxValue)]
    [InlineData(0.0)]
    public void Strange_numbers_do_not_break_it(double strange)
    {
        var snapshots = Enumerable.Range(1, 40).Select(step => new Snapshot(step)
        {
            Activations = [new("0", ActivationKind.Linear, strange, strange, strange, 0, 0), new("1", ActivationKind.Relu, strange, 1, strange, strange, 0)],
            Attention = [new("a", strange, strange)],
            Weights = [.. Enumerable.Range(0, 5).Select(i => new WeightRecord($"{i}", strange, i % 2 == 0 ? strange : 1, strange))],
            Future = new FutureRecord(strange, strange),
        });
        var record = new TrainingRecord
        {
            Steps = [.. Enumerable.Range(1, 40).Select(i => new ReportStep(i, i % 3 == 0 ? strange : 1, strange, strange))],
            Evaluations = [new(0, strange), new(20, 1), new(40, strange)],
            Snapshots = [.. snapshots],
            StepsAsked = 40,
            Guessing = strange,
            Diverged = "somewhere",
        };
        Assert.All(Doctor.Examine(record), f => Assert.InRange(f.Certainty, 0, 1));
    }

    private static Func<string, Task<TrainingRecord>> By(Classifier task) => seed => Task.FromResult(Run(task, seed));

    private static CausalModel GptInALoop(string seed) => new(new Gpt(Small with { Vocabulary = Vocabulary }, new Rng(seed)));

    private static Layer WithBiases(Layer model, float value)
    {
        Parameter[] biases = [.. model.Parameters.Where(p => p.Parameter.Shape.Rank == 1).Select(p => p.Parameter)];
        foreach (Parameter bias in biases[..^1])
        {
            float[] values = new float[bias.Shape.Length];
            values.AsSpan().Fill(value);
            bias.Write(values);
        }
        return model;
    }

    // Two of the three parts of each projection: a hundred times too large, their products are ten thousand times too large.
    private static void SharpenAttention(LanguageModel model)
    {
        foreach ((string name, Parameter parameter) in model.Parameters.Where(p => p.Name.EndsWith("c_attn.weight", StringComparison.Ordinal)))
        {
            float[] values = parameter.Value.ToArray();
            int columns = parameter.Shape[1];
            for (int i = 0; i < values.Length; i++)
            {
                if (i % columns < columns * 2 / 3) values[i] *= 100;
            }
            parameter.Write(values);
        }
    }
}
