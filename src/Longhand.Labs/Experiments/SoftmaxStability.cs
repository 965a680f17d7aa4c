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
                new("Naive softmax", Vector(naive), $"of {Typed(logits)}, in single precision"),
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
            ? $"Of {Typed(logits)}, the formula as written gives {Vector(naive)} in single precision, which is right: these logits lie where it still works."
            : $"Of {Typed(logits)}, the formula as written gives {Vector(naive)} in single precision; with the maximum subtracted first it gives {Vector(stable)}"
                + (Error(stable, truth) < Tolerance ? ", which is right." : $" (true: {Vector(truth)}).");
        return $"{first} As written it works only while the largest logit lies between about {Whole(ranges[1].Low)} and {Whole(ranges[1].High)} in single precision, "
            + $"{Whole(ranges[2].Low)} and {Whole(ranges[2].High)} in double, and {Whole(ranges[0].Low)} and {Whole(ranges[0].High)} in half. "
            + "Subtracting the maximum makes the largest exponent 0, so nothing can overflow and the sum is at least 1; it costs one pass over the logits.";
    }

    private static Section TheNumbers(double[] logits, double[] naive, double[] stable, double[] engine) => new(
        "The numbers",
        new Table(
            ["", .. logits.Select(z => $"z = {Plain(z)}"), "sum"],
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
        // Errors below what double can show, half a unit of its last place, are drawn as that.
        const double least = 1.1e-16;
        double[] places = [.. Enumerable.Range(-Reach, (2 * Reach) + 1).Select(i => (double)i)];
        Series Errors(string name, Func<double[], double[]> softmax, int colour) =>
            new(name, [.. places.Select(x => new Point(x, Math.Max(least, Error(softmax(Logits(x, gap)), truth))))]) { Colour = colour };
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
                    YRange = (1e-17, 1),
                    Series = [.. formats.Select((f, i) => Errors($"naive, {f.Name}", f.Naive, i)), Errors("stable, single", formats[1].Stable, 3)],
                },
                "A curve ends where its result is no number any more: to the right exp overflows, to the left all terms vanish and 0 is divided by 0; before that "
                + $"they lose their digits. The stable form has no ends. Logits differ by {Digits(gap)}."),
            new Table(
                ["precision", "largest finite number", "its logarithm", "works from", "works to"],
                [
                    .. new[] { (double)Half.MaxValue, float.MaxValue, double.MaxValue }.Select((most, i) => (string[])
                        [formats[i].Name, Digits(most), Number(Math.Log(most), 1), Number(ranges[i].Low, 1), Number(ranges[i].High, 1)]),
                ],
                $"The largest logit for which the naive form is within {Percent(Tolerance, 0)} of the truth, found by bisection."));
    }

    private static Section LogSums(Format[] formats, double gap) => new(
        "Log-sum-exp",
        new Prose("The loss of a classifier is log Σ exp(z) minus the logit of the right class. The sum overflows exactly as above; "
            + "log Σ exp(z) = m + log Σ exp(z − m) does not, and adds nearly nothing to a logit that stands out."),
        new Table(
            ["largest logit", .. formats.Select(f => $"naive, {f.Name}"), "stable, single"],
            [
                .. new double[] { -1000, -100, -10, 0, 10, 50, 100, 500, 1000 }.Select(x => (string[])
                    [Plain(x), .. formats.Select(f => Digits(f.LogSum(Logits(x, gap)), 6)), Digits(LogSum<float>(Logits(x, gap)), 6)]),
            ]));

    private static Section Losses(Format[] formats)
    {
        double[] distances = [.. Enumerable.Range(0, 1601).Select(i => i / 2.0)];
        // The distance up to which the logarithm of the probability is a number at all.
        double[] ends = Array.ConvertAll(formats, f => distances.TakeWhile(d => double.IsFinite(f.Loss(d))).LastOrDefault());
        return new Section(
            "Logarithm of softmax, or log-softmax?",
            new Prose("Even stable softmax is not enough for a loss. When the logit of the right class lies d below another one, its probability exp(−d) / (1 + exp(−d)) "
                + "becomes 0 in the format, and −log 0 is infinite. Computed in one piece, −log p = log Σ exp(z) − z, the loss is simply about d, and its slope goes on pushing in the right direction."),
            new Figure(
                new LineChart
                {
                    About = "Loss of a class by how far its logit lies below another one. Log-softmax is a straight line; the logarithm of softmax ends on it, early in half precision and late in double.",
                    XTitle = "how far the right class's logit lies below the other one",
                    YTitle = "loss",
                    XRange = (0, 800),
                    YRange = (0, 800),
                    Series =
                    [
                        new("log-softmax, single", [.. distances.Select(d => new Point(d, LogSum<float>([0, d])))]) { Colour = 3 },
                        .. formats.Zip(ends).Select((f, i) => new Series("", [new(f.Second, f.First.Loss(f.Second))])
                        {
                            Colour = i,
                            Look = SeriesLook.Marks,
                            Labels = [$"{f.First.Name}: infinite beyond {Number(f.Second, 0)}"],
                        }),
                    ],
                },
                "From a mark on, the logarithm of the probability is infinite in that precision; log-softmax in single precision goes on."));
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

    private static string Vector(double[] values) => $"[{string.Join(", ", values.Select(v => double.IsFinite(v) ? Number(v, 3) : Digits(v)))}]";

    private static string Whole(double x) => Plain(Math.Round(x));

    private static string Typed(double[] values) => $"[{string.Join(", ", values.Select(Plain))}]";

    private sealed record Format(
        string Name, Func<double[], double[]> Naive, Func<double[], double[]> Stable, Func<double[], double> LogSum, Func<double, double> Loss);
}
