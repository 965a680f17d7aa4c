using Longhand.ByHand;
using Longhand.Data;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Rosenblatt's perceptron, update by update: how the trick turns the line, how many mistakes it makes beside Novikoff's bound (R/γ)² on
/// many sets of points, and how it goes round in circles on exclusive or.
/// </summary>
public sealed class Perceptron : Lab
{
    private const int MostFrames = 40, XorFrames = 24;

    private static readonly double[] s_margins = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4];

    private static readonly WholeKnob s_points = new("points", "How many points there are to separate.", Default: 60, Least: 2, Greatest: 1000);

    private static readonly NumberKnob s_margin = new(
        "margin", "How far all points of the first picture keep from the line that made them; the narrower, the more mistakes.",
        Default: 0.05, Least: 0.005, Greatest: 0.5);

    private static readonly WholeKnob s_sets = new("sets", "Sets of points for each margin, to hold the bound to.", Default: 100, Least: 1, Greatest: 2000);

    public override string Name => "perceptron";

    public override string Summary => "the perceptron trick update by update, its mistake bound, its failure on exclusive or";

    public override string Question => "How many mistakes does a perceptron make before it knows better?";

    public override string About =>
        "Rosenblatt's rule of 1958: while a point is on its right side, do nothing; else add it to the weights, or take it off. "
        + "Here every update is drawn, the mistakes are counted on many sets of points, and then it meets exclusive or.";

    public override IReadOnlyList<Knob> Knobs => [s_points, s_margin, s_sets];

    public override LabResult Run(LabContext context)
    {
        int points = context[s_points];
        context.Report(0, "one set of points");
        Problem shown = Separable(points, context[s_margin], context.Rng.Fork("shown"));
        List<Update> updates = Learn(shown.Points, shown.Signs, [.. Enumerable.Range(0, points)], most: 1_000_000, out bool rests);
        double bound = shown.Bound();

        List<Count> counts = Counts(context, points);
        context.Report(0.9, "exclusive or");
        List<Circle> circles = Circles();
        double closest = counts.Max(c => c.Mistakes / c.Bound);
        int exceeded = counts.Count(c => c.Mistakes > c.Bound), mostRight = circles.Max(c => c.MostRight);
        Circle drawn = circles.First(c => c.MostRight == mostRight);

        string first = rests
            ? $"On {points} points with a margin of {Number(shown.Margin, 3)} it made {updates.Count} {(updates.Count == 1 ? "mistake" : "mistakes")} "
                + $"and then none; the theorem allows (R/γ)² = {Number(bound, 0)}."
            : $"On {points} points it was still making mistakes after {updates.Count} updates.";
        string second = exceeded == 0
            ? $"On {Number(counts.Count, 0)} other sets the bound was never exceeded: the closest came to {Percent(closest)} of it, the typical one to {Percent(Median(counts.Select(c => c.Mistakes / c.Bound)))}."
            : $"On {exceeded} of {Number(counts.Count, 0)} other sets it made more mistakes than the bound allows, which cannot be: something is broken.";
        (int shortest, int longest) = (circles.Min(c => c.Length), circles.Max(c => c.Length));
        string third = $"On exclusive or it never comes to rest: in every one of the {circles.Count} orders of the four points it goes in a circle, the weights returning "
            + $"to where they were after {(shortest == longest ? $"{longest}" : $"{shortest} to {longest}")} mistakes, and it is never right on more than {mostRight} of 4.";
        return new LabResult
        {
            Conclusion = $"{first} {second} {third}",
            Numbers =
            [
                ("mistakes", updates.Count), ("margin", shown.Margin), ("bound", bound), ("sets", counts.Count), ("sets_over_the_bound", exceeded),
                ("closest_share_of_bound", closest), ("xor_orders", circles.Count), ("xor_longest_circle", circles.Max(c => c.Length)), ("xor_most_right", mostRight),
            ],
            Headlines =
            [
                new("Mistakes until at rest", Number(updates.Count, 0), $"of at most {Number(bound, 0)} by the theorem"),
                new("Sets over the bound", $"{exceeded} of {Number(counts.Count, 0)}", $"closest: {Percent(closest)} of it"),
                new("Right on exclusive or", $"{mostRight} of 4", "at best, and never at rest"),
            ],
            Sections = [TheTrick(shown, updates), TheBound(counts), ExclusiveOr(circles, drawn)],
        };
    }

    private static Section TheTrick(Problem shown, List<Update> updates)
    {
        var grid = new PlaneGrid((-1.1, 1.1), (-1.1, 1.1), columns: 110);
        int[] moments = updates.Count <= MostFrames
            ? [.. Enumerable.Range(0, updates.Count)]
            : [.. Planes.Moments(updates.Count - 1, MostFrames)];
        return new Section(
            "The trick, update by update",
            new Prose("A mistake on a point x with label y = ±1 changes the weights by `w ← w + y·x` and `b ← b + y`. "
                + "The score of that point moves by y·(‖x‖² + 1), towards its side; other points may fall on the wrong side again, and yet the whole comes to an end."),
            new Figure(
                new Slider
                {
                    About = "The plane and the line of the perceptron after each update",
                    Frames = [.. moments.Select(m => ($"update {m + 1} of {updates.Count}", (Picture)Frame(shown.Points, updates, m, grid)))],
                },
                "Each position of the slider is one update: the point that was on the wrong side (ringed), the line before it (dotted), and the two sides after it. "
                + (moments.Length < updates.Count ? $"Of {updates.Count} updates, {moments.Length} are shown." : "")));
    }

    private static Section TheBound(List<Count> counts)
    {
        double high = counts.Max(c => c.Bound);
        return new Section(
            "Mistakes beside the bound",
            new Prose("If some unit vector u separates the points with a margin γ, and no point is longer than R (the bias counted as one more feature, always 1), "
                + "each mistake lengthens w·u by at least γ, while ‖w‖² grows by at most R². A vector cannot be shorter than its shadow: M·γ ≤ √M·R, so M ≤ (R/γ)², "
                + "whatever the number of points and their order (Novikoff, 1962)."),
            new Figure(
                new LineChart
                {
                    About = "Mistakes of each set of points against the bound; every point lies below the diagonal",
                    XTitle = "the bound (R/γ)²",
                    YTitle = "mistakes made",
                    XScale = Scale.Log,
                    YScale = Scale.Log,
                    XRange = (1, high),
                    YRange = (1, high),
                    Series =
                    [
                        new("as many as the bound allows", [new(1, 1), new(high, high)]) { Colour = 7 },
                        .. s_margins.Select((margin, i) => new Series(
                            $"margin {Digits(margin, 1)}", [.. counts.Where(c => c.Wanted == margin).Select(c => new Point(c.Bound, c.Mistakes))])
                            { Look = SeriesLook.Marks, Colour = i }),
                    ],
                },
                "Each mark is one set of points; γ is that of the line that made the set. The bound is for the worst case, so most sets stay far below it."),
            new Table(
                ["margin", "mistakes, mean", "mistakes, most", "bound, smallest", "most of it used"],
                [
                    .. s_margins.Select(margin => counts.Where(c => c.Wanted == margin).ToArray()).Select(group => (string[])
                    [
                        Digits(group[0].Wanted, 1), Number(group.Average(c => c.Mistakes), 1), Number(group.Max(c => c.Mistakes), 0),
                        Number(group.Min(c => c.Bound), 0), Percent(group.Max(c => c.Mistakes / c.Bound)),
                    ]),
                ]));
    }

    private static Section ExclusiveOr(List<Circle> circles, Circle drawn)
    {
        var grid = new PlaneGrid((-0.6, 1.6), (-0.6, 1.6), columns: 110);
        LabelledPoints truth = Truth();
        List<Update> updates = Learn(truth, Signs(truth.Labels), drawn.Order, most: XorFrames, out _);
        return new Section(
            "Exclusive or: no line will do",
            new Prose("The theorem needs a line that separates the points. For exclusive or there is none, and the trick does not notice: every update mends one corner and breaks another. "
                + "The weights are whole numbers and stay small, so sooner or later they are where they were before, and everything repeats."),
            new Pair(
                new Figure(
                    new Slider
                    {
                        About = "The plane and the line after each update on exclusive or",
                        Frames =
                        [
                            .. Enumerable.Range(0, updates.Count).Select(m => ($"update {m + 1}: {updates[m].Right} of 4", (Picture)Frame(truth, updates, m, grid))),
                        ],
                    },
                    $"The first {updates.Count} updates in one order. After update {drawn.Start + drawn.Length} the weights are those after update {drawn.Start} again."),
                new Figure(
                    new LineChart
                    {
                        About = "How many of the four corners are right after each update",
                        Width = 480,
                        XTitle = "update",
                        YTitle = "corners right, of 4",
                        YRange = (0, 4.2),
                        Levels = [new(4, "what is wanted")],
                        Series = [new("", Point.Of(updates.Select(u => (double)u.Right), from: 1)) { Look = SeriesLook.LineAndMarks }],
                    },
                    $"Never more than {circles.Max(c => c.MostRight)}, in any of the {circles.Count} orders; from update {drawn.Start + 1} on it repeats every {drawn.Length} updates.")));
    }

    private static Regions Frame(LabelledPoints points, List<Update> updates, int m, PlaneGrid grid)
    {
        Update now = updates[m];
        (double wrongX, double wrongY) = (points.X[2 * now.Index], points.X[(2 * now.Index) + 1]);
        return new Regions
        {
            About = $"Update {m + 1}: the line before, and the sides after",
            Grid = grid,
            Classes = [.. Enumerable.Range(0, grid.Count).Select(i => Score(now, grid.Centres[2 * i], grid.Centres[(2 * i) + 1]) > 0 ? 1 : 0)],
            Certainty = [.. Enumerable.Repeat(0.6f, grid.Count)],
            Points = points.X,
            Labels = points.Labels,
            ClassNames = ["y = −1", "y = +1"],
            Lines =
            [
                new("line before", m == 0 ? [] : Planes.Line(updates[m - 1].Weights, updates[m - 1].Bias, grid)) { Colour = 7 },
                new("the mistake", Planes.Circle(wrongX, wrongY, radius: 0.03 * (grid.X.High - grid.X.Low))) { Colour = 3 },
            ],
        };
    }

    private static double Score(Update u, double x, double y) => (u.Weights[0] * x) + (u.Weights[1] * y) + u.Bias;

    // Goes through the points in this order, again and again, until a pass is without a mistake.
    private static List<Update> Learn(LabelledPoints points, int[] signs, int[] order, int most, out bool rests)
    {
        var x = Matrix.From(points.X, columns: 2);
        var perceptron = new ByHand.Perceptron(2);
        var updates = new List<Update>();
        rests = false;
        while (!rests && updates.Count < most)
        {
            rests = true;
            foreach (int i in order)
            {
                if (!perceptron.Learn(x.Row(i), signs[i])) continue;
                int right = Enumerable.Range(0, signs.Length).Count(k => perceptron.Predict(x.Row(k)) == signs[k]);
                updates.Add(new Update([.. perceptron.Weights], perceptron.Bias, i, right));
                rests = false;
            }
        }
        return updates;
    }

    private static List<Count> Counts(LabContext context, int points)
    {
        int sets = context[s_sets];
        var counts = new List<Count>();
        foreach ((int m, double margin) in s_margins.Index())
        {
            for (int s = 0; s < sets; s++)
            {
                context.Report(0.05 + (0.85 * ((m * sets) + s) / (s_margins.Length * sets)), "counting mistakes", ("margin", margin));
                Problem problem = Separable(points, margin, context.Rng.Fork("counted").Fork(m).Fork(s));
                var x = Matrix.From(problem.Points.X, columns: 2);
                (int mistakes, _) = new ByHand.Perceptron(2).Fit(x, problem.Signs, passes: int.MaxValue);
                counts.Add(new Count(margin, mistakes, problem.Bound()));
            }
        }
        return counts;
    }

    // Exclusive or in every order of its corners, until the weights at the beginning of a pass are as they once were.
    private static List<Circle> Circles()
    {
        LabelledPoints truth = Truth();
        int[] signs = Signs(truth.Labels);
        var x = Matrix.From(truth.X, columns: 2);
        var circles = new List<Circle>();
        foreach (int[] order in Orders([0, 1, 2, 3]))
        {
            var perceptron = new ByHand.Perceptron(2);
            var seen = new Dictionary<(double, double, double), int>();
            var updates = new List<Update>();
            while (seen.TryAdd((perceptron.Weights[0], perceptron.Weights[1], perceptron.Bias), updates.Count))
            {
                foreach (int i in order)
                {
                    if (!perceptron.Learn(x.Row(i), signs[i])) continue;
                    updates.Add(new Update([.. perceptron.Weights], perceptron.Bias, i, Enumerable.Range(0, 4).Count(k => perceptron.Predict(x.Row(k)) == signs[k])));
                }
            }
            int start = seen[(perceptron.Weights[0], perceptron.Weights[1], perceptron.Bias)];
            circles.Add(new Circle(order, start, updates.Count - start, updates.Max(u => u.Right)));
        }
        return circles;
    }

    private static IEnumerable<int[]> Orders(int[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(first => Orders([.. items.Where(i => i != first)]).Select(rest => (int[])[first, .. rest]));

    private static LabelledPoints Truth() => ToySets.Xor(4, noise: 0, new Rng("truth"));

    // Points of a square that keep at least the margin from a random line.
    private static Problem Separable(int count, double margin, Rng rng)
    {
        double turn = rng.UniformDouble(0), bias = 0.6 * (rng.UniformDouble(1) - 0.5);
        double[] w = [StableMath.Cos(2 * Math.PI * turn), StableMath.Sin(2 * Math.PI * turn)];
        float[] x = new float[2 * count];
        int[] labels = new int[count];
        int found = 0;
        for (int draw = 1; found < count; draw++)
        {
            float x1 = (2 * rng.Uniform(2 * draw)) - 1, x2 = (2 * rng.Uniform((2 * draw) + 1)) - 1;
            double score = (w[0] * x1) + (w[1] * x2) + bias;
            if (Math.Abs(score) < margin) continue;
            (x[2 * found], x[(2 * found) + 1], labels[found]) = (x1, x2, score > 0 ? 1 : 0);
            found++;
        }
        return new Problem(new LabelledPoints(x, labels, features: 2, classes: 2), w, bias);
    }

    private static int[] Signs(int[] labels) => Array.ConvertAll(labels, label => (2 * label) - 1);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    // A set of points and the line it was made with.
    private sealed record Problem(LabelledPoints Points, double[] Weights, double Bias)
    {
        public int[] Signs { get; } = Signs(Points.Labels);

        public double Margin { get; } = Enumerable.Range(0, Points.Count)
            .Min(i => Math.Abs((Weights[0] * Points.X[2 * i]) + (Weights[1] * Points.X[(2 * i) + 1]) + Bias));

        public double Bound() => ByHand.Perceptron.MistakeBound(Matrix.From(Points.X, columns: 2), Signs, Weights, Bias);
    }

    // The weights after an update, the point that caused it, and how many points are right now.
    private sealed record Update(double[] Weights, double Bias, int Index, int Right);

    private sealed record Count(double Wanted, double Mistakes, double Bound);

    // From update number Start on, the weights repeat every Length updates.
    private sealed record Circle(int[] Order, int Start, int Length, int MostRight);
}
