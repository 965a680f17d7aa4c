using Longhand.Data;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The first real use of a multilayer perceptron: four classes, the quadrants of the plane, from a stream of points of which none comes
/// twice. Beside it the same training with fewer and more hidden layers: straight lines could do this task too, so what the hidden layers
/// are good for has to be measured.
/// </summary>
public sealed class Quadrants : Lab
{
    private const int Classes = 4, TestPoints = 2000, Frames = 12, Measurements = 100;
    private const double Low = 0.1, High = 0.95;

    private static readonly string[] s_names = ["upper right", "upper left", "lower left", "lower right"];

    private static readonly WholeKnob s_layers = new("layers", "Hidden layers; 0 leaves straight lines only.", Default: 2, Least: 0, Greatest: 8);
    private static readonly WholeKnob s_hidden = new("hidden", "Units in each hidden layer.", Default: 32, Least: 1, Greatest: 512);
    private static readonly WholeKnob s_steps = new("steps", "Steps of training.", Default: 500, Least: 1, Greatest: 20_000);
    private static readonly WholeKnob s_batch = new("batch", "New points in each step.", Default: 64, Least: 1, Greatest: 4096);
    private static readonly NumberKnob s_rate = new("rate", "Learning rate.", Default: 0.003, Least: 0, Greatest: 1, OpenBelow: true);
    private static readonly NumberKnob s_noise = new("noise", "How far points stray after their quadrant was noted.", Default: 0, Least: 0, Greatest: 2);

    public override string Name => "mlp-quadrants";

    public override string Summary => "a multilayer perceptron learns four quadrants: from ln 4 down, and its regions form";

    public override string Question => "How does a network divide the plane?";

    public override string About =>
        "Points from a square, and as class the quadrant they lie in. Each step brings new points, so nothing can be learned by heart. The same is tried with fewer and "
        + "more hidden layers: four straight borders are a simple task, and not every layer has to pay.";

    public override IReadOnlyList<Knob> Knobs => [s_layers, s_hidden, s_steps, s_batch, s_rate, s_noise];

    public override LabResult Run(LabContext context)
    {
        LabelledPoints test = ToySets.Quadrants(TestPoints, context[s_noise], context.Rng.Fork("test"));
        int[] depths = [.. new[] { 0, 1, 2, context[s_layers] }.Distinct().Order()];
        var all = new Dictionary<int, Training>();
        foreach ((int i, int depth) in depths.Index())
        {
            all[depth] = new Training(context, depth, test);
            all[depth].Run(context, test, (done, loss, accuracy) => context.Report(
                (i + done) / depths.Length, $"training with {Layers(depth)}", ("loss", loss), ("accuracy", accuracy)));
        }
        Training main = all[context[s_layers]];
        double best = Best(test);
        context.Report(1, "done");
        return new LabResult
        {
            Conclusion = Conclude(context, main, all, best),
            Numbers =
            [
                ("loss_first", main.Loss[0].Y), ("loss_last", main.Loss[^1].Y), ("accuracy", main.Accuracy[^1].Y), ("best_accuracy", best),
                ("step_of_loss_below_0_1", main.FirstBelow), ("parameters", main.Model.Parameters),
                .. all.SelectMany(t => new[] { ($"loss_with_{t.Key}", t.Value.Loss[^1].Y), ($"accuracy_with_{t.Key}", t.Value.Accuracy[^1].Y) }),
            ],
            Headlines =
            [
                new("Loss", Digits(main.Loss[^1].Y, 2), $"from {Digits(main.Loss[0].Y)}; guessing has ln 4 = {Digits(Math.Log(Classes))}"),
                new("In the right quadrant", Percent(main.Accuracy[^1].Y), $"of {Number(TestPoints, 0)} points that it has not seen"),
                new("Loss below 0.1", double.IsNaN(main.FirstBelow) ? "never" : $"step {Number(main.FirstBelow, 0)}", $"of {Number(context[s_steps], 0)}, {Words.Count(context[s_batch], "point")} each"),
            ],
            Sections = [Regions(main, context), Curves(main), FirstLayer(main, test, context), Depths(all, context)],
        };
    }

    private static string Conclude(LabContext context, Training main, Dictionary<int, Training> all, double best)
    {
        (double start, double end) = (main.Loss[0].Y, main.Loss[^1].Y);
        string first = $"With {Layers(context[s_layers])} the loss {(end < 0.99 * start ? "fell" : "went")} from {Digits(start)} (guessing has ln 4 = {Digits(Math.Log(Classes))}) to {Digits(end, end > 1 ? 3 : 2)} in "
            + $"{Words.Count(context[s_steps], "step")} of {Words.Count(context[s_batch], "point")}, and {Percent(main.Accuracy[^1].Y)} of {Number(TestPoints, 0)} new points are put into the right quadrant"
            + (best < 0.9995 ? $" ({Percent(best)} is the most that the signs of strayed points allow)." : ".");
        string when = double.IsNaN(main.FirstBelow) ? "It never got below 0.1." : $"It was below 0.1 for the first time at step {Number(main.FirstBelow, 0)}.";
        if (context[s_layers] == 0) return $"{first} {when} Straight lines are enough here: the four scores ±x ± y have their greatest in the four quadrants.";
        Training plain = all[0];
        string than = plain.Loss[^1].Y > 1.5 * end
            ? $"Without a hidden layer the same training gets to a loss of {Digits(plain.Loss[^1].Y, 2)} and {Percent(plain.Accuracy[^1].Y)}: straight lines can border the quadrants too, "
                + "but only large weights make them sharp, and those take long to grow."
            : $"Without a hidden layer the loss is {Digits(plain.Loss[^1].Y, 2)} and {Percent(plain.Accuracy[^1].Y)} are right: here hidden layers do not pay.";
        return $"{first} {when} {than}";
    }

    private static Section Regions(Training main, LabContext context) => new("How the regions form", new Figure(
        new Slider { About = "The plane as the network divides it, as training goes on", Frames = main.Pictures },
        $"Colour says which quadrant the network sees at a place, and how sure it is; the marks are new points. {Layers(context[s_layers])}, {Number(main.Model.Parameters, 0)} parameters."));

    private static Section Curves(Training main) => new("How it learned", new Pair(
        new Figure(
            new LineChart
            {
                About = "The loss at each step, and on points it has not seen",
                XTitle = "step",
                YTitle = "loss",
                YScale = Scale.Log,
                Width = 520,
                Height = 340,
                Series = [new("each step's points", Point.Of(main.Batches)) { Colour = 0, IsFaint = true }, new($"{Number(TestPoints, 0)} other points", main.Loss) { Colour = 1 }],
                Levels = [new(Math.Log(Classes), "guessing: ln 4"), new(Low, "0.1")],
            },
            "Cross-entropy in nats, on an axis of factors. As no point comes twice, both curves measure the same."),
        new Figure(
            new LineChart
            {
                About = "The share of points put into the right quadrant",
                XTitle = "step",
                YTitle = "share in the right quadrant",
                YRange = (0, 1),
                Width = 520,
                Height = 340,
                Series = [new("", main.Accuracy) { Colour = 1 }],
                Levels = [new(High, "95%"), new(1.0 / Classes, "guessing")],
            },
            main.Accuracy[^1].Y > High ? "The accuracy is high long before the loss is low: first the borders come to the right places, then the network grows sure."
                : "The share of points that it has not seen on the side where they belong.")));

    private static Section FirstLayer(Training main, LabelledPoints test, LabContext context)
    {
        const int Shown = 16;
        float[] w = main.Model.Linears[0].Weight.Value.ToArray(), b = main.Model.Linears[0].Bias!.Value.ToArray();
        int units = b.Length;
        var strongest = Enumerable.Range(0, units).OrderByDescending(u => Math.Abs(w[u]) + Math.Abs(w[units + u])).Take(Shown).ToArray();
        Regions plane = main.Model.Regions("The regions, and where units of the first layer switch", main.Grid, Sample(test), s_names, width: 620);
        var lines = strongest.Select(u => Planes.Line([w[u], w[units + u]], b[u], main.Grid)).Where(line => line.Length > 0);
        string what = context[s_layers] == 0
            ? "Without a hidden layer the lines are those on which a class's score is 0; borders lie where two scores are equal."
            : "Each line is where one unit of the first layer switches on: on one side it is silent, on the other it grows in a straight line. Between lines, the first layer is one flat piece.";
        return new Section("Made of straight lines", new Figure(
            new Regions
            {
                About = plane.About,
                Grid = plane.Grid,
                Classes = plane.Classes,
                Certainty = plane.Certainty,
                ClassNames = s_names,
                Width = plane.Width,
                Lines = [.. lines.Select((line, i) => new Series(i == 0 ? (context[s_layers] == 0 ? "score 0" : "a unit switches on") : "", line) { Colour = 7 })],
            },
            $"{what} The {strongest.Length} with the largest weights are drawn."));
    }

    private static Section Depths(Dictionary<int, Training> all, LabContext context) => new(
        "What the hidden layers are good for",
        new Figure(
            new LineChart
            {
                About = "The loss with different numbers of hidden layers",
                XTitle = "step",
                YTitle = "loss on points not seen",
                YScale = Scale.Log,
                Series = [.. all.Select(t => new Series(Layers(t.Key), t.Value.Loss))],
                Levels = [new(Low, "0.1")],
            },
            $"The same points in the same order, the same rate, {Words.Count(context[s_hidden], "unit")} in each hidden layer."),
        new Table(
            ["", "parameters", "loss", "in the right quadrant", "loss below 0.1"],
            [.. all.Select(t => (string[])
                [Layers(t.Key), Number(t.Value.Model.Parameters, 0), Digits(t.Value.Loss[^1].Y), Percent(t.Value.Accuracy[^1].Y), double.IsNaN(t.Value.FirstBelow) ? "never" : $"from step {Number(t.Value.FirstBelow, 0)}"])]));

    // What the true rule gets right of strayed points: their label is the quadrant they came from.
    private static double Best(LabelledPoints test)
    {
        int right = 0;
        for (int i = 0; i < test.Count; i++)
        {
            (bool isRight, bool isUp) = (test.Row(i)[0] >= 0, test.Row(i)[1] >= 0);
            right += test.Labels[i] == (isUp ? (isRight ? 0 : 1) : (isRight ? 3 : 2)) ? 1 : 0;
        }
        return (double)right / test.Count;
    }

    private static LabelledPoints Sample(LabelledPoints points) => points.Select([.. Enumerable.Range(0, Math.Min(160, points.Count))]);

    private static string Layers(int count) => count switch { 0 => "no hidden layer", 1 => "one hidden layer", _ => $"{count} hidden layers" };

    /// <summary>One network on its way.</summary>
    private sealed class Training
    {
        private readonly Rng _rng;

        public Training(LabContext context, int layers, LabelledPoints test)
        {
            _rng = context.Rng;
            Model = new Classifier([2, .. Enumerable.Repeat(context[s_hidden], layers), Classes], _rng.Fork("network"));
            Grid = PlaneGrid.Around(test.X, columns: 72);
        }

        public Classifier Model { get; }
        public PlaneGrid Grid { get; }
        public List<double> Batches { get; } = [];
        public List<Point> Loss { get; } = [];
        public List<Point> Accuracy { get; } = [];
        public List<(string, Picture)> Pictures { get; } = [];

        /// <summary>The first measured step with a held-out loss below 0.1; NaN when there is none.</summary>
        public double FirstBelow => Loss.Where(p => p.Y < Low).Select(p => p.X).DefaultIfEmpty(double.NaN).First();

        public void Run(LabContext context, LabelledPoints test, Action<double, double, double> tell)
        {
            int steps = context[s_steps], every = Math.Max(1, steps / Measurements);
            int[] moments = Planes.Moments(steps, Frames);
            for (int step = 0; step <= steps; step++)
            {
                if (step % every == 0 || step == steps)
                {
                    (double loss, double accuracy) = Model.Measure(test);
                    Loss.Add(new Point(step, loss));
                    Accuracy.Add(new Point(step, accuracy));
                    tell((double)step / steps, loss, accuracy);
                }
                LabelledPoints batch = ToySets.Quadrants(context[s_batch], context[s_noise], _rng.Fork("step").Fork(step));
                if (Model.Linears.Count == context[s_layers] + 1 && moments.Contains(step))
                    Pictures.Add((step == 0 ? "before training" : $"after step {step}", Model.Regions($"The regions after {step} steps", Grid, Sample(test), s_names, width: 620)));
                if (step < steps) Batches.Add(Model.Step(batch, context[s_rate]));
            }
        }
    }
}
