using Longhand.Backends;
using Longhand.Models;
using Longhand.Numerics;

namespace Longhand.Cli.Benchmarks;

/// <summary>What is trained when training is timed: a model without dropout and one batch of random tokens, the same in every step.</summary>
internal sealed record TrainingShape(string Name, ModelConfig Model, int Batch)
{
    public const double LearningRate = 1e-3, Beta1 = 0.9, Beta2 = 0.99, WeightDecay = 0.1, Clip = 1;

    public int Tokens => Batch * Model.Context;

    public bool IsRecurrent => Model is RecurrentConfig;

    /// <summary>Of one step.</summary>
    public double Flops => StepCost.FlopsPerToken(Model) * Tokens;

    /// <summary>GPT's presets' shapes; desktop and gpt2 with batches and contexts of which a step takes about a second.</summary>
    public static IReadOnlyList<TrainingShape> OfPresets { get; } =
    [
        new("capstone", Shape(4, 4, 64, 64), 32),
        new("laptop", Shape(4, 4, 128, 64), 12),
        new("desktop", Shape(6, 6, 384, 256), 8),
        new("gpt2", Shape(12, 12, 768, 64) with { Vocabulary = 50_257 }, 4),
    ];

    /// <summary>Two recurrent layers of each kind of cell: 50 windows of 50 characters.</summary>
    public static IReadOnlyList<TrainingShape> Recurrent { get; } =
    [
        .. new[] { RecurrentCell.Rnn, RecurrentCell.Lstm, RecurrentCell.Gru }.Select(cell =>
            new RecurrentConfig(cell) { Layers = 2, Width = 128, Context = 50, Vocabulary = 65, Dropout = 0 }).Select(model => new TrainingShape(model.Kind, model, 50)),
    ];

    /// <summary>Four layers, one size of them growing.</summary>
    public static IReadOnlyList<(string Series, int Value, TrainingShape Shape)> Growing { get; } =
    [
        .. new[] { 64, 128, 256, 512, 1024 }.Select(width => Grown("width", width, new("", Shape(4, width / 32, width, 64), 32))),
        .. new[] { 64, 128, 256, 512, 1024 }.Select(context => Grown("context", context, new("", Shape(4, 4, 128, context), 4096 / context))),
        .. new[] { 1, 2, 4, 8, 16, 32, 64 }.Select(batch => Grown("batch", batch, new("", Shape(4, 4, 64, 64), batch))),
    ];

    public int[] Ids() => Draw("ids");

    public int[] Targets() => Draw("targets");

    private static GptConfig Shape(int layers, int heads, int width, int context) =>
        new() { Layers = layers, Heads = heads, Width = width, Context = context, Vocabulary = 65, Dropout = 0 };

    private static (string, int, TrainingShape) Grown(string series, int value, TrainingShape shape) =>
        (series, value, shape with { Name = FormattableString.Invariant($"{series} {value}") });

    private int[] Draw(string purpose)
    {
        Rng rng = new Rng("bench").Fork(purpose);
        return [.. Enumerable.Range(0, Tokens).Select(i => rng.Below(Model.Vocabulary, i))];
    }
}
