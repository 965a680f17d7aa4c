using Longhand.Models;
using Longhand.Numerics;
using Longhand.Pictures;

namespace Longhand.Labs.Experiments;

/// <summary>How a <see cref="Translator"/> is trained.</summary>
/// <param name="Steps">Steps of AdamW; the rate falls from its start to a tenth of it along half a cosine.</param>
/// <param name="Batch">Sequences in a step.</param>
/// <param name="Rate">The learning rate of the first step.</param>
/// <param name="TeacherForcing">How often the decoder is shown the true token before each one rather than its own.</param>
internal sealed record TranslatorPlan(int Steps, int Batch, double Rate, double TeacherForcing = 1);

/// <summary>One training of a <see cref="Translator"/> from the first step to the last, measured on the way and at its end.</summary>
internal sealed class TranslatorRun
{
    /// <summary>Held-out sequences of all lengths that it is tested on, and of each length.</summary>
    public const int Tested = 500, TestedEach = 200;

    private const int Measurements = 20, Frames = 12, Beyond = 4;

    private TranslatorRun(string name, Translator model) => (Name, Model) = (name, model);

    public string Name { get; }

    public Translator Model { get; }

    public long Parameters => Model.Model.ParameterCount;

    public int Width => Model.Model.Config.Width;

    /// <summary>The loss of training by step.</summary>
    public List<Point> Losses { get; } = [];

    /// <summary>The share of held-out sequences answered without a mistake, by step.</summary>
    public List<Point> Exacts { get; } = [];

    /// <summary>The same at the end.</summary>
    public double Exact => Exacts[^1].Y;

    /// <summary>The same at the end, by the length of the sequence, beyond the longest of training too.</summary>
    public List<Point> ByLength { get; } = [];

    /// <summary>The share of right tokens at the end, by their place in the answer, for sequences of the longest length.</summary>
    public List<Point> ByPlace { get; } = [];

    /// <summary>Where it looked while it answered one held-out sequence, at several moments of training; none without attention.</summary>
    public List<(string Label, int[] Written, double[][] Weights)> Looks { get; } = [];

    /// <summary>Trains a new model and measures it.</summary>
    /// <param name="name">For charts; it decides the first weights too.</param>
    /// <param name="task">What to learn.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="plan">How to train it.</param>
    /// <param name="rng">The run's; all models of a lab are tested on the same sequences.</param>
    /// <param name="report">Is told the share that is done, and the loss.</param>
    public static TranslatorRun Train(
        string name, LetterTask task, EncoderDecoderConfig config, TranslatorPlan plan, Rng rng, Action<double, double> report)
    {
        var run = new TranslatorRun(name, new Translator(task, config, rng.Fork(name)));
        LetterTask.Batch test = task.Draw(Tested, heldOut: true, rng.Fork("test"));
        int every = Math.Max(1, plan.Steps / Measurements);
        int[] moments = Planes.Moments(plan.Steps, Frames);
        for (int step = 0; step <= plan.Steps; step++)
        {
            if (step % every == 0 || step == plan.Steps) run.Exacts.Add(new Point(step, run.Model.Exact(test)));
            if (config.Alignment != AlignmentKind.None && moments.AsSpan().BinarySearch(step) >= 0) run.Look(task, step, rng);
            if (step == plan.Steps) break;
            double loss = run.Model.Step(step, plan.Batch, plan.Rate * (0.55 + (0.45 * StableMath.Cos(Math.PI * step / plan.Steps))), plan.TeacherForcing);
            run.Losses.Add(new Point(step, loss));
            report((step + 1.0) / plan.Steps, loss);
        }
        for (int length = task.Shortest; length <= task.Longest + Beyond; length++)
        {
            bool[][] right = run.Model.Right(task.Draw(TestedEach, heldOut: true, rng.Fork("length").Fork(length), length));
            run.ByLength.Add(new Point(length, right.Average(one => one.All(r => r) ? 1.0 : 0)));
            if (length == task.Longest)
                run.ByPlace.AddRange(Enumerable.Range(0, length).Select(place => new Point(place + 1, right.Average(one => one[place] ? 1.0 : 0))));
        }
        return run;
    }

    /// <summary>The shape without attention with the fewest units that learns at least as many numbers, for a fair comparison.</summary>
    public static EncoderDecoderConfig AsLargeWithout(LetterTask task, EncoderDecoderConfig config)
    {
        long wanted = new EncoderDecoder(config with { Vocabulary = task.Vocabulary }, null).ParameterCount;
        EncoderDecoderConfig plain = config with { Vocabulary = task.Vocabulary, Alignment = AlignmentKind.None };
        while (new EncoderDecoder(plain, null).ParameterCount < wanted) plain = plain with { Width = plain.Width + 1 };
        return plain;
    }

    /// <summary>The share of exact answers by length.</summary>
    public double AtLength(int length) => ByLength.First(p => p.X == length).Y;

    /// <summary>The curve of exact answers by step.</summary>
    public Series ExactSeries(int colour) => new(Name, Exacts) { Colour = colour, Look = SeriesLook.LineAndMarks };

    /// <summary>The curve of exact answers by length.</summary>
    public Series LengthSeries(int colour) => new(Name, ByLength) { Colour = colour, Look = SeriesLook.LineAndMarks };

    /// <summary>The weights of the alignment at one of the moments: a row for each token written, a column for each letter read.</summary>
    public HeatMap Map(LetterTask task, (string Label, int[] Written, double[][] Weights) look, Rng rng) => new()
    {
        About = $"Weights of {Name} attention, {look.Label}: one row for each token written, one column for each letter read.",
        Values = [.. look.Weights.SelectMany(row => row)],
        Columns = look.Weights[0].Length,
        RowNames = [.. look.Written.Select(token => "writes " + task.Show(token))],
        ColumnNames = [.. Watched(task, rng).Sources.Values[..look.Weights[0].Length].ToArray().Select(task.Show)],
        Greatest = 1,
    };

    // One held-out sequence of a length that fits on a page.
    private static LetterTask.Batch Watched(LetterTask task, Rng rng) =>
        task.Draw(1, heldOut: true, rng.Fork("watched"), Math.Clamp((task.Shortest + task.Longest) / 2, task.Shortest, 10));

    private void Look(LetterTask task, int step, Rng rng)
    {
        (int[] written, double[][] weights) = Model.Looks(Watched(task, rng));
        Looks.Add(($"step {step}", written, weights));
    }
}
