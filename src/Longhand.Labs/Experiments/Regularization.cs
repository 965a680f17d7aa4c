using Longhand.Data;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A network with far more parameters than it has points to learn from, once left alone and once with each of the usual remedies. As
/// the points are made up, the best that any classifier could do is known, and stands beside them. What a single training does is in
/// <see cref="RegularizedTraining"/>.
/// </summary>
public sealed class Regularization : Lab
{
    private const int TestPoints = 2000;

    private static readonly WholeKnob s_points = new("points", "Points to learn from; early stopping spares a fifth of them.", Default: 100, Least: 10, Greatest: 10_000);
    private static readonly NumberKnob s_noise = new("noise", "How far points stray from their moon.", Default: 0.3, Least: 0.05, Greatest: 2);
    private static readonly WholeKnob s_hidden = new("hidden", "Units in each of the two hidden layers.", Default: 128, Least: 1, Greatest: 1024);
    private static readonly WholeKnob s_steps = new("steps", "Steps of each training.", Default: 1200, Least: 10, Greatest: 100_000);
    private static readonly NumberKnob s_rate = new("rate", "Learning rate.", Default: 0.003, Least: 0, Greatest: 1, OpenBelow: true);
    private static readonly NumberKnob s_l1 = new("l1", "How strongly L1 pulls every weight to 0, by the same amount each.", Default: 0.05, Least: 0, Greatest: 10);
    private static readonly NumberKnob s_l2 = new("l2", "How strongly L2 pulls every weight to 0, by a share of itself.", Default: 1, Least: 0, Greatest: 100);
    private static readonly NumberKnob s_dropout = new("dropout", "Share of hidden units dropped in each step.", Default: 0.5, Least: 0, Greatest: 0.95);
    private static readonly WholeKnob s_runs = new("runs", "Repetitions, with other points and other first weights.", Default: 5, Least: 1, Greatest: 50);

    public override string Name => "regularization";

    public override string Summary => "a large network and few points: left alone, with L1, L2, dropout, stopped early";

    public override string Question => "What keeps a network from learning by heart?";

    public override string About =>
        "Two half moons with so much noise that they overlap, a hundred points of them, and a network with about 17,000 parameters. It is left alone, or trained with L1, with L2 (weight decay), "
        + "with dropout, or only until the loss on a spared fifth of the points is at its lowest; it is judged by points that it has not seen.";

    public override IReadOnlyList<Knob> Knobs => [s_points, s_noise, s_hidden, s_steps, s_rate, s_l1, s_l2, s_dropout, s_runs];

    public override LabResult Run(LabContext context)
    {
        (string Name, Remedy Remedy)[] methods =
        [
            ("nothing", new Remedy()), ("L1", new Remedy { L1 = context[s_l1] }), ("L2", new Remedy { L2 = context[s_l2] }),
            ("dropout", new Remedy { Dropout = context[s_dropout] }), ("early stopping", new Remedy { StopsEarly = true }),
        ];
        int runs = context[s_runs], done = 0;
        var trainings = methods.ToDictionary(m => m.Name, _ => new List<RegularizedTraining>());
        double bestAccuracy = 0, bestLoss = 0;
        LabelledPoints? shown = null;
        for (int r = 0; r < runs; r++)
        {
            var rng = context.Rng.Fork("run").Fork(r);
            LabelledPoints train = ToySets.Moons(context[s_points], context[s_noise], rng.Fork("train")), test = ToySets.Moons(TestPoints, context[s_noise], rng.Fork("test"));
            (double loss, double accuracy) = TrueMoons.Measure(test, context[s_noise]);
            (bestLoss, bestAccuracy, shown) = (bestLoss + (loss / runs), bestAccuracy + (accuracy / runs), shown ?? train);
            foreach ((string name, Remedy remedy) in methods)
            {
                var training = new RegularizedTraining(remedy, context[s_hidden], train, test, rng.Fork("network"));
                training.Run(context[s_steps], context[s_rate], (share, held) => context.Report(
                    (done + share) / (runs * methods.Length), FormattableString.Invariant($"{name}, {r + 1} of {runs}"), ("held-out loss", held)));
                trainings[name].Add(training);
                done++;
            }
        }
        context.Report(1, "done");
        Outcome[] outcomes = [.. methods.Select(m => new Outcome(m.Name, trainings[m.Name]))];
        return new LabResult
        {
            Conclusion = Conclude(outcomes, context, bestAccuracy),
            Numbers =
            [
                .. outcomes.SelectMany(o => new[] { ($"loss_{o.Key}", o.Loss), ($"accuracy_{o.Key}", o.Accuracy), ($"train_loss_{o.Key}", o.TrainLoss), ($"gap_{o.Key}", o.Gap), ($"zeros_{o.Key}", o.Zeros) }),
                ("least_loss_nothing", outcomes[0].Least), ("stopped_at", outcomes[^1].Step), ("best_possible_accuracy", bestAccuracy), ("best_possible_loss", bestLoss),
                ("parameters", outcomes[0].Parameters),
            ],
            Headlines =
            [
                new("Left alone", Digits(outcomes[0].Loss), $"held-out loss, {Percent(outcomes[0].Accuracy)} right"),
                new($"With {Best(outcomes).Name}", Digits(Best(outcomes).Loss), $"held-out loss, {Percent(Best(outcomes).Accuracy)} right"),
                new("Possible", Digits(bestLoss), $"for one who knows the moons, {Percent(bestAccuracy)} right"),
            ],
            Sections = [Boundaries(outcomes, shown!, context[s_noise]), Curves(outcomes, bestLoss), Table(outcomes, bestLoss, bestAccuracy), Weights(outcomes)],
        };
    }

    private static Outcome Best(Outcome[] outcomes) => outcomes.Skip(1).MinBy(o => o.Loss)!;

    private static string Conclude(Outcome[] outcomes, LabContext context, double possible)
    {
        Outcome alone = outcomes[0], best = Best(outcomes);
        string first = alone.Loss > 1.2 * alone.Least
            ? $"Left alone, the network learns its {Number(context[s_points], 0)} points by heart: the loss on them falls to {Digits(alone.TrainLoss, 2)}, while that on new points first falls to {Digits(alone.Least)} and then rises to {Digits(alone.Loss)}."
            : $"Left alone, the network does not learn its {Number(context[s_points], 0)} points by heart in {Number(context[s_steps], 0)} steps: the loss on new points is {Digits(alone.Loss)} at the end, near its lowest, {Digits(alone.Least)}.";
        string second = best.Loss < 0.98 * alone.Loss
            ? $"The best of the remedies is {best.Name}, with a held-out loss of {Digits(best.Loss)} and {Percent(best.Accuracy)} right ({Percent(alone.Accuracy)} when left alone; {Percent(possible)} is the most that is possible)."
            : $"No remedy makes it better: the best, {best.Name}, has a held-out loss of {Digits(best.Loss)} ({Percent(best.Accuracy)} right, and {Percent(alone.Accuracy)} when left alone).";
        IEnumerable<string> others = outcomes.Skip(1).Where(o => o != best).OrderBy(o => o.Loss).Select(o => $"{o.Name} {Digits(o.Loss)}");
        return $"{first} {second} The others: {string.Join(", ", others)}; how they rank depends on how strongly each is applied.";
    }

    private static Section Boundaries(Outcome[] outcomes, LabelledPoints train, double noise)
    {
        PlaneGrid grid = PlaneGrid.Around(train.X, columns: 90);
        string[] names = ["upper moon", "lower moon"];
        return new Section("What they make of the same points", new Pair(
        [
            .. outcomes.Select(o => new Figure(
                o.Trainings[0].Model.Regions($"The regions with {o.Name}", grid, train, names, width: 440), $"{Title(o)}: held-out loss {Digits(o.Trainings[0].HeldOut)}.")),
            new Figure(TrueMoons.Regions(grid, train, noise, names), "One who knows the moons and the noise: nobody can do better."),
        ]));
    }

    private static string Title(Outcome o) => o.Name == "nothing" ? "Left alone" : $"With {o.Name}";

    private static Section Curves(Outcome[] outcomes, double possible)
    {
        Outcome[] drawn = outcomes[..^1];
        return new Section(
            "How they learned",
            new Pair(
                Chart("loss on the points learned from", t => t.TrainCurve, [], "Falling means nothing by itself: who learns by heart falls fastest."),
                Chart("loss on new points", t => t.TestCurve, [new(possible, "the least possible")], "What counts. The dashed line from top to bottom is where early stopping stopped, on the mean.")),
            new Figure(
                new LineChart
                {
                    About = "The gap between the loss on new points and the loss on those learned from",
                    XTitle = "step",
                    YTitle = "gap between the two losses",
                    Series = [.. drawn.Select((o, i) => new Series(Title(o), o.Mean(t => [.. t.TestCurve.Zip(t.TrainCurve, (a, b) => new Point(a.X, a.Y - b.Y))])) { Colour = i })],
                    Uprights = [new(outcomes[^1].Step, "early stopping")],
                },
                "The gap: how much better the network is on what it has seen than on what it has not."));

        Figure Chart(string title, Func<RegularizedTraining, IReadOnlyList<Point>> curve, IReadOnlyList<Level> levels, string caption) => new(
            new LineChart
            {
                About = $"The {title}, step by step",
                XTitle = "step",
                YTitle = title,
                YScale = Scale.Log,
                Width = 520,
                Height = 360,
                Series = [.. drawn.Select((o, i) => new Series(Title(o), o.Mean(curve)) { Colour = i })],
                Levels = levels,
                Uprights = [new(outcomes[^1].Step, "early stopping")],
            },
            caption);
    }

    private static Section Table(Outcome[] outcomes, double possibleLoss, double possible) => new("The numbers", new Table(
        ["", "loss on what was learned from", "loss on new points", "gap", "right, of new points"],
        [
            .. outcomes.Select(o => (string[])[Title(o), Digits(o.TrainLoss), Digits(o.Loss), Digits(o.Gap), Percent(o.Accuracy)]),
            ["One who knows the moons", "", Digits(possibleLoss), "", Percent(possible)],
        ],
        $"Means of {outcomes[0].Trainings.Count} repetitions at the end of training; with early stopping, at the moment it stopped (step {Number(outcomes[^1].Step, 0)} on the mean)."));

    private static Section Weights(Outcome[] outcomes) => new("What they do to the weights", new Table(
        ["", "mean size of a weight", "weights that are exactly 0"],
        [.. outcomes.Select(o => (string[])[Title(o), Digits(o.Size), Percent(o.Zeros)])],
        "L1 takes the same amount from every weight, so small ones reach 0 and stay there; L2 takes a share, so large ones shrink most and none becomes 0. Dropout and early stopping leave the weights alone."));

    /// <summary>What became of one method, on the mean of its trainings.</summary>
    private sealed record Outcome(string Name, List<RegularizedTraining> Trainings)
    {
        public string Key => Name.ToLowerInvariant().Replace(' ', '_');
        public double Loss => Trainings.Average(t => t.HeldOut);
        public double Accuracy => Trainings.Average(t => t.Accuracy);
        public double TrainLoss => Trainings.Average(t => t.Learned);
        public double Gap => Loss - TrainLoss;
        public double Least => Mean(t => t.TestCurve).Min(p => p.Y);
        public double Step => Trainings.Average(t => t.Step);
        public double Size => Trainings.Average(t => t.MeanWeight);
        public double Zeros => Trainings.Average(t => t.Zeros);
        public long Parameters => Trainings[0].Model.Parameters;

        public List<Point> Mean(Func<RegularizedTraining, IReadOnlyList<Point>> curve)
        {
            IReadOnlyList<Point>[] all = [.. Trainings.Select(curve)];
            return [.. Enumerable.Range(0, all[0].Count).Select(i => new Point(all[0][i].X, all.Average(c => c[i].Y)))];
        }
    }
}
