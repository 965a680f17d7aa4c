using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// How far back a recurrent network remembers. The task: a symbol, k distractors, a question; the answer is the first symbol. Each kind of
/// cell learns it with a distance that grows whenever it has been mastered, and then says how far it came. LSTMs with several biases of the
/// forget gate learn fixed distances from scratch (Gers, Schmidhuber and Cummins, 2000; Jozefowicz, Zaremba and Sutskever, 2015), and the
/// gradient is followed from the answer back to each input (Bengio, Simard and Frasconi, 1994).
/// </summary>
public sealed class RecurrentMemory : Lab
{
    internal const int Symbols = 8, FarthestTrained = 200;

    private const int Batch = 32, Tested = 256, Followed = 60;
    private const double Mastered = 0.15;

    private static readonly int[] s_distances = [1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 57, 80, 113, 160, 226, 320, 453], s_fixed = [5, 10, 20, 40, 80];

    private static readonly double[] s_biases = [0, 1, 3];

    private static readonly WholeKnob s_width = new("width", "Units of each network.", Default: 32, Least: 2, Greatest: 256);

    private static readonly WholeKnob s_steps = new("steps", "Steps of training with a growing distance.", Default: 800, Least: 10, Greatest: 100_000);

    private static readonly WholeKnob s_scratch = new(
        "fixed-steps", "Steps of training at a fixed distance, at most.", Default: 400, Least: 10, Greatest: 100_000);

    private static readonly WholeKnob s_seeds = new("seeds", "Trainings of each kind, from different weights.", Default: 3, Least: 1, Greatest: 50);

    private static readonly NumberKnob s_mix = new(
        "mix", "How often a step asks for a shorter distance than the one to be mastered.", Default: 0, Least: 0, Greatest: 1);

    private static readonly NumberKnob s_rate = new("rate", "The learning rate.", Default: 0.005, Least: 0, Greatest: 1, OpenBelow: true);

    public override string Name => "rnn-memory";

    public override string Summary => "how far back a simple cell, a GRU and an LSTM remember, and why";

    public override string Question => "How far back does a recurrent network remember?";

    public override string About =>
        "A network reads one of eight symbols, then k distractors, and is asked for the first symbol. A simple cell, a GRU and an LSTM learn "
        + "it, the distance k growing whenever it is mastered; "
        + "then LSTMs with more or less open forget gates learn fixed distances, and the gradient is followed back in time.";

    public override IReadOnlyList<Knob> Knobs => [s_width, s_steps, s_scratch, s_seeds, s_rate, s_mix];

    public override LabResult Run(LabContext context)
    {
        Kind[] kinds = [.. Kinds(context[s_width])];
        int seeds = context[s_seeds], trainings = kinds.Length * seeds, scratch = s_biases.Length * s_fixed.Length * seeds;
        double share = (double)trainings / (trainings + (0.3 * scratch));
        var grown = new List<Growth>();
        foreach (Kind kind in kinds)
        {
            for (int seed = 0; seed < seeds; seed++)
            {
                int done = grown.Count;
                grown.Add(Grow(kind, context, context.Rng.Fork(seed),
                    (part, k) => context.Report(share * ((done + part) / trainings), $"{kind.Name}, training {done % seeds + 1}", ("distance", k))));
            }
        }
        var table = new double[s_biases.Length, s_fixed.Length];
        for (int i = 0; i < scratch; i++)
        {
            (int bias, int distance) = (i / seeds / s_fixed.Length, i / seeds % s_fixed.Length);
            context.Report(share + ((1 - share) * i / scratch), $"forget bias {(int)s_biases[bias]}, distance {s_fixed[distance]}");
            table[bias, distance] += FromScratch(s_biases[bias], s_fixed[distance], context, context.Rng.Fork("fixed").Fork(i % seeds)) / seeds;
        }
        GrownCell[] cells = [.. kinds.Select(kind => Measure(kind, grown, context[s_steps]))];
        return new LabResult
        {
            Conclusion = new RecurrentMemoryConclusion(cells[0], cells[1], cells[2], seeds, context[s_steps], Hardest(table)).ToString(),
            Numbers =
            [
                .. kinds.Zip(cells, (kind, cell) => ($"distance_{kind.Key}", cell.Reach)),
                .. kinds.Zip(cells, (kind, cell) => ($"shorter_{kind.Key}", cell.AtShorter)),
                .. s_biases.SelectMany((bias, b) => s_fixed.Select((k, d) => ($"bias_{(int)bias}_at_{k}", table[b, d]))),
                .. kinds.Select(kind => ($"gradient_{kind.Key}_start", Mean(grown, kind, g => g.Start)[Followed] / Mean(grown, kind, g => g.Start)[1])),
                .. kinds.Select(kind => ($"gradient_{kind.Key}_trained", Mean(grown, kind, g => g.Trained)[Followed] / Mean(grown, kind, g => g.Trained)[1])),
            ],
            Headlines = [.. cells.Select(cell => new Headline(cell.Name, cell.Far, cell.About))],
            Sections = [Growing(kinds, grown, context), Holding(kinds, grown), Gradients(kinds, grown), Forgetting(table, context)],
        };
    }

    private static IEnumerable<Kind> Kinds(int width) =>
    [
        new("simple cell", "rnn", (inputs, rng) => new Rnn(inputs, width, rng)), new("GRU", "gru", (inputs, rng) => new Gru(inputs, width, rng)),
        new("LSTM", "lstm", (inputs, rng) => new Lstm(inputs, width, rng)),
    ];

    // The distance that tells the biases apart most.
    private static FixedDistance Hardest(double[,] table)
    {
        int told = Enumerable.Range(0, s_fixed.Length).MaxBy(d => Math.Abs(table[s_biases.Length - 1, d] - table[0, d]));
        return new FixedDistance(s_fixed[told], table[0, told], table[1, told], table[2, told]);
    }

    private static GrownCell Measure(Kind kind, List<Growth> grown, int steps)
    {
        Growth[] own = [.. grown.Where(g => g.Kind == kind)];
        double[] atShorter = [.. own.SelectMany(g => g.Accuracies.Where((_, d) => s_distances[d] < g.Mastered))];
        return new GrownCell(
            kind.Name, Median(own.Select(g => g.Mastered)), atShorter.Length == 0 ? double.NaN : atShorter.Average(), own.Any(g => g.WasGrowing(steps)));
    }

    private static Section Growing(Kind[] kinds, List<Growth> grown, LabContext context) => new(
        "How the distance grew",
        new Prose($"Training begins with {s_distances[1]} distractors. Whenever the loss has come down to {Digits(Mastered, 2)}, the distance "
            + $"grows by a tenth, until {FarthestTrained} are mastered. A cell that can hold on to a symbol learns to hold on a little longer; "
            + "one that cannot stays where it is."),
        new Figure(
            new LineChart
            {
                About = "Distance in training by step, for each kind of cell.",
                XTitle = "step",
                YTitle = "distractors in training",
                YScale = Scale.Log,
                Series =
                [
                    .. grown.Select((g, i) => new Series(i % context[s_seeds] == 0 ? g.Kind.Name : "", g.Distances) { Colour = Array.IndexOf(kinds, g.Kind) }),
                ],
            },
            $"Each line is one training of at most {Number(context[s_steps], 0)} steps with {Batch} new sequences each, {context[s_width]} "
                + $"units, AdamW at {Digits(context[s_rate], 1)}."));

    private static Section Holding(Kind[] kinds, List<Growth> grown) => new(
        "Holding on, or counting",
        new Prose("Afterwards each network is asked at other distances, shorter and longer than any it was trained with. To hold a symbol "
            + "until the question comes is one way to do the task, and works at any distance; "
            + "to let it turn through the state like a hand of a clock, so that it points the right way after just so many steps, is another."),
        new Figure(
            new LineChart
            {
                About = "Share of right answers by the number of distractors after training, for each kind of cell and each training.",
                XTitle = "distractors between the symbol and the question",
                YTitle = "right answers",
                XScale = Scale.Log,
                YRange = (0, 1),
                Levels = [new(1.0 / Symbols, "guessing")],
                Series =
                [
                    .. kinds.Select((kind, i) => new Series(kind.Name, [.. s_distances.Select((k, d) => new Point(k, Mean(grown, kind, g => g.Accuracies)[d]))])
                        { Colour = i, Look = SeriesLook.LineAndMarks }),
                    .. grown.Select(g => new Series("", [.. s_distances.Select((k, d) => new Point(k, g.Accuracies[d]))]) { Colour = Array.IndexOf(kinds, g.Kind), IsFaint = true }),
                ],
            },
            $"{Tested} new sequences for each distance. Bold: the mean over trainings; pale: each of them. With shorter distances mixed into "
                + "training (`--mix 0.5`) a simple cell can learn to hold on as well."));

    private static Section Gradients(Kind[] kinds, List<Growth> grown)
    {
        LineChart Chart(string when, Func<Growth, double[]> pick) => new()
        {
            About = $"Length of the gradient at each input by its distance from the answer, {when}.",
            Width = 480,
            Height = 340,
            XTitle = "steps before the answer",
            YTitle = "length of the gradient",
            YScale = Scale.Log,
            Series = [.. kinds.Select((kind, i) => new Series(kind.Name, Point.Of(Mean(grown, kind, pick))) { Colour = i })],
        };
        return new Section(
            "What comes back",
            new Prose($"The same networks, asked behind {Followed} distractors. Drawn is, for each step before the answer, the length of the "
                + "gradient of the loss with respect to the input read there: how much a small change of that input would change the loss, in "
                + $"the mean over {Batch} sequences and all trainings. It comes back through one Jacobian for each step, so on this scale "
                + "steady shrinking is a straight line."),
            new Pair(
                new Figure(Chart("before training", g => g.Start), $"Before training. {Left(kinds, grown, g => g.Start)}"),
                new Figure(Chart("after training", g => g.Trained), $"After it. {Left(kinds, grown, g => g.Trained)}")));
    }

    private static Section Forgetting(double[,] table, LabContext context) => new(
        "The forget gate's bias",
        new Prose("An LSTM keeps the share f of its memory at each step. With a bias of 0 that is about ½ before training, and after 20 steps "
            + "a millionth is left; with 1 it is about 0.73, with 3 about 0.95. "
            + "Here each LSTM meets one fixed distance from the first step on, and has to learn it or not."),
        new Figure(
            new HeatMap
            {
                About = "Share of right answers of LSTMs by forget bias (rows) and distance (columns).",
                Values = [.. Enumerable.Range(0, s_biases.Length * s_fixed.Length).Select(i => table[i / s_fixed.Length, i % s_fixed.Length])],
                Columns = s_fixed.Length,
                RowNames = [.. s_biases.Select(b => $"forget bias {(int)b}")],
                ColumnNames = [.. s_fixed.Select(k => $"k = {k}")],
                Greatest = 1,
            },
            $"Right answers after at most {Number(context[s_scratch], 0)} steps at a fixed distance k, in the mean over {context[s_seeds]} "
                + $"trainings. Guessing gives {Number(1.0 / Symbols, 2)}."));

    private static string Left(Kind[] kinds, List<Growth> grown, Func<Growth, double[]> pick) =>
        $"{Followed} steps back, against one step back: " + string.Join(", ", kinds.Select(kind =>
        {
            double[] lengths = Mean(grown, kind, pick);
            return $"{kind.Name} {Digits(lengths[Followed] / lengths[1], 2)}";
        })) + ".";

    // Trains with a distance that grows, and measures.
    private static Growth Grow(Kind kind, LabContext context, Rng rng, Action<double, int> report)
    {
        var network = new Recaller(Symbols, kind.Make, rng.Fork(kind.Key));
        double[] start = network.GradientLengths(Followed, Batch);
        var distances = new List<Point>();
        int steps = context[s_steps], k = s_distances[1], mastered = 0;
        double smooth = 1;
        for (int step = 0; step < steps && mastered < FarthestTrained; step++)
        {
            int distance = rng.Fork("mix").UniformDouble(step) < context[s_mix] ? 1 + rng.Fork("distance").Below(k, step) : k;
            smooth = (0.9 * smooth) + (0.1 * network.Step(step, distance, Batch, context[s_rate]));
            distances.Add(new Point(step, k));
            report((step + 1.0) / steps, k);
            if (smooth > Mastered) continue;
            mastered = k;
            k = Math.Min(FarthestTrained, (k * 11 / 10) + 1);
            smooth = 2 * Mastered;                    // a new distance has to be mastered anew
        }
        double[] accuracies = Array.ConvertAll(s_distances, distance => network.Accuracy(distance, Tested));
        return new Growth(kind, distances, accuracies, mastered, start, network.GradientLengths(Followed, Batch));
    }

    // The share of right answers of a new LSTM after training at one distance; it stops once it has learned it.
    private static double FromScratch(double bias, int distance, LabContext context, Rng rng)
    {
        var network = new Recaller(Symbols, (inputs, draws) => Biased(new Lstm(inputs, context[s_width], draws), bias), rng.Fork(distance));
        double smooth = 3;
        for (int step = 0; step < context[s_scratch] && smooth > Mastered / 5; step++)
            smooth = (0.95 * smooth) + (0.05 * network.Step(step, distance, Batch, context[s_rate]));
        return network.Accuracy(distance, Tested);
    }

    private static Lstm Biased(Lstm layer, double bias)
    {
        Parameter all = layer.Parameters.First(p => p.Name == "bias_ih_l0").Parameter;
        float[] values = all.Value.ToArray();
        values.AsSpan(layer.Width, layer.Width).Fill((float)bias);
        all.Write(values);
        return layer;
    }

    private static double[] Mean(List<Growth> grown, Kind kind, Func<Growth, double[]> pick)
    {
        double[][] all = [.. grown.Where(g => g.Kind == kind).Select(pick)];
        return [.. Enumerable.Range(0, all[0].Length).Select(i => all.Average(one => one[i]))];
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private sealed record Kind(string Name, string Key, Func<int, Rng, RecurrentLayer> Make);

    /// <param name="Kind">What was trained.</param>
    /// <param name="Distances">In training, by step.</param>
    /// <param name="Accuracies">After training, for each distance measured.</param>
    /// <param name="Mastered">The longest distance mastered in training.</param>
    /// <param name="Start">Lengths of the gradient before training, by steps before the answer.</param>
    /// <param name="Trained">The same after training.</param>
    private sealed record Growth(Kind Kind, List<Point> Distances, double[] Accuracies, double Mastered, double[] Start, double[] Trained)
    {
        /// <summary>Whether the distance still rose in the second half of the steps: it can stand still for a quarter of them and rise again.</summary>
        public bool WasGrowing(int steps) => Mastered < FarthestTrained && Distances[^1].Y > Distances[steps / 2].Y;
    }
}
