using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Optim;
using Longhand.Pictures;
using Longhand.Tensors;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Eight ways down one bowl, f(x, y) = x² + κ·y². Along y it is κ times as steep as along x, which is all that is hard about it: a step that
/// suits one direction is too long or too short for the other. Every optimizer starts at the same point and sees the same gradient (2x, 2κy).
/// <para>Gradients come from the tensor engine on its double-precision backend, so that the paths can be held to PyTorch's digit by digit.</para>
/// </summary>
public sealed class Optimizers : Lab
{
    private const double Lost = 1e9;

    private static readonly Point s_start = new(-4, 2);
    private static readonly ReferenceBackend s_backend = new();

    private static readonly NumberKnob s_condition = new(
        "condition", "κ, how many times steeper y is than x; the larger, the more plain gradient descent zigzags.", Default: 10, Least: 1, Greatest: 1000);

    private static readonly WholeKnob s_steps = new("steps", "Steps of each optimizer.", Default: 300, Least: 10, Greatest: 5000);

    private static readonly NumberKnob s_threshold = new(
        "threshold", "An optimizer has arrived when f stays below this.", Default: 0.01, Least: 0, Greatest: 10, OpenBelow: true);

    private static readonly Contender[] s_contenders =
    [
        new("SGD", "against the gradient", Rate("sgd", 0.09), p => new Sgd(p)),
        new("momentum", "keeps 0.9 of the last step", Rate("momentum", 0.01), p => new Sgd(p, momentum: 0.9)),
        new("Nesterov", "momentum, looking ahead", Rate("nesterov", 0.01), p => new Sgd(p, momentum: 0.9, nesterov: true)),
        new("AdaGrad", "over the root of all squares so far", Rate("adagrad", 0.5), p => new AdaGrad(p)),
        new("AdaDelta", "as long as past steps were", Rate("adadelta", 1), p => new AdaDelta(p)),
        new("RMSProp", "over the root of recent squares", Rate("rmsprop", 0.05), p => new RmsProp(p)),
        new("Adam", "momentum over such a root", Rate("adam", 0.3), p => new Adam(p)),
        new("AdamW", "Adam, and weights shrink by themselves", Rate("adamw", 0.3), p => new AdamW(p)),
    ];

    public override string Name => "optimizers";

    public override string Summary => "eight optimizers on one bowl: paths, speed, and what the learning rate matters";

    public override string Question => "Which way down does each optimizer take?";

    public override string About =>
        "SGD, momentum, Nesterov, AdaGrad, AdaDelta, RMSProp, Adam and AdamW descend from one point of the bowl `x² + κ·y²`, each with a usual learning rate. "
        + "Then each does it again with 21 learning rates over five powers of ten.";

    public override IReadOnlyList<Knob> Knobs { get; } = [s_condition, s_steps, s_threshold, .. s_contenders.Select(c => c.Rate)];

    public override LabResult Run(LabContext context)
    {
        double condition = context[s_condition], threshold = context[s_threshold];
        int steps = context[s_steps];
        double[] rates = [.. Enumerable.Range(0, 21).Select(i => Math.Pow(10, -3 + (i / 4.0)))];
        var races = new List<Race>();
        foreach ((int i, Contender contender) in s_contenders.Index())
        {
            context.Report((double)i / s_contenders.Length, $"{contender.Name} down the bowl");
            Point[] path = Descend(contender, context[contender.Rate], condition, steps);
            var sweep = new List<(double Rate, int? Steps)>();
            foreach ((int r, double rate) in rates.Index())
            {
                sweep.Add((rate, Arrival(Heights(Descend(contender, rate, condition, steps), condition), threshold, steps)));
                context.Report((i + ((r + 1.0) / rates.Length)) / s_contenders.Length, $"{contender.Name} with learning rate {Digits(rate)}");
            }
            double[] heights = Heights(path, condition);
            races.Add(new Race(contender, context[contender.Rate], path, heights, Arrival(heights, threshold, steps), sweep));
        }
        return new LabResult
        {
            Conclusion = Conclude(races, condition, steps, threshold),
            Numbers =
            [
                .. races.Select(r => ($"{Key(r)}_steps", r.Arrived ?? double.NaN)),
                .. races.Select(r => ($"{Key(r)}_final", r.Heights.Length > steps ? r.Heights[^1] : double.PositiveInfinity)),
                .. races.Select(r => ($"{Key(r)}_working_rates", (double)r.Working.Count())),
            ],
            Headlines = [.. races.Where(r => r.Arrived is not null).OrderBy(r => r.Arrived).Take(1).Select(r => new Headline("First to arrive", r.Contender.Name, $"after {Words.Count(r.Arrived!.Value, "step")}"))
                .Concat(races.OrderByDescending(r => r.Working.Count()).Take(1).Select(r => new Headline("Cares least about its rate", r.Contender.Name, $"arrives with {r.Working.Count()} of {rates.Length} rates")))],
            Sections = [Paths(races, condition), Losses(races, threshold), Rates(races, steps, rates.Length), Numbers(races, steps, threshold)],
        };
    }

    private static string Conclude(List<Race> races, double condition, int steps, double threshold)
    {
        Race[] arrived = [.. races.Where(r => r.Arrived is not null).OrderBy(r => r.Arrived)], missing = [.. races.Where(r => r.Arrived is null)];
        string order = arrived.Length == 0
            ? $"none of the eight gets below {Plain(threshold)} for good within {Number(steps, 0)} steps"
            : $"{arrived[0].Contender.Name} is below {Plain(threshold)} for good after {Words.Count(arrived[0].Arrived!.Value, "step")}"
                + (arrived.Length == 1 ? "" : $", {arrived[^1].Contender.Name} after {arrived[^1].Arrived}");
        string rest = missing.Length == 0 ? "." : arrived.Length == 0 ? "." : $"; {Words.List(missing.Select(r => r.Contender.Name))} {(missing.Length == 1 ? "is" : "are")} not there after {Number(steps, 0)}.";
        Race robust = races.MaxBy(r => r.Working.Count())!, sgd = races[0];
        string bound = $"its step must stay below 2 / (2κ) = {Digits(1 / condition)}, or it climbs out along the steep direction";
        string range = !robust.Working.Any() ? ""
            : $" {robust.Contender.Name} arrives with {robust.Working.Count()} of the {robust.Sweep.Count} learning rates tried"
                + (robust == sgd ? $", more than any other: {bound}."
                    : $", SGD with {(sgd.Working.Any() ? Number(sgd.Working.Count(), 0) : "none")}: {bound}.");
        return $"On x² + {Plain(condition)}·y² from (−4, 2), {order}{rest}{range}";
    }

    private static Section Paths(List<Race> races, double condition)
    {
        ContourMap Map(IEnumerable<Race> shown) => new()
        {
            About = $"Contours of x² + {Plain(condition)}·y² with the paths of {Words.List(shown.Select(r => r.Contender.Name))} from (−4, 2) towards the minimum at the origin.",
            Function = (x, y) => (x * x) + (condition * y * y),
            XRange = (-5, 3),
            YRange = (-2.5, 2.5),
            Paths = [.. shown.Select(r => new Series(r.Contender.Name, r.Path) { Look = SeriesLook.LineAndMarks, Colour = races.IndexOf(r) })],
            Places = [(s_start, "start"), (new Point(0, 0), "minimum")],
        };
        return new Section(
            "The ways down",
            new Figure(Map(races.Take(3)), "One step size for all directions: the gradient is steepest across the valley, so the path swings from side to side. Momentum rolls on where the slope turns, past the bottom and back. Each mark is a step."),
            new Figure(Map(races.Skip(3)), "One step size for each direction: what divides by the size of past gradients makes both directions about equally steep, so the first steps point straight between them."));
    }

    private static Section Losses(List<Race> races, double threshold) => new(
        "How far down, step by step",
        new Figure(
            new LineChart
            {
                About = "Height above the minimum by step, for each optimizer, on a logarithmic scale.",
                XTitle = "step",
                YTitle = "f(x, y)",
                YScale = Scale.Log,
                YRange = (1e-8, 1e3),
                Height = 460,
                Series = [.. races.Select(r => new Series(r.Contender.Name, Point.Of(r.Heights)))],
                Levels = [new(threshold, $"arrived: below {Plain(threshold)}")],
            },
            "A straight line on this scale is a constant factor each step. Deep notches are moments when the path crosses the bottom without stopping."));

    private static Section Rates(List<Race> races, int steps, int tried) => new(
        "How much the learning rate matters",
        new Figure(
            new LineChart
            {
                About = "Steps until arrival against the learning rate, both logarithmic, for each optimizer; where a curve is missing the optimizer did not arrive.",
                XTitle = "learning rate",
                YTitle = "steps until it has arrived",
                XScale = Scale.Log,
                YScale = Scale.Log,
                XRange = (1e-3, 100),
                YRange = (2, steps),
                Height = 460,
                Series = [.. races.Select(r => new Series(r.Contender.Name, [.. r.Sweep.Select(s => new Point(s.Rate, s.Steps ?? double.NaN))]) { Look = SeriesLook.LineAndMarks })],
            },
            $"{tried} rates; no mark means that it did not arrive within {steps} steps: too slow on the left, too wild on the right. The best rate differs by powers of ten between optimizers, "
            + "so a comparison at one common rate says nothing. AdamW at very large rates is a special case: its decay shrinks weights straight to 0, which happens to be the minimum here."));

    private static Section Numbers(List<Race> races, int steps, double threshold) => new(
        "The numbers",
        new Table(
            ["optimizer", "learning rate", $"steps to {Plain(threshold)}", $"f after {steps}", "best rate tried", "steps with it"],
            [
                .. races.Select(r => (string[])
                [
                    $"{r.Contender.Name}: {r.Contender.Idea}", Plain(r.Rate), r.Arrived is { } n ? Number(n, 0) : "–", r.Heights.Length > steps ? Digits(r.Heights[^1]) : "diverged",
                    r.Working.Any() ? Digits(r.Working.MinBy(s => s.Steps).Rate) : "–", r.Working.Any() ? Number(r.Working.Min(s => s.Steps)!.Value, 0) : "–",
                ]),
            ],
            "AdaDelta is meant to need no learning rate: its steps are as long as its past steps were, and they begin at √ε = 0.001."));

    /// <summary>The places an optimizer visits, the start first; fewer than asked for when it leaves for infinity.</summary>
    internal static Point[] Descend(int contender, double rate, double condition, int steps) => Descend(s_contenders[contender], rate, condition, steps);

    /// <summary>The usual learning rates, in the order of the contenders.</summary>
    internal static IEnumerable<(string Name, double Rate)> Usual => s_contenders.Select(c => (c.Name, c.Rate.Default));

    private static Point[] Descend(Contender contender, double rate, double condition, int steps)
    {
        var place = new Parameter(Tensor.From([s_start.X, s_start.Y], 2, s_backend));
        Tensor curvature = Tensor.From([1.0, condition], 2, s_backend);
        Optimizer optimizer = contender.Make([new ParameterGroup([("place", place)])]);
        var path = new List<Point>(steps + 1) { s_start };
        for (int step = 0; step < steps; step++)
        {
            place.Gradient = null;
            (curvature * place.Value * place.Value).Sum().Backward();
            optimizer.Step(rate);
            double[] xy = place.Value.ToDoubles();
            path.Add(new Point(xy[0], xy[1]));
            if (!(Math.Abs(xy[0]) + Math.Abs(xy[1]) < Lost))
            {
                break;
            }
        }
        return [.. path];
    }

    private static double[] Heights(Point[] path, double condition) => Array.ConvertAll(path, p => (p.X * p.X) + (condition * p.Y * p.Y));

    /// <summary>The first step from which on f stays at or below the threshold; null if there is none.</summary>
    internal static int? Arrival(double[] heights, double threshold, int steps)
    {
        int above = Array.FindLastIndex(heights, h => !(h <= threshold));
        return heights.Length > steps && above < heights.Length - 1 ? above + 1 : null;
    }

    private static NumberKnob Rate(string name, double usual) =>
        new($"{name}-rate", "Its learning rate.", usual, Least: 0, Greatest: 1000, OpenBelow: true);

    private static string Key(Race race) => race.Contender.Name.ToLowerInvariant();

    private sealed record Contender(string Name, string Idea, NumberKnob Rate, Func<ParameterGroup[], Optimizer> Make);

    private sealed record Race(Contender Contender, double Rate, Point[] Path, double[] Heights, int? Arrived, List<(double Rate, int? Steps)> Sweep)
    {
        /// <summary>The learning rates with which it arrived.</summary>
        public IEnumerable<(double Rate, int? Steps)> Working => Sweep.Where(s => s.Steps is not null);
    }
}
