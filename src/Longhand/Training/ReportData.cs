namespace Longhand.Training;

/// <summary>
/// Everything a training run's report shows, as plain values: <see cref="Report"/> draws it and looks nothing up, so a
/// report can be made again from a run's files at any time. Numbers may be NaN or infinite; they are shown as "–" and leave
/// gaps in curves. Lists may be empty or very long: the report thins them out and says so.
/// </summary>
public sealed record ReportData
{
    /// <summary>What was trained, for the title: a preset or a shape, "capstone".</summary>
    public required string Model { get; init; }

    /// <summary>What it learned from, for the title: a file's or a data set's name.</summary>
    public required string Corpus { get; init; }

    /// <summary>The number of different tokens; ln of it is the loss of guessing uniformly.</summary>
    public required int Vocabulary { get; init; }

    public required long Parameters { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public required int StepsDone { get; init; }

    /// <summary>Optimizer steps the run was asked for; more than <see cref="StepsDone"/> when it stopped before its end.</summary>
    public required int StepsAsked { get; init; }

    /// <summary>
    /// Loss over the whole validation split, in nats per token, of the weights that are kept: the lowest that was measured, unless those
    /// weights were lost. NaN when none was measured.
    /// </summary>
    public double ValidationLoss { get; init; } = double.NaN;

    /// <summary>Tokens per character of the text: 1 for characters, less for larger tokens. Turns nats per token into bits per character.</summary>
    public double TokensPerCharacter { get; init; } = 1;

    public double TokensPerSecond { get; init; } = double.NaN;

    public double Seconds { get; init; } = double.NaN;

    /// <summary>SHA-256 of model.safetensors, in hexadecimal.</summary>
    public string WeightsSha256 { get; init; } = "";

    /// <summary>Gradients were scaled down to this norm; drawn as a line when given.</summary>
    public double? Clip { get; init; }

    /// <summary>One sentence about how the run ended, when there is something to say.</summary>
    public string? Note { get; init; }

    public IReadOnlyList<ReportStep> Steps { get; init; } = [];

    public IReadOnlyList<ReportEval> Evaluations { get; init; } = [];

    public IReadOnlyList<ReportSample> Samples { get; init; } = [];

    public IReadOnlyList<ReportRow> Settings { get; init; } = [];

    /// <summary>The machine it ran on; <see cref="ReportMachine.Rows"/> fills it.</summary>
    public IReadOnlyList<ReportRow> Machine { get; init; } = [];

    /// <summary>What was recorded, for the diagnosis; null leaves it out.</summary>
    public TrainingRecord? Record { get; init; }

    /// <summary>What to try next: a purpose and its command line.</summary>
    public IReadOnlyList<ReportRow> Next { get; init; } = [];
}

/// <summary>One optimizer step: its batch's loss in nats per token, the learning rate and the gradient's norm before clipping.</summary>
public readonly record struct ReportStep(int Step, double Loss, double LearningRate, double GradientNorm);

/// <summary>One loss over the whole validation split, in nats per token.</summary>
public readonly record struct ReportEval(int Step, double Loss);

/// <summary>What the model wrote at a step.</summary>
public sealed record ReportSample(int Step, string Text);

/// <summary>A line of a two-column table.</summary>
public sealed record ReportRow(string Name, string Value);
