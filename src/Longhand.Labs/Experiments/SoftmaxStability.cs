using System.Numerics;
using Longhand.Pictures;
using Longhand.Tensors;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Softmax as its formula is written, beside the same formula with the maximum subtracted first:
/// <code>
/// pᵢ = exp(zᵢ) / Σⱼ exp(zⱼ)  =  exp(zᵢ − m) / Σⱼ exp(zⱼ − m),   m = maxⱼ zⱼ
/// </code>
/// Both are equal on paper, since exp(m) cancels. In floating point the first asks for exp(1000), which no format has. The same holds for
/// the logarithm of the sum, and for the logarithm of a probability too small for the format.
/// </summary>
public sealed class SoftmaxStability : Lab
{
    private const double Tolerance = 1e-2;
    private const int Reach = 1100;

    private static readonly NumberKnob s_largest = new(
        "largest", "The largest of the three logits; the naive form lives or dies by it.", Default: 1000, Least: -2000, Greatest: 2000);

    private static readonly NumberKnob s_gap = new(
        "gap", "From one logit to the next; the true probabilities depend on it alone.", Default: 1, Least: 0, Greatest: 10);

    public override string Name => "softmax-stability";

    public override string Summary => "why softmax subtracts the maximum first, and where the textbook formula breaks";

    public override string Question => "Why does softmax subtract the maximum?";

    public override string About =>
        "Softmax of three logits, once as the formula is written and once with the maximum subtracted first, in half, single and double precision; "
        + "the same for log-sum-exp, and for the loss of a class that the model thinks impossible.";

    public override IReadOnlyList<Knob> Knobs => [s_largest, s_gap];

    public override LabResult Run(LabContext context)
    {
        double largest = context[s_largest], gap = context[s_gap];
        double[] logits = Logits(largest, gap), truth = Stable<double>(Logits(0, gap));
        Format[] formats =
        [
            new("half", Naive<Half>, Stable<Half>, NaiveLogSum<Half>, NaiveLoss<Half>),
            new("single", Naive<float>, Stable<float>, NaiveLogSum<float>, NaiveLoss<float>),
            new("double", Naive<double>, Stable<double>, NaiveLogSum<double>, NaiveLoss<double>),
        ];

        context.Report(0.1, "the three logits");
        double[] naive = Naive<float>(logits), stable = Stable<float>(logits);
        double[] engine = Tensor.From(Array.ConvertAll(logits, z => (float)z), 3).Softmax().ToDoubles();
        context.Report(0.3, "where the naive form works");
        (double Low, double High)[] ranges = Array.ConvertAll(formats, f => WorkingRange(f, gap, truth));
        context.Report(0.7, "errors by size of the logits");
        bool works = Error(naive, truth) < Tolerance;
        return new LabResult
        {
            Conclusion = Conclude(logits, naive, stable, works, ranges, truth),
            Numbers =
            [
                .. naive.Select((p, i) => ($"naive_{i}", p)), .. stable.Select((p, i) => ($"stable_{i}", p)), .. engine.Select((p, i) => ($"engine_{i}", p)),
                ("naive_log_sum_exp", NaiveLogSum<float>(logits)), ("log_sum_exp", LogSum<float>(logits)),
                .. formats.Zip(ranges, (f, r) => ($"{f.Name}_works_from", r.Low)), .. formats.Zip(ranges, (f, r) => ($"{f.Name}_works_to", r.High)),
            ],
            Headlines =
            [
                new("Naive softmax", Vector(naive), $"of {Vector(logits, 4)}, in single precision"),
                new("Stable softmax", Vector(stable), "the maximum subtracted first"),
            ],
            Sections =
            [
                TheNumbers(logits, naive, stable, engine), Errors(formats, ranges, gap, truth), LogSums(formats, gap), Losses(formats),
            ],
        };
    }

    private static string Conclude(double[] logits, double[] naive, double[] stable, bool works, (double Low, double High)[] ranges, double[] truth)
    {
        string first = works
            ? $"Of {Vector(logits, 4)}, the formula as written gives {Vector(naive)} in single precision, which is right: these logits lie where it still works."
            : $"Of {Vector(logits, 4)}, the formula as written gives {Vector(naive)} in single precision; with the maximum subtracted first it gives {Vector(stable)}"
                + (Error(stable, truth) < Tolerance ? ", which is right." : $" (true: {Vector(truth)}).");
        return $"{first} As written it works only while the largest logit lies between about {Number(ranges[1].Low, 0)} and {Number(ranges[1].High, 0)} in single precision, "
            + $"{Number(ranges[2].Low, 0)} and {Number(ranges[2].High, 0)} in double, and {Number(ranges[0].Low, 0)} and {Number(ranges[0].High, 0)} in half. "
            + "Subtracting the maximum makes the largest exponent 0, so nothing can overflow and the sum is at least 1; it costs one pass over the logits.";
    }

    private static Section TheNumbers(double[] logits, double[] naive, double[] stable, double[] engine) => new(
        "The numbers",
        new Table(
            ["", .. logits.Select(z => $"z = {Digits(z, 4)}"), "sum"],
            [
                Row("exp(z)", logits.Select(z => (double)MathF.Exp((float)z)), 3),
                Row("naive: exp(z) / Σ exp(z)", naive, 3),
                Row("z − max", logits.Select(z => z - logits.Max()), 3, sums: false),
                Row("exp(z − max)", logits.Select(z => (double)MathF.Exp((float)(z - logits.Max()))), 3),
                Row("stable: exp(z − max) / Σ exp(z − max)", stable, 3),
                Row("this library's `Softmax`", engine, 3),
            ],
            "In single precision. An infinity divided by an infinity is not a number, and it spreads: one NaN in a loss makes every weight NaN at the next step."));

    private static Section Errors(Format[] formats, (double Low, double High)[] ranges, double gap, double[] truth)
    {
        double[] places = [.. Enumerable.Range(-Reach, (2 * Reach) + 1).Select(i => (double)i)];
        Series Errors(string name, Func<double[], double[]> softmax, int colour) => new(
            name, [.. places.Select(x => new Point(x, Math.Max(1e-18, Error(softmax(Logits(x, gap)), truth))))]) { Colour = colour };
        return new Section(
            "Where the formula works",
            new Figure(
                new LineChart
                {
                    About = "Greatest relative error of naive and stable softmax against the largest logit, in three precisions. The naive curves end where the format overflows or underflows.",
                    XTitle = "largest logit",
                    YTitle = "greatest relative error",
                    YScale = Scale.Log,
                    XRange = (-Reach, Reach),
                    YRange = (1e-18, 1),
                    Series =
                    [
                        .. formats.Select((f, i) => Errors($"naive, {f.Name}", f.Naive, i)),
                        Errors("stable, single", formats[1].Stable, 3),
                        Errors("stable, double", formats[2].Stable, 4),
                    ],
                },
                $"A curve ends where its result is no number any more: to the right exp overflows, to the left all terms vanish and 0 is divided by 0. The stable form has neither end. Logits differ by {Digits(gap)}."),
            new Table(
                ["precision", "largest finite number", "works from", "works to"],
                [
                    .. new[] { ((double)Half.MaxValue, 0), (float.MaxValue, 1), (double.MaxValue, 2) }.Select(m => (string[])
                        [formats[m.Item2].Name, Digits(m.Item1), Number(ranges[m.Item2].Low, 1), Number(ranges[m.Item2].High, 1)]),
                ],
                $"The largest logit for which the naive form is within {Digits(Tolerance, 1)} of the truth, found by bisection. The upper end is close to the logarithm of the largest number."));
    }

    private static Section LogSums(Format[] formats, double gap)
    {
        double[] places = [.. Enumerable.Range(-Reach, (2 * Reach) + 1).Select(i => (double)i)];
        Series Excess(string name, Func<double[], double> logSum, int colour) =>
            new(name, [.. places.Select(x => new Point(x, logSum(Logits(x, gap)) - x))]) { Colour = colour };
        double expected = LogSum<double>(Logits(0, gap));
        return new Section(
            "Log-sum-exp",
            new Prose("The loss of a classifier is log Σ exp(z) minus the logit of the right class. The sum overflows exactly as above; log Σ exp(z) = m + log Σ exp(z − m) does not."),
            new Figure(
                new LineChart
                {
                    About = "log-sum-exp minus the largest logit: a constant in the stable form; the naive form leaves it at the ends of each format's range.",
                    XTitle = "largest logit",
                    YTitle = "log Σ exp(z) − max z",
                    XRange = (-Reach, Reach),
                    YRange = (expected - 1.5, expected + 1.5),
                    Series =
                    [
                        .. formats.Select((f, i) => Excess($"naive, {f.Name}", f.LogSum, i)),
                        Excess("stable, single", LogSum<float>, 3),
                    ],
                },
                $"What log Σ exp(z) adds to the largest logit is always {Number(expected, 4)} here. The naive form gives ∞ on the right and −∞ on the left, where its curve ends."));
    }

    private static Section Losses(Format[] formats)
    {
        double[] distances = [.. Enumerable.Range(0, 401).Select(i => 2.0 * i)];
        double[] vanish = Array.ConvertAll(formats, f => distances.Where(d => !double.IsFinite(f.Loss(d))).DefaultIfEmpty(double.NaN).First());
        return new Section(
            "Logarithm of softmax, or log-softmax?",
            new Prose("Even stable softmax is not enough for a loss. When the right class has a logit d below the other one, its probability exp(−d) / (1 + exp(−d)) "
                + "becomes 0 in the format, and −log 0 is infinite. Computed in one piece, log p = z − log Σ exp(z), the loss is simply about d, and its gradient p − 1 pushes in the right direction."),
            new Figure(
                new LineChart
                {
                    About = "Loss of a wrong class by distance of the logits: log-softmax is a straight line, the logarithm of the softmax ends.",
                    XTitle = "logit of the wrong class minus logit of the right one",
                    YTitle = "loss",
                    XRange = (0, 800),
                    YRange = (0, 800),
                    Series =
                    [
                        .. formats.Select((f, i) => new Series($"−log softmax, {f.Name}", [.. distances.Select(d => new Point(d, f.Loss(d)))]) { Colour = i, Look = SeriesLook.Line }),
                        new("log-softmax, single", [.. distances.Select(d => new Point(d, LogSum<float>([0, d])))]) { Colour = 3 },
                    ],
                },
                string.Join(" ", formats.Zip(vanish, (f, v) => double.IsFinite(v) ? $"In {f.Name} precision the logarithm of the probability is infinite from {Number(v, 0)} on." : ""))));
    }

    /// <summary>exp(zᵢ) / Σ exp(zⱼ), every operation rounded to T.</summary>
    internal static double[] Naive<T>(double[] logits) where T : IFloatingPointIeee754<T>
    {
        T[] powers = Array.ConvertAll(logits, z => T.Exp(T.CreateSaturating(z)));
        T sum = powers.Aggregate(T.Zero, (total, p) => total + p);
        return Array.ConvertAll(powers, p => double.CreateSaturating(p / sum));
    }

    /// <summary>exp(zᵢ − m) / Σ exp(zⱼ − m) with m the maximum, every operation rounded to T.</summary>
    internal static double[] Stable<T>(double[] logits) where T : IFloatingPointIeee754<T>
    {
        T max = T.CreateSaturating(logits.Max());
        T[] powers = Array.ConvertAll(logits, z => T.Exp(T.CreateSaturating(z) - max));
        T sum = powers.Aggregate(T.Zero, (total, p) => total + p);
        return Array.ConvertAll(powers, p => double.CreateSaturating(p / sum));
    }

    private static double NaiveLogSum<T>(double[] logits) where T : IFloatingPointIeee754<T> =>
        double.CreateSaturating(T.Log(logits.Aggregate(T.Zero, (total, z) => total + T.Exp(T.CreateSaturating(z)))));

    internal static double LogSum<T>(double[] logits) where T : IFloatingPointIeee754<T>
    {
        T max = T.CreateSaturating(logits.Max());
        return double.CreateSaturating(max + T.Log(logits.Aggregate(T.Zero, (total, z) => total + T.Exp(T.CreateSaturating(z) - max))));
    }

    // −log of the stable softmax of the right class, whose logit lies d below the other.
    private static double NaiveLoss<T>(double distance) where T : IFloatingPointIeee754<T> =>
        double.CreateSaturating(-T.Log(T.CreateSaturating(Stable<T>([0, distance])[0])));

    private static double[] Logits(double largest, double gap) => [largest, largest - gap, largest - (2 * gap)];

    // NaN when a result is: no comparison with it holds, so it counts as wrong.
    private static double Error(double[] result, double[] truth) =>
        result.Zip(truth, (r, t) => Math.Abs(r - t) / t).Aggregate(0.0, Math.Max);

    // The naive form works in one interval around 0, whose ends bisection finds to a thousandth.
    private static (double Low, double High) WorkingRange(Format format, double gap, double[] truth)
    {
        return (End(-Reach), End(Reach));

        double End(double outside)
        {
            double inside = gap;
            while (Math.Abs(outside - inside) > 1e-3)
            {
                double middle = (inside + outside) / 2;
                (inside, outside) = Error(format.Naive(Logits(middle, gap)), truth) < Tolerance ? (middle, outside) : (inside, middle);
            }
            return inside;
        }
    }

    private static string[] Row(string name, IEnumerable<double> values, int digits, bool sums = true)
    {
        double[] all = [.. values];
        return [name, .. all.Select(v => Digits(v, digits)), sums ? Digits(all.Sum(), digits) : ""];
    }

    private static string Vector(double[] values, int digits = 3) => $"[{string.Join(", ", values.Select(v => digits == 3 && double.IsFinite(v) ? Number(v, 3) : Digits(v, digits)))}]";

    private sealed record Format(
        string Name, Func<double[], double[]> Naive, Func<double[], double[]> Stable, Func<double[], double> LogSum, Func<double, double> Loss);
}
