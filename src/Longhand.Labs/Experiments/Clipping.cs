using System.Globalization;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Exploding gradients and what to do about them (Pascanu, Mikolov and Bengio, On the Difficulty of Training Recurrent Neural Networks, 2013).
/// First their picture: one unit, h ← σ(w·h + b) fifty times, and the loss (h₅₀ − 0.7)² as a landscape over w and b, with its cliff and
/// gradient descent on it. Then a recurrent network with a large spectral radius, trained with and without clipping, at several learning rates.
/// </summary>
public sealed class Clipping : Lab
{
    private const int Unrolled = 50, WalkSteps = 60, Batch = 16;
    private const double Goal = 0.7, WalkRate = 0.1, WalkClip = 0.3, Cut = -2.25;

    private static readonly double[] s_rates = [0.03, 0.1, 0.3, 1, 3];

    private static readonly Point s_start = new(4.5, -2.1);

    private static readonly NumberKnob s_radius = new(
        "radius", "The spectral radius of the recurrent weights at the start.", Default: 1.5, Least: 0.1, Greatest: 5);

    private static readonly NumberKnob s_clip = new(
        "clip", "The greatest norm that a clipped gradient may have.", Default: 0.5, Least: 0, Greatest: 100, OpenBelow: true);

    private static readonly NumberKnob s_rate = new(
        "rate", "The learning rate of the training that is drawn.", Default: 1, Least: 0, Greatest: 100, OpenBelow: true);

    private static readonly WholeKnob s_width = new("width", "Units of the network.", Default: 32, Least: 2, Greatest: 256);

    private static readonly WholeKnob s_time = new("time", "Steps of time in a sequence.", Default: 40, Least: 5, Greatest: 500);

    private static readonly WholeKnob s_steps = new("steps", "Steps of training.", Default: 500, Least: 10, Greatest: 100_000);

    public override string Name => "clipping";

    public override string Summary => "exploding gradients: the cliff in a loss, and training with and without clipping";

    public override string Question => "Why clip the gradient of a recurrent network?";

    public override string About =>
        "The loss of a single unit followed for fifty steps of time, drawn as a landscape, with gradient descent on it. Then a recurrent "
        + "network whose gradients grow on their way back in time, trained by plain "
        + "gradient descent with and without a limit on the gradient's length.";

    public override IReadOnlyList<Knob> Knobs => [s_radius, s_clip, s_rate, s_width, s_time, s_steps];

    public override LabResult Run(LabContext context)
    {
        double clip = context[s_clip];
        Walk free = Descend(double.PositiveInfinity), held = Descend(WalkClip);
        int done = 0, all = 2 + (2 * s_rates.Length);
        Training Train(double rate, double limit)
        {
            var network = new EchoNetwork(context[s_width], context[s_time], context[s_radius], context.Rng);
            var training = new Training();
            for (int step = 0; step < context[s_steps]; step++)
            {
                (double loss, double norm) = network.Step(step, Batch, rate, limit);
                training.Losses.Add(loss);
                training.Norms.Add(norm);
                context.Report((done + ((step + 1.0) / context[s_steps])) / all, $"{(double.IsFinite(limit) ? "clipped" : "not clipped")} at "
                    + $"rate {Plain(rate)}", ("loss", loss), ("norm", norm));
                if (!double.IsFinite(loss) || !double.IsFinite(norm)) break;
            }
            done++;
            return training;
        }
        Training unclipped = Train(context[s_rate], double.PositiveInfinity), clipped = Train(context[s_rate], clip);
        (double Rate, Training Free, Training Held)[] sweep = [.. s_rates.Select(rate => (rate, Train(rate, double.PositiveInfinity), Train(rate, clip)))];
        double bestFree = sweep.Min(s => s.Free.Final), bestHeld = sweep.Min(s => s.Held.Final);
        return new LabResult
        {
            Conclusion = Conclude(context, free, held, unclipped, clipped, sweep),
            Numbers =
            [
                ("cliff_longest_step", free.LongestStep), ("cliff_longest_clipped_step", held.LongestStep),
                ("cliff_loss", free.Losses[^1]), ("cliff_clipped_loss", held.Losses[^1]),
                ("loss", unclipped.Final), ("clipped_loss", clipped.Final), ("largest_norm", unclipped.Norms.Max()), ("median_norm", unclipped.MedianNorm),
                ("clipped_share", clipped.Norms.Average(n => n > clip ? 1.0 : 0)), ("best_loss", bestFree), ("best_clipped_loss", bestHeld),
                .. sweep.SelectMany((s, i) => ((string, double)[])[($"loss_{i}", s.Free.Final), ($"clipped_loss_{i}", s.Held.Final)]),
            ],
            Headlines =
            [
                new("Longest gradient", Digits(unclipped.Norms.Max()), $"without clipping; the median is {Digits(unclipped.MedianNorm)}"),
                new("Loss without clipping", Digits(unclipped.Final, 2), $"after {Number(context[s_steps], 0)} steps at rate {Plain(context[s_rate])}"),
                new("Loss with clipping", Digits(clipped.Final, 2), $"at {Plain(clip)}, otherwise the same"),
            ],
            Sections = [Cliff(free, held), Courses(unclipped, clipped, context), Rates(sweep, context)],
        };
    }

    private static string Conclude(
        LabContext context, Walk free, Walk held, Training unclipped, Training clipped, (double Rate, Training Free, Training Held)[] sweep)
    {
        string first = free.LongestStep > 4 * held.LongestStep
            ? $"On the cliff of a single unit's loss one step of plain descent is {Digits(free.LongestStep, 2)} long and throws away what the "
                + $"ones before had gained; clipped, none is longer than {Digits(held.LongestStep, 2)}."
            : $"On the landscape of a single unit's loss the longest step is {Digits(free.LongestStep)}, clipped {Digits(held.LongestStep)}.";
        string second = $"In the network with spectral radius {Plain(context[s_radius])} the longest gradient is "
            + $"{Digits(unclipped.Norms.Max() / unclipped.MedianNorm, 2)} times the median one, "
            + $"and training at rate {Plain(context[s_rate])} ends at a loss of {Digits(unclipped.Final, 2)} without clipping and "
            + $"{Digits(clipped.Final, 2)} with it (guessing: {Digits(StableMath.Log(4))}).";
        double[] freed = [.. sweep.Where(s => double.IsFinite(s.Held.Final) && !(s.Held.Final >= 0.5 * s.Free.Final)).Select(s => s.Rate)];
        string third = freed.Length > 0
            ? $"Clipping at least halves the loss at {freed.Length} of the {sweep.Length} rates tried ({string.Join(", ", freed.Select(Plain))})."
            : "At none of the rates tried does clipping halve the loss: here gradients are not the trouble.";
        return $"{first} {second} {third}";
    }

    private static Section Cliff(Walk free, Walk held)
    {
        double[] places = [.. Enumerable.Range(0, 1201).Select(i => 4.0 + (i / 1200.0))];
        Walk.Slope At(double w) => Walk.At(w, Cut);
        return new Section(
            "The cliff",
            new Prose($"One unit whose answer is its next input: h ← σ(w·h + b), {Unrolled} times from h = ½, and the loss (h − "
                + $"{Plain(Goal)})². There are places where two ends are possible, h near 0 or near 1, "
                + "and a hair's breadth in w or b decides between them. There the loss is a wall: on both sides nearly flat, and on it a "
                + "gradient so long that one step throws descent across the map."),
            new Figure(
                new ContourMap
                {
                    About = "The loss over w and b, with a wall across it, and two walks of gradient descent: one is thrown off at the wall, "
                        + "the other, clipped, walks along it.",
                    XTitle = "w",
                    YTitle = "b",
                    XRange = (3.8, 5.8),
                    YRange = (-2.9, 0.5),
                    Function = (w, b) => Walk.At(w, b).Loss,
                    Heights = [0.001, 0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.4],
                    Paths =
                    [
                        new Series("plain", free.Path) { Look = SeriesLook.LineAndMarks, Colour = 1 },
                        new Series("clipped", held.Path) { Look = SeriesLook.LineAndMarks, Colour = 0 },
                    ],
                    Places = [(s_start, "start")],
                },
                $"{WalkSteps} steps of gradient descent at rate {Plain(WalkRate)} from the same place, one with gradients clipped at "
                    + $"{Plain(WalkClip)}. Where contours lie on top of each other is the wall. The longest plain step is "
                    + $"{Digits(free.LongestStep)} long, the longest clipped one {Digits(held.LongestStep)}."),
            new Pair(
                new Figure(
                    new LineChart
                    {
                        About = "The loss along w.",
                        Width = 480,
                        Height = 320,
                        XTitle = $"w, at b = {Digits(Cut)}",
                        YTitle = "loss",
                        Series = [new("", [.. places.Select(w => new Point(w, At(w).Loss))])],
                    },
                    "A cut through the landscape: a plain, a wall, a plain."),
                new Figure(
                    new LineChart
                    {
                        About = "The length of the gradient along w, on a logarithmic scale.",
                        Width = 480,
                        Height = 320,
                        XTitle = $"w, at b = {Digits(Cut)}",
                        YTitle = "length of the gradient",
                        YScale = Scale.Log,
                        YRange = (1e-4, 1e4),
                        Series = [new("", [.. places.Select(w => new Point(w, At(w).Length))]) { Colour = 1 }],
                    },
                    "The gradient along the same cut: next to nothing on the plains, enormous on the wall.")));
    }

    private static Section Courses(Training unclipped, Training clipped, LabContext context) => new(
        "In a network",
        new Prose($"A simple recurrent network with {context[s_width]} units learns to repeat the symbol it read three steps before. Its "
            + $"weights U start as an orthogonal matrix times {Plain(context[s_radius])}: "
            + "going back in time, a gradient grows by up to that factor at every step."),
        new Figure(
            new LineChart
            {
                About = "Length of the gradient by step of training, with and without clipping.",
                XTitle = "step",
                YTitle = "norm of the gradient",
                YScale = Scale.Log,
                Levels = [new(context[s_clip], "the limit")],
                Series = [new("not clipped", Point.Of(unclipped.Norms)) { Colour = 1 }, new("clipped", Point.Of(clipped.Norms)) { Colour = 0 }],
            },
            $"Before clipping, in both. In the clipped training {Percent(clipped.Norms.Average(n => n > context[s_clip] ? 1.0 : 0))} of the "
                + "gradients were longer than the limit; those few steps decide where the others lead."),
        new Figure(
            new LineChart
            {
                About = "Loss by step of training, with and without clipping.",
                XTitle = "step",
                YTitle = "cross-entropy, nats",
                Levels = [new(StableMath.Log(4), "guessing")],
                YRange = (0, 4),
                Series = [new("not clipped", Point.Of(unclipped.Losses)) { Colour = 1 }, new("clipped", Point.Of(clipped.Losses)) { Colour = 0 }],
            },
            $"The same first weights, the same sequences, plain gradient descent at rate {Plain(context[s_rate])}; only the limit of "
                + $"{Plain(context[s_clip])} differs."));

    private static Section Rates((double Rate, Training Free, Training Held)[] sweep, LabContext context) => new(
        "At other learning rates",
        new Figure(
            new LineChart
            {
                About = "Loss at the end by learning rate, with and without clipping.",
                XTitle = "learning rate",
                YTitle = "loss at the end",
                XScale = Scale.Log,
                YScale = Scale.Log,
                Levels = [new(StableMath.Log(4), "guessing")],
                Series =
                [
                    new("not clipped", [.. sweep.Select(s => new Point(s.Rate, s.Free.Final))]) { Colour = 1, Look = SeriesLook.LineAndMarks },
                    new("clipped", [.. sweep.Select(s => new Point(s.Rate, s.Held.Final))]) { Colour = 0, Look = SeriesLook.LineAndMarks },
                ],
            },
            $"The median of the last tenth of {Number(context[s_steps], 0)} steps; no mark where the loss was no number any more."));

    // Gradient descent on the landscape of the single unit.
    private static Walk Descend(double limit)
    {
        var walk = new Walk();
        (double w, double b) = (s_start.X, s_start.Y);
        for (int step = 0; ; step++)
        {
            Walk.Slope slope = Walk.At(w, b);
            walk.Path.Add(new Point(w, b));
            walk.Losses.Add(slope.Loss);
            if (step == WalkSteps) return walk;
            double rate = WalkRate * Math.Min(1, limit / slope.Length);
            walk.LongestStep = Math.Max(walk.LongestStep, rate * slope.Length);
            (w, b) = (w - (rate * slope.W), b - (rate * slope.B));
        }
    }

    // As it was typed.
    private static string Plain(double x) => x.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Walk
    {
        public List<Point> Path { get; } = [];

        public List<double> Losses { get; } = [];

        public double LongestStep { get; set; }

        public readonly record struct Slope(double Loss, double W, double B)
        {
            public double Length => Math.Sqrt((W * W) + (B * B));
        }

        /// <summary>The loss at (w, b) and its slopes, carried along with h: h′ = σ(w·h + b), dh′ = σ′·(h·dw + w·dh + db).</summary>
        public static Slope At(double w, double b)
        {
            double h = 0.5, byW = 0, byB = 0;
            for (int t = 0; t < Unrolled; t++)
            {
                double y = 1 / (1 + StableMath.Exp(-((w * h) + b))), bend = y * (1 - y);
                (byW, byB, h) = (bend * (h + (w * byW)), bend * (1 + (w * byB)), y);
            }
            double error = h - Goal;
            return new Slope(error * error, 2 * error * byW, 2 * error * byB);
        }
    }

    private sealed class Training
    {
        public List<double> Losses { get; } = [];

        public List<double> Norms { get; } = [];

        /// <summary>The median loss of the last tenth of the steps.</summary>
        public double Final => Median(Losses.TakeLast(Math.Max(1, Losses.Count / 10)));

        public double MedianNorm => Median(Norms);

        private static double Median(IEnumerable<double> values)
        {
            double[] sorted = [.. values.Order()];
            return sorted[sorted.Length / 2];
        }
    }
}
