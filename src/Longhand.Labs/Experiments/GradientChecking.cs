using Longhand.Backends.Reference;
using Longhand.Data;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;
using Matrix = Longhand.ByHand.Matrix;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Gradients by backpropagation beside slopes measured with steps h of every size:
/// <code>
/// (L(p + h) − L(p − h)) / 2h  =  L′(p) + h²/6·L‴(p) + …          and rounding adds about ε·L/h
/// </code>
/// so the error falls as h², meets the rounding and rises again as 1/h: a V on axes of factors. A wrong gradient has no V. The three
/// rungs that are compared are in <see cref="GradientRung"/>.
/// </summary>
public sealed class GradientChecking : Lab
{
    private const double Alarm = 1e-3;                                   // relative errors above this mean a fault in practice

    private static readonly ChoiceKnob s_activation = new(
        "activation", "Of the hidden layer; relu has kinks, which steps may reach over.", "tanh", "sigmoid", "relu");
    private static readonly WholeKnob s_hidden = new("hidden", "Neurons in the hidden layer.", Default: 6, Least: 1, Greatest: 64);
    private static readonly WholeKnob s_points = new("points", "Examples the loss is taken over.", Default: 12, Least: 2, Greatest: 200);

    // From 1 down to 10⁻¹⁴, three to a factor of ten.
    private static readonly double[] s_sizes = [.. Enumerable.Range(0, 43).Select(k => Math.Pow(10, -k / 3.0))];

    public override string Name => "gradient-check";

    public override string Summary => "backpropagation against measured slopes, on three rungs; what a fault looks like";

    public override string Question => "Is the gradient right, and how would one know?";

    public override string About =>
        "A network with one hidden layer, three times: on single numbers, derived by hand in matrices, and on tensors. Its gradients "
        + "are compared with slopes measured by moving "
        + "each parameter a step h to both sides, for h from 1 down to `1e-14`; then the same with faults planted in backpropagation.";

    public override IReadOnlyList<Knob> Knobs => [s_activation, s_hidden, s_points];

    public override LabResult Run(LabContext context)
    {
        int hidden = context[s_hidden];
        LabelledPoints points = ToySets.Moons(context[s_points], noise: 0.1, context.Rng.Fork("points"));
        Matrix targets = Matrix.Column(Array.ConvertAll(points.Labels, label => label - 0.5));
        var problem = new GradientProblem(hidden, context[s_activation], Matrix.From(points.X, columns: 2), targets);
        Rng rng = context.Rng.Fork("weights");
        double[] parameters = [.. Enumerable.Range(0, problem.Starts[^1]).Select(i => (double)rng.Normal(i) * (i < 3 * hidden ? 0.7 : 1 / Math.Sqrt(hidden)))];

        var byHand = new ByHandRung(problem);
        GradientRung[] rungs =
            [new ScalarRung(problem), byHand, new TensorRung(problem, new ReferenceBackend(), "double"), new TensorRung(problem, backend: null, "single")];
        double[] right = byHand.Gradient(parameters);
        double apart = rungs[..3].Max(rung => Error(rung.Gradient(parameters), right));

        var sweeps = new List<Sweep>();
        foreach (GradientRung rung in rungs)
        {
            context.Report(0.2 * sweeps.Count, $"measuring slopes: {rung.Name}");
            sweeps.Add(new Sweep(rung.Name, Errors(context, rung.Gradient(parameters), h => rung.Slopes(parameters, h))));
        }
        context.Report(0.85, "one-sided slopes");
        var oneSided = new Sweep("by hand, double, one-sided", Errors(context, right, h => byHand.Slopes(parameters, h, oneSided: true)));
        var oneSidedSingle = new Sweep("tensors, single, one-sided", Errors(context, rungs[3].Gradient(parameters), h => rungs[3].Slopes(parameters, h, oneSided: true)));
        context.Report(0.95, "planted faults");
        Fault[] faults = [.. Faults.Of(problem, byHand.At(parameters))];
        Sweep[] wrong = [.. faults.Select(fault => new Sweep(fault.Name, Errors(context, fault.Gradient, h => byHand.Slopes(parameters, h))))];

        Sweep exact = sweeps[1], single = sweeps[3];
        return new LabResult
        {
            Conclusion = Conclude(exact, single, sweeps, wrong),
            Numbers =
            [
                ("parameters", parameters.Length), ("rungs_apart", apart), ("best_h_double", exact.BestSize), ("best_error_double", exact.BestError),
                ("best_h_single", single.BestSize), ("best_error_single", single.BestError), ("best_h_one_sided", oneSided.BestSize),
                ("best_error_one_sided", oneSided.BestError), ("power_of_h_falling", exact.Falling), ("power_of_h_falling_one_sided", oneSided.Falling),
                ("power_of_h_rising", exact.Rising), .. faults.Zip(wrong, (fault, sweep) => ($"least_error_{fault.Id}", sweep.BestError)),
            ],
            Headlines =
            [
                new("Best in double precision", Digits(exact.BestError, 2), $"relative error, at h = {Digits(exact.BestSize, 1)}"),
                new("Best in single precision", Digits(single.BestError, 2), $"relative error, at h = {Digits(single.BestSize, 1)}"),
                new("Mildest fault", Digits(wrong.Min(w => w.BestError), 2), "its relative error at the best h"),
            ],
            Sections =
            [
                ThreeRungs(sweeps, apart), Sides(exact, oneSided, single, oneSidedSingle), Planted(exact, faults, wrong),
                Places(problem, byHand.Slopes(parameters, exact.BestSize), right, faults),
            ],
        };
    }

    private static string Conclude(Sweep exact, Sweep single, List<Sweep> sweeps, Sweep[] wrong)
    {
        double worst = sweeps.Take(3).Max(s => s.BestError);
        string right = worst < Alarm
            ? $"It is: on all three rungs gradients and measured slopes agree to {Digits(worst, 2)} in double precision, with the "
                + $"best step, h = {Digits(exact.BestSize, 1)}"
            : $"It does not look so: in double precision the best agreement of gradients and measured slopes is {Digits(worst, 2)}, "
                + $"at h = {Digits(exact.BestSize, 1)}";
        string larger = exact.Falling is > 1.5 and < 2.5
            ? $"larger steps err because the function bends (as h to the power {Number(exact.Falling, 1)})"
            : "larger steps err where the function bends";
        string smaller = $"smaller ones because of rounding (as h to the power {Number(exact.Rising, 1)})";
        string[] missed = [.. wrong.Where(w => w.BestError <= Alarm).Select(w => $"\"{w.Name}\"")];
        string faults = missed.Length == 0
            ? $"A planted fault has no such V: at no step size is the mildest of the {wrong.Length} better than "
                + $"{Digits(wrong.Min(w => w.BestError), 2)}."
            : $"Of {wrong.Length} planted faults {wrong.Length - missed.Length} show at every step size; {Words.List(missed)} "
                + (missed.Length == 1 ? "changes nothing here and goes unnoticed." : "change nothing here and go unnoticed.");
        return $"{right}; {larger}, {smaller}. In single precision the best is {Digits(single.BestError, 2)}, at h = "
            + $"{Digits(single.BestSize, 1)}. {faults}";
    }

    private static Section ThreeRungs(List<Sweep> sweeps, double apart) => new(
        "Three rungs, one answer",
        new Figure(
            Chart("Relative error of measured slopes by step size: the three rungs in double precision share one V, single precision "
                + "has its own, higher up",
                [.. sweeps.Select((sweep, i) => sweep.Series(colour: i, marks: i is 0 or 2))]),
            $"How far measured slopes are from backpropagation, for steps to both sides. The gradients of the three rungs themselves "
            + $"differ by {Digits(apart, 2)}: "
            + "they are the same sums in another order. Every V has its best step; the fewer digits a number has, the larger that step must be."));

    private static Section Sides(Sweep exact, Sweep oneSided, Sweep single, Sweep oneSidedSingle) => new(
        "One step or two?",
        new Figure(
            Chart("Relative error by step size, one-sided and two-sided, in double and single precision",
                [exact.Series(0) with { Name = "two-sided, double" }, oneSided.Series(1) with { Name = "one-sided, double" },
                    single.Series(2) with { Name = "two-sided, single" }, oneSidedSingle.Series(3) with { Name = "one-sided, single" }]),
            (exact.Falling > 1 ? $"A step to one side only errs as h to the power {Number(oneSided.Falling, 1)}, one to both sides as "
            + $"h to the power {Number(exact.Falling, 1)}. " : "")
            + $"At its best a one-sided slope comes within {Digits(oneSided.BestError, 2)}, a two-sided one within "
            + $"{Digits(exact.BestError, 2)}, for twice the work."));

    private static Section Planted(Sweep exact, Fault[] faults, Sweep[] wrong) => new(
        "What a fault looks like",
        new Prose(string.Join("\n\n", faults.Select(fault => $"`{fault.Name}`: {fault.About}"))),
        new Figure(
            Chart("Relative error by step size: the right gradient falls far below the wrong ones, which stay flat",
                [exact.Series(0) with { Name = "no fault" }, .. wrong.Select((sweep, i) => sweep.Series(i + 1))]),
            "A right gradient follows its measured slope down as the step shrinks. A wrong one cannot: whatever the step, it stays as "
                + "far away as it is wrong."));

    private static Section Places(GradientProblem problem, double[] measured, double[] right, Fault[] faults)
    {
        int[] at = problem.Starts;
        string[] names = ["W₁", "b₁", "W₂", "b₂"];
        return new Section(
            "Where the fault is",
            new Table(
                ["", "no fault", .. faults.Select(fault => fault.Name)],
                [.. names.Select((name, i) => (string[])
                    [name, Cell(right, i), .. faults.Select(fault => Cell(fault.Gradient, i))])],
                "The same relative error for each parameter alone, at the best step. What is right below a fault stays right: only "
                    + "what the fault's signal passes through is wrong, which says where to look."));

        string Cell(double[] gradient, int i) => Digits(Error(gradient[at[i]..at[i + 1]], measured[at[i]..at[i + 1]]), 2);
    }

    private static LineChart Chart(string about, Series[] series) => new()
    {
        About = about,
        XTitle = "step h",
        YTitle = "relative error",
        XScale = Scale.Log,
        YScale = Scale.Log,
        XRange = (s_sizes[^1], s_sizes[0]),
        YRange = (1e-13, 1),
        Series = series,
    };

    private static double[] Errors(LabContext context, double[] gradient, Func<double, double[]> slopes) => Array.ConvertAll(s_sizes, h =>
    {
        context.Cancel.ThrowIfCancellationRequested();
        return Error(gradient, slopes(h));
    });

    /// <summary>‖a − b‖ / (‖a‖ + ‖b‖): 0 when equal, 1 when one of them is 0 or they point opposite ways.</summary>
    internal static double Error(double[] a, double[] b)
    {
        double apart = Norm(a.Zip(b, (x, y) => x - y)), size = Norm(a) + Norm(b);
        return size == 0 ? 0 : apart / size;
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));

    /// <summary>Errors for all step sizes.</summary>
    private sealed record Sweep(string Name, double[] Errors)
    {
        private int Best => Array.IndexOf(Errors, Errors.Min());

        public double BestSize => s_sizes[Best];

        public double BestError => Errors[Best];

        /// <summary>The power of h that the error follows on the side of large steps, from 0.1 to 0.001.</summary>
        public double Falling => Power(3, 9);

        /// <summary>The same on the side of small steps, from a hundredth of the best down: by least squares, since rounding is rough.</summary>
        public double Rising => Power(Math.Min(Best + 6, Errors.Length - 4), Math.Min(Best + 18, Errors.Length - 1));

        public Series Series(int colour, bool marks = false) => new(Name, [.. s_sizes.Select((h, i) => new Point(h, Math.Max(Errors[i], 1e-16)))])
        {
            Colour = colour,
            Look = marks ? SeriesLook.LineAndMarks : SeriesLook.Line,
        };

        private double Power(int from, int to)
        {
            (double x, double y)[] logs = [.. Enumerable.Range(from, to - from + 1).Select(i => (Math.Log(s_sizes[i]), Math.Log(Math.Max(Errors[i], 1e-300))))];
            (double mx, double my) = (logs.Average(p => p.x), logs.Average(p => p.y));
            return logs.Sum(p => (p.x - mx) * (p.y - my)) / logs.Sum(p => (p.x - mx) * (p.x - mx));
        }
    }

    /// <summary>A gradient that a common mistake makes.</summary>
    internal sealed record Fault(string Id, string Name, string About, double[] Gradient);

    /// <summary>Backpropagation with mistakes, each the right lines with one thing changed.</summary>
    private static class Faults
    {
        public static IEnumerable<Fault> Of(GradientProblem problem, ByHand.Mlp model)
        {
            ByHand.Mlp.Cache cache = model.Forward(problem.X);
            Matrix x = problem.X, a = cache.A[1], delta2 = model.Loss.Delta(cache.Last, problem.T), back = delta2 * model.W[1].T;
            Matrix slope = model.Hidden.SlopeAt(cache.Z[0]), delta1 = back.Hadamard(slope), noSlope = back, wrongSlope = back.Hadamard(model.Hidden.SlopeAt(a));

            yield return new Fault("assigned", "= for +=", "each example's part replaces the one before it instead of being added, so "
                + "that only the last one counts.",
                Gradients(Last(x), Last(a), Last(delta1), Last(delta2)));
            yield return new Fault("no_slope", "slope forgotten", "what comes back is not multiplied by the "
                + "activation's slope φ′(Z).", Gradients(x, a, noSlope, delta2));
            yield return new Fault("wrong_place", "slope in the wrong place", "the slope is taken at the activation, φ′(A), instead "
                + "of at the sum, φ′(Z).",
                Gradients(x, a, wrongSlope, delta2));
            yield return new Fault("mean_bias", "mean for sum", "a bias is added to every example, so its gradient is a sum over "
                + "them; here it is their mean.",
                ByHandRung.Flat(x.T * delta1, delta1.SumDown() / x.Rows, a.T * delta2, delta2.SumDown() / x.Rows));
        }

        private static double[] Gradients(Matrix x, Matrix a, Matrix delta1, Matrix delta2) =>
            ByHandRung.Flat(x.T * delta1, delta1.SumDown(), a.T * delta2, delta2.SumDown());

        private static Matrix Last(Matrix m) => Matrix.From([m.Values[^m.Columns..].ToArray()]);
    }
}
