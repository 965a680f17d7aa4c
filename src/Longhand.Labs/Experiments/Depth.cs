using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The same number of parameters in one wide layer, in two, and so on down to many narrow ones, on spirals, which fold around each other.
/// Depth can fold the plane again and again, so up to a point it helps; beyond it the layers are narrow and hard to train. Every
/// depth is trained several times, since at that end luck decides much.
/// </summary>
public sealed class Depth : Lab
{
    private const int TestPoints = 2000, Measurements = 60;
    private const double Worth = 0.005, Learned = 0.6;

    private static readonly WholeKnob s_budget = new("budget", "Parameters that every network may have, at most.", Default: 400, Least: 50, Greatest: 100_000);
    private static readonly WholeKnob s_deepest = new("deepest", "Hidden layers of the deepest network.", Default: 12, Least: 2, Greatest: 16);
    private static readonly WholeKnob s_runs = new("runs", "Trainings of each depth, with other first weights.", Default: 5, Least: 1, Greatest: 20);
    private static readonly WholeKnob s_points = new("points", "Points to learn from.", Default: 600, Least: 10, Greatest: 20_000);
    private static readonly NumberKnob s_turns = new("turns", "How often each arm goes round.", Default: 2.5, Least: 0, Greatest: 5);
    private static readonly NumberKnob s_noise = new("noise", "How far points stray from their arm.", Default: 0.02, Least: 0, Greatest: 1);
    private static readonly WholeKnob s_steps = new("steps", "Steps of each training.", Default: 2000, Least: 1, Greatest: 100_000);
    private static readonly WholeKnob s_batch = new("batch", "Points in a step.", Default: 64, Least: 1, Greatest: 4096);

    private static readonly NumberKnob s_rate = new(
        "rate", "Learning rate at the first step; half a cosine takes it to 0.", Default: 0.01, Least: 0, Greatest: 1, OpenBelow: true);

    private static readonly ChoiceKnob s_activation = new("activation", "Between two layers.", "relu", "tanh", "sigmoid");

    public override string Name => "mlp-depth";

    public override string Summary => "as many parameters in one layer or in many: where depth stops helping";

    public override string Question => "Is it better to be deep or to be wide?";

    public override string About =>
        "Two spirals that wind around each other. Networks with one to many hidden layers, each as wide as the same number of parameters allows, learn to tell them apart "
        + "in the same steps at the same rate, several times each; they are judged by points that they have not seen.";

    public override IReadOnlyList<Knob> Knobs => [s_budget, s_deepest, s_runs, s_points, s_turns, s_noise, s_steps, s_batch, s_rate, s_activation];

    public override LabResult Run(LabContext context)
    {
        LabelledPoints train = ToySets.Spirals(context[s_points], context[s_noise], context.Rng.Fork("train"), turns: context[s_turns]);
        LabelledPoints test = ToySets.Spirals(TestPoints, context[s_noise], context.Rng.Fork("test"), turns: context[s_turns]);
        int[] depths = [.. Enumerable.Range(1, context[s_deepest]).Where(d => d <= 4 || d % 2 == 0 || d == context[s_deepest])];
        var tried = new List<Tried>();
        foreach ((int i, int depth) in depths.Index())
        {
            tried.Add(Try(context, depth, train, test, (share, loss) => context.Report((i + share) / depths.Length, $"training with {Layers(depth)}", ("loss", loss))));
        }
        context.Report(1, "done");
        Tried best = tried.MaxBy(t => t.Mean)!;
        return new LabResult
        {
            Conclusion = Conclude(tried, best, context),
            Numbers =
            [
                ("best_depth", best.Depth), ("enough_depth", Enough(tried, best).Depth),
                .. tried.SelectMany(t => new[] { ($"accuracy_{t.Depth}", t.Mean), ($"loss_{t.Depth}", t.Loss), ($"width_{t.Depth}", t.Width), ($"parameters_{t.Depth}", t.Parameters) }),
            ],
            Headlines =
            [
                new("Best", Layers(best.Depth), $"of {Words.Count(best.Width, "unit")}: {Percent(best.Mean)} right"),
                new("Shallowest", Percent(tried[0].Mean), $"{Layers(tried[0].Depth)} of {Words.Count(tried[0].Width, "unit")}"),
                new("Deepest", Percent(tried[^1].Mean), $"{Layers(tried[^1].Depth)} of {Words.Count(tried[^1].Width, "unit")}"),
            ],
            Sections = [Boundaries(tried, best, train), ByDepth(tried), Losses(tried), Numbers(tried)],
        };
    }

    private static Tried Try(LabContext context, int depth, LabelledPoints train, LabelledPoints test, Action<double, double> tell)
    {
        int[] sizes = Sizes(depth, context[s_budget]);
        int steps = context[s_steps], every = Math.Max(1, steps / Measurements), runs = context[s_runs];
        var accuracies = new double[runs];
        var curves = new List<Point>[runs];
        Classifier? shown = null;
        for (int r = 0; r < runs; r++)
        {
            Rng rng = context.Rng.Fork("run").Fork(r).Fork(depth);
            var model = new Classifier(sizes, rng, ActivationOf(context[s_activation]));
            List<Point> curve = [new Point(0, model.Measure(train).Loss)];
            for (int step = 0; step < steps;)
            {
                int first = step;
                model.Epoch(train, context[s_batch], i => Rate(first + i), _ =>
                {
                    step++;
                    if (step % every == 0 && step <= steps)
                    {
                        curve.Add(new Point(step, model.Measure(train).Loss));
                        tell((r + ((double)step / steps)) / runs, curve[^1].Y);
                    }
                });
            }
            (accuracies[r], curves[r]) = (model.Measure(test).Accuracy, curve);
            shown ??= model;
        }
        return new Tried(depth, sizes[1], shown!.Parameters, accuracies, shown, Mean(curves));

        double Rate(int step) => context[s_rate] * (1 + StableMath.Cos(Math.PI * Math.Min(1, (double)step / steps))) / 2;
    }

    /// <summary>Two inputs, as many hidden layers as asked for, of the greatest width that the budget allows (at least 1), two classes.</summary>
    internal static int[] Sizes(int depth, long budget)
    {
        int width = 1;
        while (Classifier.CountOf(Of(width + 1)) <= budget) width++;
        return Of(width);

        int[] Of(int units) => [2, .. Enumerable.Repeat(units, depth), 2];
    }

    // Each accuracy is the mean of a few trainings, so a difference of half a percent is none.
    private static Tried Enough(List<Tried> tried, Tried best) => tried.First(t => t.Mean >= best.Mean - Worth);

    private static string Conclude(List<Tried> tried, Tried best, LabContext context)
    {
        Tried one = tried[0], last = tried[^1], enough = Enough(tried, best);
        string budget = $"With about {Number(context[s_budget], 0)} parameters";
        string shallow = $"{budget}, {Of(one)} puts {Percent(one.Mean)} of new points on the right arm";
        if (best.Mean < Learned)
            return $"{shallow}{(best.Depth > 1 ? $", {Of(best)} {Percent(best.Mean)}, and no other depth does better" : ", and no deeper network does better")}; guessing gets half of them. "
                + "With these settings none has learned enough to say which depth is best.";
        (double low, double high) = (last.Accuracies.Min(), last.Accuracies.Max());
        string deepest = $"{Of(last)} get {Percent(last.Mean)}{(high > low ? $", from {Percent(low)} to {Percent(high)}" : "")}";
        bool isHarmed = best.Mean - last.Mean > Worth;
        if (enough.Depth == 1)
            return $"{shallow}, and no deeper network does better by more than {Percent(Worth)}, so here depth does not help{(isHarmed ? ", and in the end it harms" : "")}: {deepest}. {Losses()}";
        string helped = $"{shallow}, and {Of(enough)} {Percent(enough.Mean)}: here depth helps.";
        string end = enough.Depth == last.Depth ? "It helped up to the deepest network that was tried."
            : $"Beyond {Layers(enough.Depth)} it stops helping{(isHarmed ? ", and in the end it harms" : "")}: {deepest}.";
        return $"{helped} {end} {Losses()}";

        string Of(Tried t) => $"{Layers(t.Depth)} of {Words.Count(t.Width, "unit")}";

        string Losses()
        {
            if (isHarmed && last.Loss > 2 * best.Loss)
                return $"What fails there is learning, not carrying over to new points: even on the points learned from the loss ends at {Digits(last.Loss, 2)}, against {Digits(best.Loss, 2)} with {Layers(best.Depth)}.";
            Tried[] shown = [.. new[] { one, best, last }.DistinctBy(t => t.Depth)];
            return $"On the points learned from, the loss ends at {Words.List(shown.Select(t => $"{Digits(t.Loss, 2)} with {Layers(t.Depth)}"))}.";
        }
    }

    private static Section Boundaries(List<Tried> tried, Tried best, LabelledPoints train)
    {
        PlaneGrid grid = PlaneGrid.Around(train.X, columns: 90);
        LabelledPoints few = train.Select([.. Enumerable.Range(0, Math.Min(200, train.Count))]);        // more would hide the regions
        Tried[] pair = best.Depth == 1 ? [tried[0], tried[^1]] : [tried[0], best];
        return new Section("What they make of the spirals",
            new Pair([.. pair.Select(t => new Figure(Plane(t), $"{Layers(t.Depth)} of {Words.Count(t.Width, "unit")}: {Percent(t.Accuracies[0])} of new points on the right arm."))]),
            new Figure(
                new Slider { About = "The plane as networks of more and more layers divide it", Frames = [.. tried.Select(t => (Layers(t.Depth), (Picture)Plane(t)))] },
                "All depths, along the slider; the first training of each."));

        Regions Plane(Tried t) => t.Shown.Regions($"The regions with {Layers(t.Depth)}", grid, few, ["one arm", "the other"]);
    }

    private static Section ByDepth(List<Tried> tried) => new("Accuracy by depth", new Figure(
        new LineChart
        {
            About = "Accuracy on new points by the number of hidden layers",
            XTitle = "hidden layers",
            YTitle = "share of new points on the right arm",
            XRange = (0.5, tried[^1].Depth + 0.5),
            Series =
            [
                new("mean", [.. tried.Select(t => new Point(t.Depth, t.Mean))]) { Look = SeriesLook.LineAndMarks, Colour = 0 },
                new("single trainings", [.. tried.SelectMany(t => t.Accuracies.Select(a => new Point(t.Depth, a)))]) { Look = SeriesLook.Marks, Colour = 7 },
            ],
        },
        $"All have about as many parameters, so the deeper, the narrower: {Words.Count(tried[0].Width, "unit")} on the left, {tried[^1].Width} on the right. Judged by {Number(TestPoints, 0)} points that were not learned from."));

    private static Section Losses(List<Tried> tried) => new("How they learned", new Figure(
        new LineChart
        {
            About = "The loss on the points learned from, by depth",
            XTitle = "step",
            YTitle = "loss on what was learned from",
            YScale = Scale.Log,
            Series = [.. tried.Select(t => new Series(Layers(t.Depth), t.Curve))],
            Levels = [new(Math.Log(2), "guessing: ln 2")],
        },
        "Means of the trainings, on an axis of factors."));

    private static Section Numbers(List<Tried> tried) => new("The numbers", new Table(
        ["", "width", "parameters", "loss at the end", "right, mean", "worst training", "best training"],
        [.. tried.Select(t => (string[])
            [Layers(t.Depth), Number(t.Width, 0), Number(t.Parameters, 0), Digits(t.Loss), Percent(t.Mean), Percent(t.Accuracies.Min()), Percent(t.Accuracies.Max())])],
        "The loss is that on the points learned from, the shares are of new points."));

    private static List<Point> Mean(List<Point>[] curves) =>
        [.. Enumerable.Range(0, curves[0].Count).Select(i => new Point(curves[0][i].X, curves.Average(c => c[i].Y)))];

    private static Func<Activation>? ActivationOf(string name) => name switch { "tanh" => Activation.Tanh, "sigmoid" => Activation.Sigmoid, _ => null };

    private static string Layers(int count) => count == 1 ? "one hidden layer" : $"{count} hidden layers";

    /// <summary>One depth: what its networks were and what became of them; the first of them for pictures.</summary>
    private sealed record Tried(int Depth, int Width, long Parameters, double[] Accuracies, Classifier Shown, List<Point> Curve)
    {
        public double Mean => Accuracies.Average();

        public double Loss => Curve[^1].Y;
    }
}
