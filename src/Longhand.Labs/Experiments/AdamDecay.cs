using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Pictures;
using Longhand.Tensors;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Where to put weight decay in Adam (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019). Added to the gradient, λ·w is
/// divided by √v like everything in it:
/// <code>
/// Adam with L2:  w ← w − η·m̂/(√v̂ + ε),          m and v averages of g + λ·w and its square
/// AdamW:         w ← w − η·m̂/(√v̂ + ε) − η·λ·w,  m and v averages of g alone
/// </code>
/// So a weight whose gradients are large is hardly pulled towards 0, and one whose gradients are small is pulled the more.
/// <para>
/// First without any task: weights that start at 1 and get noise of different sizes for gradients, so that nothing but the decay moves
/// their mean. Then on digits with some wrong labels, over a grid of learning rates and decays, chosen on one part and judged on another.
/// </para>
/// </summary>
public sealed class AdamDecay : Lab
{
    // Of the weights in noise: how many of each kind, and how they are trained. Of the digits: the part to choose by.
    private const int Copies = 256, NoiseSteps = 400, Tuning = 500;
    private const double NoiseRate = 0.01, NoiseDecay = 0.5;

    private static readonly double[] s_scales = [.. Enumerable.Range(0, 9).Select(i => Math.Pow(10, -2 + (i / 2.0)))];
    private static readonly double[] s_rates = [0.001, 0.003, 0.01, 0.03];
    private static readonly double[] s_decays = [0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
    private static readonly string[] s_names = ["Adam with L2", "AdamW"];

    private static readonly WholeKnob s_seeds = new("seeds", "Trainings of each setting; more give a surer comparison.", Default: 5, Least: 1, Greatest: 50);
    private static readonly WholeKnob s_images = new("images", "Digits to learn from; fewer are overfitted sooner.", Default: 300, Least: 50, Greatest: 900);
    private static readonly NumberKnob s_wrong = new("wrong", "The share of them with a wrong label, which decay helps to ignore.", Default: 0.2, Least: 0, Greatest: 0.8);
    private static readonly WholeKnob s_steps = new("steps", "Steps of each training.", Default: 200, Least: 5, Greatest: 5000);
    private static readonly WholeKnob s_hidden = new("hidden", "Units of the hidden layer.", Default: 64, Least: 1, Greatest: 512);

    public override string Name => "adamw";

    public override string Summary => "weight decay in Adam's gradient beside AdamW's: which weights shrink, who does better";

    public override string Question => "Why is AdamW not Adam with L2?";

    public override string About =>
        "Weights that get nothing but noise for gradients, from weak to strong, shrink under Adam with `λ·w` in the gradient and under AdamW. Then both learn digits, some with "
        + "wrong labels, with every pair of 4 learning rates and 11 decays; the best pair on a tuning part is judged on held-out digits.";

    public override IReadOnlyList<Knob> Knobs => [s_seeds, s_images, s_wrong, s_steps, s_hidden];

    public override LabResult Run(LabContext context)
    {
        context.Report(0, "weights in noise");
        double[][][] paths = [Noise(context.Rng.Fork("noise"), decoupled: false), Noise(context.Rng.Fork("noise"), decoupled: true)];
        double[][] measured = [.. paths.Select(p => Array.ConvertAll(p, Rate))];
        Cell[][] grids = Grids(context);
        Cell[] best = [.. grids.Select(grid => grid.MaxBy(c => c.Tuning)!)];
        return new LabResult
        {
            Conclusion = Conclude(measured, best, context),
            Numbers =
            [
                .. s_scales.SelectMany((scale, i) => new[] { ($"l2_decay_at_scale_{i}", measured[0][i]), ($"adamw_decay_at_scale_{i}", measured[1][i]) }),
                ("l2_accuracy", best[0].Held.Average()), ("adamw_accuracy", best[1].Held.Average()),
                ("l2_accuracy_deviation", Deviation(best[0].Held)), ("adamw_accuracy_deviation", Deviation(best[1].Held)),
                ("l2_accuracy_without_decay", Undecayed(grids[0]).Held.Average()), ("adamw_accuracy_without_decay", Undecayed(grids[1]).Held.Average()),
                ("l2_best_rate", best[0].Rate), ("l2_best_decay", best[0].Decay), ("adamw_best_rate", best[1].Rate), ("adamw_best_decay", best[1].Decay),
            ],
            Headlines =
            [
                new("Decay with weak gradients", $"{Digits(measured[0][2], 2)} : {Digits(measured[1][2], 2)}", $"L2 : AdamW, gradients of size {Digits(s_scales[2], 1)}, λ = {Plain(NoiseDecay)}"),
                new("Decay with strong gradients", $"{Digits(measured[0][^3], 2)} : {Digits(measured[1][^3], 2)}", $"L2 : AdamW, gradients of size {Digits(s_scales[^3], 2)}, λ = {Plain(NoiseDecay)}"),
                new("Held-out digits", $"{Percent(best[0].Held.Average())} : {Percent(best[1].Held.Average())}", $"L2 : AdamW, mean of {Words.Count(context[s_seeds], "seed")}"),
            ],
            Sections = [Shrinking(paths, measured), OnDigits(grids, best, context)],
        };
    }

    private static string Conclude(double[][] measured, Cell[] best, LabContext context)
    {
        double weak = measured[0][2] / measured[1][2], strong = measured[0][^3] / measured[1][^3];
        string decay = weak > 1.5 && strong < 0.67 && measured[1].Max() < 1.2 * measured[1].Min()
            ? $"With the same λ, L2 in Adam's gradient shrinks weights with weak gradients (size {Digits(s_scales[2], 1)}) {Digits(weak, 2)} times as fast as AdamW, and weights with strong ones (size {Digits(s_scales[^3], 2)}) "
                + $"{Digits(1 / strong, 2)} times as slowly; AdamW shrinks all alike."
            : "With these draws the shrinking by L2 and by AdamW cannot be told apart clearly.";
        // Both methods train on the same parts from the same weights, so seeds are compared in pairs.
        double[] ahead = [.. best[1].Held.Zip(best[0].Held, (w, l) => w - l)];
        double difference = ahead.Average(), error = Deviation(ahead) / Math.Sqrt(ahead.Length);
        string verdict = ahead.Length < 2 ? "one seed says nothing about which is better"
            : $"a difference of {Plain(Math.Round(100 * Math.Abs(difference), 1))} ± {Plain(Math.Round(100 * error, 1))} points, "
                + (Math.Abs(difference) <= 2 * error ? "too small to be told from chance" : difference > 0 ? "in AdamW's favour" : "in favour of L2");
        return $"{decay} On digits, each at its best learning rate and decay, Adam with L2 gets {Percent(best[0].Held.Average())} of held-out digits right and AdamW {Percent(best[1].Held.Average())} "
            + $"(mean of {Words.Count(context[s_seeds], "seed")}): {verdict}. {Lambda(best[0].Decay, best[1].Decay)}";
    }

    private static string Lambda(double l2, double adamW) => (l2, adamW) switch
    {
        (0, 0) => "With these settings both do best without any decay.",
        (0, _) or (_, 0) => $"The best λ is {Plain(l2)} for L2 and {Plain(adamW)} for AdamW: decay helps one of them here, and not the other.",
        _ when l2 == adamW => $"The best λ happens to be {Plain(l2)} for both.",
        _ => $"The best λ is {Plain(l2)} for L2 and {Plain(adamW)} for AdamW: the same letter means different things, so a λ cannot be carried over.",
    };

    /// <summary>The mean weight after each step, for each scale of the gradients.</summary>
    internal static double[][] Noise(Rng rng, bool decoupled)
    {
        int rows = s_scales.Length;
        var weights = new Parameter(Tensor.Ones((rows, Copies)));
        ParameterGroup[] group = [new([("weights", weights)])];
        Optimizer optimizer = decoupled ? new AdamW(group, weightDecay: NoiseDecay) : new Adam(group, weightDecay: NoiseDecay);
        double[][] means = [.. s_scales.Select(_ => new double[NoiseSteps + 1])];
        for (int step = 0; step <= NoiseSteps; step++)
        {
            double[] now = weights.Value.ToDoubles();
            for (int row = 0; row < rows; row++)
            {
                means[row][step] = now.AsSpan(row * Copies, Copies).ToArray().Average();
            }
            Rng draws = rng.Fork(step);
            float[] gradient = new float[rows * Copies];
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i] = (float)s_scales[i / Copies] * draws.Normal(i);
            }
            weights.Gradient = Tensor.From(gradient, (rows, Copies));
            optimizer.Step(NoiseRate);
        }
        return means;
    }

    /// <summary>The share lost in each step, over the first fifty, divided by the learning rate: what λ would have to be in w ← (1 − η·λ)·w.</summary>
    internal static double Rate(double[] means)
    {
        const int steps = 50;
        return (1 - Math.Pow(Math.Max(1e-3, means[steps]), 1.0 / steps)) / NoiseRate;
    }

    private static Section Shrinking(double[][][] paths, double[][] measured)
    {
        int[] shown = [2, 4, 6, 8];
        LineChart Course(int which) => new()
        {
            About = $"Mean weight by step under {s_names[which]}, for four sizes of gradients.",
            XTitle = "step",
            YTitle = "mean weight",
            Width = 480,
            Height = 360,
            YRange = (-0.2, 1),
            Series = [.. shown.Select(i => new Series($"size {Digits(s_scales[i], 1)}", Point.Of(paths[which][i])))],
        };
        return new Section(
            "Which weights shrink?",
            new Pair(
                new Figure(Course(0), $"{s_names[0]}: the same λ = {Plain(NoiseDecay)} pulls weights with weak gradients down quickly, and leaves those with strong ones nearly alone."),
                new Figure(Course(1), $"{s_names[1]}: the gradients do not matter; each step takes the share η·λ.")),
            new Figure(
                new LineChart
                {
                    About = "Measured decay against the size of the gradients. AdamW's is constant, that of Adam with L2 falls as one over the size.",
                    XTitle = "size of the gradients (standard deviation of the noise)",
                    YTitle = "measured decay",
                    XScale = Scale.Log,
                    YScale = Scale.Log,
                    Series = [.. measured.Select((m, i) => new Series(s_names[i], [.. s_scales.Zip(m, (x, y) => new Point(x, y))]) { Look = SeriesLook.LineAndMarks })],
                    Levels = [new(NoiseDecay, $"λ = {Plain(NoiseDecay)}")],
                },
                "The share of a weight that goes in a step, over the learning rate. L2's λ·w is divided by √v, which is about the size of the gradients; where they are smaller than λ·w itself, every step has length η whatever λ is."));
    }

    private static Cell[][] Grids(LabContext context)
    {
        var grids = new List<Cell>[] { [], [] };
        int seeds = context[s_seeds], total = 2 * s_rates.Length * s_decays.Length, done = 0;
        NoisyDigits[] draws = [.. Enumerable.Range(0, seeds).Select(seed =>
            new NoisyDigits(context[s_images], Tuning, context[s_wrong], context[s_hidden], context.Rng.Fork("digits").Fork(seed)))];
        for (int which = 0; which < 2; which++)
        {
            foreach (double rate in s_rates)
            {
                foreach (double decay in s_decays)
                {
                    (double Tuning, double Held)[] scores = Array.ConvertAll(draws, draw => draw.Train(which == 1, rate, decay, context[s_steps], context.Cancel));
                    var cell = new Cell(rate, decay, scores.Average(s => s.Tuning), Array.ConvertAll(scores, s => s.Held));
                    grids[which].Add(cell);
                    context.Report(0.02 + (0.98 * ++done / total), $"{s_names[which]} on digits: rate {Plain(rate)}, decay {Plain(decay)}", ("accuracy", cell.Tuning));
                }
            }
        }
        return Array.ConvertAll(grids, g => g.ToArray());
    }

    private static Section OnDigits(Cell[][] grids, Cell[] best, LabContext context)
    {
        HeatMap Map(int which)
        {
            // Colours tell the best from the rest, so they begin a little below the median.
            double[] sorted = [.. grids.SelectMany(g => g).Select(c => c.Tuning).Order()];
            double middle = sorted[sorted.Length / 3];
            return new HeatMap
            {
                About = $"Accuracy on the tuning part for {s_names[which]}: rows are learning rates, columns are decays.",
                Columns = s_decays.Length,
                Values = [.. grids[which].Select(c => 100 * c.Tuning)],
                Origin = 100 * middle,
                Decimals = 1,
                Greatest = 100 * (sorted[^1] - middle),
                RowNames = [.. s_rates.Select(r => $"rate {Plain(r)}")],
                ColumnNames = [.. s_decays.Select(d => d == 0 ? "λ = 0" : Plain(d))],
            };
        }
        return new Section(
            "On digits",
            new Prose($"{context[s_images]} digits to learn from, {Percent(context[s_wrong], 0)} of them with a wrong label; {Tuning} with right labels to choose by, and the other "
                + $"{Longhand.Data.Digits.Count - context[s_images] - Tuning} to judge by. A network with {Words.Count(context[s_hidden], "hidden unit")}, {Number(context[s_steps], 0)} steps of {NoisyDigits.Batch}, decay on matrices only."),
            new Figure(Map(0), $"{s_names[0]}: accuracy on the tuning part in percent, mean of {Words.Count(context[s_seeds], "seed")}."),
            new Figure(Map(1), $"{s_names[1]}: the same."),
            new Table(
                ["", "best learning rate", "best λ", "tuning part", "held out", "± between seeds", "held out, λ = 0"],
                [
                    .. best.Select((b, i) => (string[])
                    [
                        s_names[i], Plain(b.Rate), Plain(b.Decay), Percent(b.Tuning), Percent(b.Held.Average()), b.Held.Length < 2 ? "–" : Percent(Deviation(b.Held)), Percent(Undecayed(grids[i]).Held.Average()),
                    ]),
                ],
                "Chosen on the tuning part, judged on digits that had no say in the choice. The last column: the best learning rate without any decay."));
    }

    // The best of the cells without decay.
    private static Cell Undecayed(Cell[] grid) => grid.Where(c => c.Decay == 0).MaxBy(c => c.Tuning)!;

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }

    /// <summary>A learning rate and a decay: the mean accuracy on the tuning part, and each seed's on the held-out part.</summary>
    private sealed record Cell(double Rate, double Decay, double Tuning, double[] Held);
}
