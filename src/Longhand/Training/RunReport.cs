using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Models;
using Longhand.Nn;

namespace Longhand.Training;

/// <summary>Gathers what a run's report shows from its settings, its state and its metrics.</summary>
internal static class RunReport
{
    public static ReportData Data(
        RunConfig config, TrainingState state, (List<ReportStep> Steps, List<ReportEval> Evaluations, List<ReportSample> Samples) metrics,
        TrainingRecord record, double tokensPerSecond, string weights, string folder, string? note, IBackend backend)
    {
        TrainingOptions o = config.Training!;
        string place = folder.Contains(' ', StringComparison.Ordinal) ? $"\"{folder}\"" : folder;
        return new ReportData
        {
            Model = config.Model.Summary,
            Corpus = config.Corpus?.Name ?? "a text",
            Vocabulary = config.Model.Vocabulary,
            Parameters = config.Model.ParameterCount,
            StepsDone = state.Step,
            StepsAsked = o.Steps,
            ValidationLoss = double.IsFinite(state.BestLoss) ? state.BestLoss : double.NaN,
            TokensPerSecond = tokensPerSecond > 0 ? tokensPerSecond : double.NaN,
            Seconds = state.Seconds,
            WeightsSha256 = weights,
            Clip = o.Clip > 0 ? o.Clip : null,
            Note = note,
            Steps = metrics.Steps,
            Evaluations = metrics.Evaluations,
            Samples = metrics.Samples,
            Record = record,
            Settings = Settings(config),
            Machine = ReportMachine.Rows((backend as CpuBackend)?.Threads ?? 1),
            Next =
            [
                new("let it write", $"./longhand sample {place} --prompt \"…\""),
                new("measure it again", $"./longhand eval {place}"),
                new("see what is inside", $"./longhand info {place}"),
                new("see how it trained, layer by layer", $"./longhand doctor {place}"),
                .. state.Step < o.Steps ? [new ReportRow("go on training", $"./longhand train --resume --out {place}")] : Array.Empty<ReportRow>(),
            ],
        };
    }

    /// <summary>Text, model and training; of a model from elsewhere, the model alone.</summary>
    public static IReadOnlyList<ReportRow> Settings(RunConfig config) =>
    [
        .. config.Corpus is { } c ? [new ReportRow("text", Text($"{c.Name}, {c.Characters:N0} characters"))] : Array.Empty<ReportRow>(),
        .. Shape(config.Model),
        .. config.Training is { } training ? Settings(training) : [],
    ];

    private static IEnumerable<ReportRow> Shape(ModelConfig model)
    {
        yield return new("model", model.Kind);
        if (model.Has(nameof(model.Layers))) yield return new("layers", Text($"{model.Layers}"));
        if (model is GptConfig { Heads: var heads }) yield return new("heads", Text($"{heads}"));
        if (model.Has(nameof(model.Width))) yield return new("width", Text($"{model.Width}"));
        if (model is NGramConfig ngram)
        {
            yield return new("history", Text($"{ngram.History} tokens"));
            yield return new("hidden", Text($"{ngram.Hidden} units"));
        }
        yield return new("context", Text($"{model.Context} tokens"));
        yield return new("vocabulary", Text($"{model.Vocabulary} tokens"));
        if (model is GptConfig gpt)
        {
            yield return new("positions", gpt.Positions.ToString().ToLowerInvariant());
            yield return new("normalisation", gpt.Norm == NormPlacement.Pre ? "before each part of a block" : "after each part of a block");
        }
        if (model.Has(nameof(model.Dropout))) yield return new("dropout", Text($"{model.Dropout}"));
    }

    private static ReportRow[] Settings(TrainingOptions o) =>
    [
        new("seed", o.Seed),
        new("batch", o.Accumulate == 1 ? Text($"{o.Batch} windows") : Text($"{o.Batch} windows × {o.Accumulate} accumulated")),
        new("steps", Text($"{o.Steps}")),
        new("learning rate", Text($"{o.LearningRate}, warm-up {o.Warmup} steps, cosine to {o.LearningRate * o.FinalShare:0.######}")),
        new("AdamW", Text($"β₁ {o.Beta1}, β₂ {o.Beta2}, decay {o.WeightDecay} on matrices")),
        new("clipping", o.Clip > 0 ? Text($"gradient norm at most {o.Clip}") : "none"),
    ];

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
