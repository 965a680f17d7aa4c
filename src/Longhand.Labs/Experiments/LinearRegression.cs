using Longhand.ByHand;
using Longhand.Data;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A line through points by gradient descent and by the closed form: the line as it moves, the path in the bowl of the loss, and
/// the learning rate at which descent turns into ascent, predicted as 2/λmax and measured by bisection.
/// </summary>
public sealed class LinearRegression : Lab
{
    private const double Near = 1e-6;
    private const int Frames = 40, Patience = 100_000;

    private static readonly WholeKnob s_points = new("points", "How many points the line goes through.", Default: 40, Least: 3, Greatest: 10_000);

    private static readonly NumberKnob s_noise = new("noise", "How far the points scatter about the true line.", Default: 0.3, Least: 0, Greatest: 10);

    private static readonly NumberKnob s_rate = new(
        "rate", "The learning rate of the line that moves, as a share of the bound 2/λmax; above 1 it diverges.", Default: 0.5, Least: 0, Greatest: 1.5, OpenBelow: true);

    private static readonly WholeKnob s_steps = new("steps", "Steps of gradient descent.", Default: 200, Least: 1, Greatest: 10_000);

    public override string Name => "linear-regression";

    public override string Summary => "gradient descent beside the closed form, and the rate at which it diverges";

    public override string Question => "How large may a learning rate be?";

    public override string About =>
        "A line y = w·x + b through noisy points, by gradient descent on half the mean squared error and by solving the normal equations. "
        + "The loss is a bowl; its steepest curvature λmax says which learning rates lead down.";

    public override IReadOnlyList<Knob> Knobs => [s_points, s_noise, s_rate, s_steps];

    public override LabResult Run(LabContext context)
    {
        context.Report(0, "points");
        int steps = context[s_steps];
        Problem problem = Make(context);
        double bound = 2 / problem.Steepest;
        double[] shares = [0.1, context[s_rate], 0.95, 1.03];
        context.Report(0.2, "gradient descent");
        Walk[] walks = [.. shares.Distinct().Order().Select(share => Descend(problem, share, steps))];
        Walk chosen = walks.Single(walk => walk.Share == context[s_rate]);
        Walk beyond = walks[^1];
        context.Report(0.5, "the largest rate that works, by bisection");
        double measured = LargestRate(problem, context);
        (int needed, double best) = (StepsNeeded(problem, context[s_rate]), (problem.Flattest + problem.Steepest) / 2);

        string first = needed < Patience
            ? $"The closed form gives w = {Number(problem.W, 4)} and b = {Number(problem.B, 4)} at once; gradient descent at {Plain(chosen.Share)} of the bound "
                + $"is there, to {Digits(Near, 1)}, after {Words.Count(needed, "step")}."
            : $"The closed form gives w = {Number(problem.W, 4)} and b = {Number(problem.B, 4)} at once; gradient descent at {Plain(chosen.Share)} of the bound "
                + $"{(chosen.Share < 1 ? $"is not there after {Number(Patience, 0)} steps" : "never gets there")}.";
        string second = $"Theory allows learning rates below 2/λmax = {Number(bound, 4)}; bisection finds {Number(measured, 4)}, {Difference(measured / bound)}.";
        string third = beyond.Share > 1
            ? $"At {Plain(beyond.Share)} times the bound the distance to the minimum went from {Digits(beyond.Distance(0))} to {Digits(beyond.Distance(steps))} in {Words.Count(steps, "step")}."
            : "";
        return new LabResult
        {
            Conclusion = $"{first} {second} {third}".TrimEnd(),
            Numbers =
            [
                ("w", problem.W), ("b", problem.B), ("w_by_descent", chosen.Path[^1].X), ("b_by_descent", chosen.Path[^1].Y),
                ("steps_needed", needed), ("largest_curvature", problem.Steepest), ("smallest_curvature", problem.Flattest),
                ("bound", bound), ("measured_bound", measured), ("distance_beyond_at_start", beyond.Distance(0)), ("distance_beyond_at_end", beyond.Distance(steps)),
            ],
            Headlines =
            [
                new("Bound by theory", Number(bound, 4), "2/λmax"),
                new("Bound measured", Number(measured, 4), "by bisection over runs"),
                new("Steps to the minimum", needed < Patience ? Number(needed, 0) : "–", $"at {Plain(chosen.Share)} of the bound; the closed form takes one"),
            ],
            Sections = [TheLine(problem, chosen), TheBowl(problem, walks, bound), TheBound(problem, walks, bound, best)],
        };
    }

    private static Section TheLine(Problem problem, Walk walk)
    {
        Point[] points = [.. Enumerable.Range(0, problem.X.Rows).Select(i => new Point(problem.X[i, 0], problem.T[i, 0]))];
        (double low, double high) = (Math.Min(0, points.Min(p => p.Y)), Math.Max(0, points.Max(p => p.Y)));
        double margin = 0.1 * (high - low);
        return new Section(
            "The line moves",
            new Figure(
                new Slider
                {
                    About = "The points and the line after each step of gradient descent",
                    Frames =
                    [
                        .. Planes.Moments(walk.Path.Length - 1, Frames).Select(k => ($"step {k}", (Picture)new LineChart
                        {
                            About = $"The line after step {k}",
                            XTitle = "x",
                            YTitle = "y",
                            XRange = (0, 2),
                            YRange = (low - margin, high + margin),
                            Series =
                            [
                                new("points", points) { Look = SeriesLook.Marks, Colour = 1 },
                                new("closed form", Line(problem.W, problem.B)) { Colour = 7 },
                                new("gradient descent", Line(walk.Path[k].X, walk.Path[k].Y)) { Colour = 0 },
                            ],
                        })),
                    ],
                },
                $"From w = b = 0, at {Plain(walk.Share)} of the bound."
                + (walk.Share < 1 ? " Soon the line is as high as the points on the whole; to turn into their direction takes it longer." : walk.Share > 1 ? " Each step overshoots by more than the last." : " Each step overshoots by as much as it was away.")));

        static Point[] Line(double w, double b) => [new(0, b), new(2, (2 * w) + b)];
    }

    private static Section TheBowl(Problem problem, Walk[] walks, double bound)
    {
        const int Shown = 24, ShownBeyond = 12;
        double half = (1.5 * Math.Max(Math.Abs(problem.W), Math.Abs(problem.B))) + 0.1;
        return new Section(
            "The bowl",
            new Prose($"The loss over w and b is a bowl whose shape the points x alone decide: its curvatures are the eigenvalues of the Hessian, here {Digits(problem.Steepest)} in the steepest direction and "
                + $"{Digits(problem.Flattest)} in the flattest. Each step multiplies the distance from the minimum by 1 − η·λ in each of the two directions: a small rate creeps along the flat one, a large one jumps from wall to wall in the steep one."),
            new Figure(
                new ContourMap
                {
                    About = "Lines of equal loss over slope and intercept, with the paths of gradient descent at several learning rates",
                    XTitle = "w, the slope",
                    YTitle = "b, the intercept",
                    XRange = (problem.W - half, problem.W + half),
                    YRange = (problem.B - (half * 2 / 3), problem.B + (half * 2 / 3)),
                    Function = problem.Loss,
                    Paths =
                    [
                        .. walks.Index().Reverse().Select(w => Path(w.Item, w.Index)),
                    ],
                    Places = [(new Point(0, 0), "start"), (new Point(problem.W, problem.B), "closed form")],
                },
                $"The first {Shown} steps each ({ShownBeyond} of the one that diverges). Just below the bound the path swings across the valley and still settles; just above, each swing is wider than the last."));

        Series Path(Walk walk, int place) => new(
            $"η = {Plain(walk.Share)} · 2/λmax = {Number(walk.Share * bound, 3)}",
            walk.Path[..Math.Min(walk.Path.Length, 1 + (walk.Share > 1 ? ShownBeyond : Shown))])
        { Look = SeriesLook.LineAndMarks, Colour = Colour(walk, place) };
    }

    private static Section TheBound(Problem problem, Walk[] walks, double bound, double best)
    {
        double[] shares = [.. Enumerable.Range(0, 101).Select(i => 0.9 + (0.002 * i))];
        return new Section(
            "The bound, predicted and measured",
            new Pair(
                new Figure(
                    new LineChart
                    {
                        About = "Distance to the minimum by step, for each learning rate",
                        Width = 480,
                        Height = 360,
                        XTitle = "step",
                        YTitle = "distance to the minimum",
                        YScale = Scale.Log,
                        YRange = (1e-8, 1e4),
                        Series = [.. walks.Select((walk, i) => new Series($"{Plain(walk.Share)} · 2/λmax", Point.Of(Enumerable.Range(0, walk.Path.Length).Select(walk.Distance))) { Colour = Colour(walk, i) })],
                    },
                    "Straight lines on a logarithmic scale: each step multiplies the distance by the same factor, below 1 or above it."),
                new Figure(
                    new LineChart
                    {
                        About = "Distance to the minimum after 500 steps, against the learning rate in units of the bound",
                        Width = 480,
                        Height = 360,
                        XTitle = "learning rate in units of 2/λmax",
                        YTitle = "distance after 500 steps",
                        YScale = Scale.Log,
                        YRange = (1e-12, 1e12),
                        Uprights = [new(1, "2/λmax")],
                        Series = [new("", [.. shares.Select(share => new Point(share, Descend(problem, share, 500).Distance(500)))])],
                    },
                    "A few percent on either side of the bound decide between settling and exploding.")),
            new Table(
                ["learning rate", "in units of 2/λmax", "factor by step, steep", "factor by step, flat", $"steps to {Digits(Near, 1)}"],
                [
                    .. walks.Select(walk => walk.Share).Append(1 / (best * bound)).Order().Select(share => (string[])
                    [
                        Number(share * bound, 4) + (share == 1 / (best * bound) ? " (best)" : ""), Number(share, 3),
                        Number(1 - (share * bound * problem.Steepest), 3), Number(1 - (share * bound * problem.Flattest), 3),
                        StepsNeeded(problem, share) is int n && n < Patience ? Number(n, 0) : "never",
                    ]),
                ],
                "Best in the worst case is 2/(λmax + λmin), where both factors are equally far from 0; from a given start another rate may be quicker. A negative factor swings to the other side with each step."));
    }

    private static int Colour(Walk walk, int place) => walk.Share > 1 ? 1 : place == 0 ? 0 : place + 1;

    private static string Difference(double ratio) => Math.Abs(ratio - 1) < 5e-6 ? "the same to five digits" : $"{Percent(Math.Abs(ratio - 1), 3)} {(ratio > 1 ? "above" : "below")} it";

    private static Problem Make(LabContext context)
    {
        RegressionPoints points = ToySets.Linear(context[s_points], [1.5], bias: 2, context[s_noise], context.Rng);
        // From 0 to 2 instead of −1 to 1: away from 0, slope and intercept pull on one another, and the bowl becomes a valley.
        Matrix x = Matrix.From(points.X, columns: 1) + Matrix.Full(1, 1, 1), t = Matrix.From(points.Targets, columns: 1);
        var solved = new ByHand.LinearRegression(1);
        solved.Solve(x, t);
        Matrix h = solved.Hessian(x);
        double mean = (h[0, 0] + h[1, 1]) / 2, half = (h[0, 0] - h[1, 1]) / 2, spread = Math.Sqrt((half * half) + (h[0, 1] * h[1, 0]));
        return new Problem(x, t, solved.W[0, 0], solved.B[0, 0], Steepest: mean + spread, Flattest: mean - spread);
    }

    // The path of (w, b) from (0, 0), at this share of the bound.
    private static Walk Descend(Problem problem, double share, int steps)
    {
        var model = new ByHand.LinearRegression(1);
        var path = new Point[steps + 1];
        for (int k = 1; k <= steps; k++)
        {
            model.Step(problem.X, problem.T, share * 2 / problem.Steepest);
            Point place = new(model.W[0, 0], model.B[0, 0]);
            // Too large a rate leads out of all numbers in the end.
            path[k] = double.IsFinite(place.X) && double.IsFinite(place.Y) ? place : new Point(double.PositiveInfinity, double.PositiveInfinity);
        }
        return new Walk(share, path, new Point(problem.W, problem.B));
    }

    private static int StepsNeeded(Problem problem, double share)
    {
        // At the bound and beyond there is no need to try.
        if (share >= 1) return Patience;
        var model = new ByHand.LinearRegression(1);
        for (int k = 0; k < Patience; k++)
        {
            if (double.Hypot(model.W[0, 0] - problem.W, model.B[0, 0] - problem.B) < Near) return k;
            model.Step(problem.X, problem.T, share * 2 / problem.Steepest);
        }
        return Patience;
    }

    // Too large is a rate with which the distance grows, late enough that only the steepest direction is left.
    private static double LargestRate(Problem problem, LabContext context)
    {
        double low = 0.5, high = 2;
        while (high - low > 2e-6)
        {
            context.Report(0.9 - (0.2 * (high - low)), "the largest rate that works, by bisection", ("share of the bound", (low + high) / 2));
            double middle = (low + high) / 2;
            Walk walk = Descend(problem, middle, 1000);
            bool shrinks = walk.Distance(1000) < 1e-9 || walk.Distance(1000) < walk.Distance(800);
            (low, high) = shrinks ? (middle, high) : (low, middle);
        }
        return (low + high) / 2 * 2 / problem.Steepest;
    }

    // W and B: the closed form. Steepest and Flattest: the curvatures of the loss.
    private sealed record Problem(Matrix X, Matrix T, double W, double B, double Steepest, double Flattest)
    {
        public double Loss(double w, double b)
        {
            var model = new ByHand.LinearRegression(1) { W = Matrix.From([[w]]), B = Matrix.From([[b]]) };
            return model.Loss(model.Forward(X), T);
        }
    }

    private sealed record Walk(double Share, Point[] Path, Point Minimum)
    {
        public double Distance(int step) => double.Hypot(Path[step].X - Minimum.X, Path[step].Y - Minimum.Y);
    }
}
