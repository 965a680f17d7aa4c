using Longhand.ByHand;
using Longhand.Data;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Exclusive or, the problem that ended the first wave of neural networks (Minsky and Papert, 1969): what linear models can do about it,
/// how often networks with one hidden layer of 1, 2, 3, 4 … units learn it, and what the hidden units do to the four points.
/// </summary>
public sealed class Xor : Lab
{
    private const int Frames = 32, Drawn = 20;
    private const double Solved = 0.1;

    private static readonly int[] s_labels = [0, 1, 1, 0];

    private static readonly WholeKnob s_hidden = new("hidden", "The largest hidden layer tried.", Default: 4, Least: 2, Greatest: 12);

    private static readonly WholeKnob s_runs = new("runs", "Networks trained for each size, each from other weights.", Default: 100, Least: 1, Greatest: 1000);

    private static readonly WholeKnob s_steps = new("steps", "Steps of gradient descent for each network.", Default: 1500, Least: 10, Greatest: 100_000);

    private static readonly NumberKnob s_rate = new("rate", "The learning rate.", Default: 1, Least: 0, Greatest: 100, OpenBelow: true);

    private static readonly ChoiceKnob s_activation = new("activation", "The bend of the hidden units.", "tanh", "sigmoid", "relu");

    public override string Name => "xor";

    public override string Summary => "lines fail on exclusive or; how often a hidden layer of each size learns it";

    public override string Question => "Why does exclusive or need a hidden layer?";

    public override string About =>
        "Two inputs, 0 or 1; the answer is 1 if exactly one of them is. First every straight line, a perceptron, least squares and logistic regression try, "
        + "then networks with one hidden layer, each size from many starting weights.";

    public override IReadOnlyList<Knob> Knobs => [s_hidden, s_runs, s_steps, s_rate, s_activation];

    public override LabResult Run(LabContext context)
    {
        LabelledPoints points = ToySets.Xor(4, noise: 0, context.Rng);
        Matrix x = Matrix.From(points.X, columns: 2), t = Planes.Targets(points.Labels);
        context.Report(0, "straight lines");
        int bestLine = BestLine(points);
        (double logisticLoss, Matrix logistic) = Logistic(x, t, context.Rng.Fork("logistic"));
        Matrix leastSquares = LeastSquares(x, t);
        int perceptron = BestOfPerceptron(x, points.Labels, context.Rng.Fork("perceptron"));

        Size[] sizes = [.. Enumerable.Range(1, context[s_hidden]).Select(h => Train(h, x, t, context))];
        Size two = sizes[1];
        Trial drawn = two.Runs.FirstOrDefault(run => run.IsSolved) ?? two.Runs[0];
        double[] stuck = [.. sizes.Skip(1).SelectMany(size => size.Runs).Where(run => !run.IsSolved).Select(run => run.Losses[^1]).Order()];

        string linear = $"No straight line gets more than {bestLine} of 4 right; logistic regression, which weighs all four, ends at a loss of {Number(logisticLoss, 4)} "
            + $"(ln 2 = {Number(StableMath.Log(2), 4)}) and answers {Number(logistic[0, 0], 2)} to everything.";
        string shares = string.Join(", ", sizes.Select(size => $"{Percent(size.Share, 0)} with {size.Hidden}"));
        bool anySolved = sizes.Any(size => size.Share > 0);
        string hidden = anySolved
            ? $"A hidden layer changes that: of {Words.Count(context[s_runs], "run")} each, {shares} hidden units learned it in {Number(context[s_steps], 0)} steps."
            : $"With these settings no hidden layer of up to {context[s_hidden]} units learned it in {Number(context[s_steps], 0)} steps, in {Words.Count(context[s_runs], "run")} of each size.";
        string rest = stuck.Length > 0 && anySolved
            ? $"Those with 2 or more that did not learn it ended at a loss of {Number(stuck[stuck.Length / 2], 3)} in the median: what a network can do and what descent finds are two things."
            : "";
        return new LabResult
        {
            Conclusion = $"{linear} {hidden} {rest}".TrimEnd(),
            Numbers =
            [
                ("best_line", bestLine), ("best_perceptron", perceptron), ("logistic_loss", logisticLoss), ("logistic_answer", logistic[0, 0]), ("least_squares_answer", leastSquares[0, 0]),
                .. sizes.Select(size => ($"solved_with_{size.Hidden}", size.Share)),
            ],
            Headlines =
            [
                new("Best straight line", $"{bestLine} of 4", "of all lines"),
                .. sizes.Where(size => size.Hidden is 2 or 4).Select(size => new Headline(
                    $"{size.Hidden} hidden units", Percent(size.Share, 0), $"of {Words.Count(context[s_runs], "run")} learned it")),
            ],
            Sections =
            [
                Lines(bestLine, perceptron, logistic, logisticLoss, leastSquares), HowOften(sizes, context), Boundary(points, drawn, Bend(context)),
            ],
        };
    }

    private static Section Lines(int bestLine, int perceptron, Matrix logistic, double loss, Matrix leastSquares) => new(
        "What a straight line can do",
        new Prose("A line w·x + b = 0 that separates the corners would need b < 0 for (0, 0), w₁ + b > 0 and w₂ + b > 0 for the two in between, and w₁ + w₂ + b < 0 for (1, 1). "
            + "Add the two in the middle: w₁ + w₂ + 2b > 0, so w₁ + w₂ + b > −b > 0, which contradicts the last."),
        new Table(
            ["model", "(0, 0) → 0", "(0, 1) → 1", "(1, 0) → 1", "(1, 1) → 0", "right"],
            [
                ["best of all lines", "–", "–", "–", "–", $"{bestLine} of 4"],
                ["perceptron, best moment", "–", "–", "–", "–", $"{perceptron} of 4"],
                ["least squares", .. Enumerable.Range(0, 4).Select(i => Number(leastSquares[i, 0], 2)), "undecided"],
                ["logistic regression", .. Enumerable.Range(0, 4).Select(i => Number(logistic[i, 0], 2)), "undecided"],
            ],
            $"Least squares and logistic regression have one best solution, and it is to answer ½ always: the loss of logistic regression is {Number(loss, 4)}. All lines: every degree at 400 distances."));

    private static Section HowOften(Size[] sizes, LabContext context)
    {
        Size shown = sizes.First(size => size.Hidden == 2);
        return new Section(
            "How often a hidden layer learns it",
            new Pair(
                new Figure(
                    new BarChart
                    {
                        About = "Share of runs that learned exclusive or, by hidden units",
                        Width = 480,
                        Greatest = 1,
                        Bars = [.. sizes.Select(size => ($"{size.Hidden} hidden", size.Share, Percent(size.Share, 0)))],
                    },
                    $"Learned: all four right, and a loss below {Digits(Solved, 1)}, after {Number(context[s_steps], 0)} steps at rate {Digits(context[s_rate])}. "
                    + "One unit bends the plane along one direction only, and its answer rises or falls along it: not enough."),
                new Figure(
                    new LineChart
                    {
                        About = "Loss by step of several runs with two hidden units",
                        Width = 480,
                        Height = 340,
                        XTitle = "step",
                        YTitle = "cross-entropy",
                        YScale = Scale.Log,
                        Levels = [new(StableMath.Log(2), "ln 2: always ½")],
                        Series =
                        [
                            .. shown.Runs.Take(Drawn).Select(run => new Series(
                                "", [.. Planes.Moments(run.Losses.Length - 1, 80).Select(k => new Point(k, run.Losses[k]))])
                                { IsFaint = true, Colour = run.IsSolved ? 0 : 1 }),
                        ],
                    },
                    $"{Words.Count(Math.Min(Drawn, shown.Runs.Length), "run")} with 2 units (blue: learned it; orange: did not)."
                    + (shown.Share is > 0 and < 1 ? " A run whose curve lies flat is on a plateau, where there is next to no slope left to follow." : ""))));
    }

    private static Section Boundary(LabelledPoints points, Trial run, Activation bend)
    {
        Matrix x = Matrix.From(points.X, columns: 2);
        double reach = 0.15 + run.Snapshots.Max(s => Hidden(s, bend, x).Values.ToArray().Max(Math.Abs));
        PlaneGrid plane = new((-0.5, 1.5), (-0.5, 1.5), columns: 80), space = new((-reach, reach), (-reach, reach), columns: 80);
        return new Section(
            "What the hidden layer does",
            new Prose($"One network with 2 hidden units, {(run.IsSolved ? "of those that learned it" : "which did not learn it")}: on the left what it answers over the plane of its inputs, "
                + "on the right the same four points as its hidden units see them. There the last layer can draw only a straight line, so the work of the hidden layer is to move the points until a line is enough."),
            new Pair(
                new Figure(
                    new Slider
                    {
                        About = "The boundary in the plane of the inputs, step by step",
                        Frames = [.. run.Snapshots.Select(s => (s.Label, (Picture)Planes.Of($"What the network answers, {s.Label}", plane, points, m => Answer(s, Hidden(s, bend, m)))))],
                    },
                    "The plane of the inputs. The paler, the less sure."),
                new Figure(
                    new Slider
                    {
                        About = "The four points as the two hidden units see them, step by step",
                        Frames = [.. run.Snapshots.Select(s => (s.Label, (Picture)HiddenSpace(s, bend, points, x, space)))],
                    },
                    "The plane of the two hidden units, cut by the last layer.")));
    }

    private static Regions HiddenSpace(Snapshot s, Activation bend, LabelledPoints points, Matrix x, PlaneGrid space)
    {
        float[] moved = Array.ConvertAll(Hidden(s, bend, x).Values.ToArray(), v => (float)v);
        return Planes.Of(
            $"The hidden units' plane, {s.Label}", space, new LabelledPoints(moved, points.Labels, features: 2, classes: 2), m => Answer(s, m),
            xTitle: "hidden unit 1", yTitle: "hidden unit 2");
    }

    private static Matrix Hidden(Snapshot s, Activation bend, Matrix x) => bend.Of((x * s.W1) + s.B1);

    private static Matrix Answer(Snapshot s, Matrix hidden) => Activation.Sigmoid.Of((hidden * s.W2) + s.B2);

    private static Activation Bend(LabContext context) => context[s_activation] switch
    {
        "sigmoid" => Activation.Sigmoid,
        "relu" => Activation.Relu,
        _ => Activation.Tanh,
    };

    private static Size Train(int hidden, Matrix x, Matrix t, LabContext context)
    {
        int steps = context[s_steps], sizes = context[s_hidden];
        var runs = new Trial[context[s_runs]];
        int[] moments = Planes.Moments(steps, Frames);
        for (int r = 0; r < runs.Length; r++)
        {
            context.Report(0.05 + (0.9 * (hidden - 1 + ((double)r / runs.Length)) / sizes), $"training with {hidden} hidden", ("run", r + 1));
            var model = new Mlp([2, hidden, 1], Bend(context), Loss.Logistic, context.Rng.Fork("weights").Fork(hidden).Fork(r));
            double[] losses = new double[steps + 1];
            var snapshots = new List<Snapshot>();
            for (int step = 0; step <= steps; step++)
            {
                if (moments.AsSpan().BinarySearch(step) >= 0) snapshots.Add(new Snapshot($"step {step}", model.W[0], model.B[0], model.W[1], model.B[1]));
                Mlp.Cache cache = model.Forward(x);
                losses[step] = model.LossOf(cache, t);
                if (step < steps) model.Descend(model.Backward(cache, t), context[s_rate]);
            }
            bool isSolved = losses[^1] < Solved && Planes.Accuracy(model.Predict(x), s_labels) == 1;
            runs[r] = new Trial(isSolved, losses, snapshots);
        }
        return new Size(hidden, runs);
    }

    // The most corners that any line gets right: all angles in steps of one degree, and all distances that matter.
    private static int BestLine(LabelledPoints points)
    {
        int best = 0;
        for (int degree = 0; degree < 360; degree++)
        {
            (double w1, double w2) = (StableMath.Cos(degree * Math.PI / 180), StableMath.Sin(degree * Math.PI / 180));
            for (int place = -200; place < 200; place++)
            {
                double b = (place + 0.5) / 100;
                int right = Enumerable.Range(0, 4).Count(i => ((w1 * points.X[2 * i]) + (w2 * points.X[(2 * i) + 1]) + b > 0 ? 1 : 0) == points.Labels[i]);
                best = Math.Max(best, right);
            }
        }
        return best;
    }

    private static int BestOfPerceptron(Matrix x, int[] labels, Rng rng)
    {
        var perceptron = new ByHand.Perceptron(2);
        int best = 0;
        for (int k = 0; k < 4000; k++)
        {
            int i = rng.Below(4, k);
            perceptron.Learn(x.Row(i), (2 * labels[i]) - 1);
            best = Math.Max(best, Enumerable.Range(0, 4).Count(c => perceptron.Predict(x.Row(c)) == (2 * labels[c]) - 1));
        }
        return best;
    }

    // From weights that are not 0, for 0 is the very minimum.
    private static (double Loss, Matrix Answers) Logistic(Matrix x, Matrix t, Rng rng)
    {
        var model = new LogisticRegression(2) { W = Matrix.Normal(2, 1, rng) };
        for (int step = 0; step < 3000; step++) model.Step(x, t, learningRate: 1);
        LogisticRegression.Cache cache = model.Forward(x);
        return (model.Loss(cache, t), cache.P);
    }

    private static Matrix LeastSquares(Matrix x, Matrix t)
    {
        var model = new ByHand.LinearRegression(2);
        model.Solve(x, t);
        return model.Forward(x).Y;
    }

    // All runs with one size of hidden layer.
    private sealed record Size(int Hidden, Trial[] Runs)
    {
        public double Share { get; } = Runs.Average(run => run.IsSolved ? 1.0 : 0);
    }

    private sealed record Trial(bool IsSolved, double[] Losses, List<Snapshot> Snapshots);

    private sealed record Snapshot(string Label, Matrix W1, Matrix B1, Matrix W2, Matrix B2);
}
