using System.Globalization;
using System.Text;
using Longhand.Backends;
using Longhand.Backends.Reference;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// Compares the gradients that <see cref="Tensor.Backward()"/> computes with slopes measured by moving each input number a little:
/// dL/dx ≈ (L(x + h) − L(x − h)) / 2h. Both run in double precision on the reference backend, where the two agree to about nine digits
/// unless a rule is wrong. A function with many outputs is checked through L = Σ r⊙f(x) with a fixed random r.
/// <para>Left out: functions with kinks near the inputs, where slopes from two sides differ.</para>
/// </summary>
public static class GradientCheck
{
    // Errors: h²·f‴/6 from cutting Taylor's series off, and 10⁻¹⁶·f/h from rounding; both are near 10⁻¹¹ here.
    private const double Step = 1e-5;

    /// <param name="name">What is checked, for the report.</param>
    /// <param name="function">Computes a tensor of any shape from the inputs, using only the tensors it is given and constants on their backend.</param>
    /// <param name="inputs">Where to check. They may live on any backend.</param>
    /// <param name="tolerance">The largest accepted |analytic − measured| / max(1, |analytic|, |measured|).</param>
    public static GradientReport Run(string name, Func<Tensor[], Tensor> function, Tensor[] inputs, double tolerance = 1e-6)
    {
        var backend = new ReferenceBackend();
        Tensor[] leaves = Array.ConvertAll(inputs, x => x.To(backend).RequireGradient());
        Tensor y = function(leaves);
        double[] projection = Projection(y.Shape.Length);
        if (y.NeedsGradient) y.Backward(Tensor.From(projection, y.Shape, backend));

        double[][] values = Array.ConvertAll(inputs, x => x.ToDoubles());
        var results = new InputGradient[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            double[] analytic = leaves[i].Gradient?.ToDoubles() ?? new double[values[i].Length];
            double[] measured = new double[values[i].Length];
            for (int j = 0; j < measured.Length; j++) measured[j] = Slope(function, inputs, values, i, j, projection, backend);
            results[i] = new InputGradient(inputs[i].Shape, analytic, measured);
        }
        return new GradientReport(name, y.Shape, results, tolerance);
    }

    private static double Slope(
        Func<Tensor[], Tensor> function, Tensor[] inputs, double[][] values, int input, int element, double[] projection, IBackend backend)
    {
        double center = values[input][element], high = center + Step, low = center - Step;
        double[] above = Outputs(high), below = Outputs(low);
        values[input][element] = center;

        // Outputs are subtracted one by one, so that large ones that do not move cancel exactly.
        double sum = 0;
        for (int k = 0; k < above.Length; k++) sum += projection[k] * (above[k] - below[k]);
        return sum / (high - low);

        double[] Outputs(double x)
        {
            values[input][element] = x;
            return function([.. values.Select((v, i) => Tensor.From(v, inputs[i].Shape, backend))]).ToDoubles();
        }
    }

    private static double[] Projection(int length)
    {
        var rng = new Rng("gradient check");
        double[] r = new double[length];
        for (int i = 0; i < length; i++) r[i] = 0.5 + rng.UniformDouble(i);       // bounded away from 0, so that nothing hides
        for (int i = 1; i < length; i += 2) r[i] = -r[i];
        return r;
    }
}

/// <summary>The two gradients of one input, element by element.</summary>
public sealed record InputGradient(Shape Shape, double[] Analytic, double[] Measured)
{
    /// <summary>The element where they differ most, and by how much: |analytic − measured| / max(1, |analytic|, |measured|).</summary>
    public (int Element, double Error) Worst()
    {
        (int Element, double Error) worst = (0, 0);
        for (int i = 0; i < Analytic.Length; i++)
        {
            double scale = Math.Max(1, Math.Max(Math.Abs(Analytic[i]), Math.Abs(Measured[i])));
            double error = Math.Abs(Analytic[i] - Measured[i]) / scale;
            if (!(error <= worst.Error)) worst = (i, double.IsNaN(error) ? double.PositiveInfinity : error);
        }
        return worst;
    }
}

/// <summary>The outcome of a gradient check; <see cref="ToString"/> is meant to be read.</summary>
public sealed record GradientReport(string Name, Shape Output, IReadOnlyList<InputGradient> Inputs, double Tolerance)
{
    public bool Passed => Inputs.All(input => input.Worst().Error <= Tolerance);

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Name} → {Output}: {(Passed ? "gradients agree" : "GRADIENTS DIFFER")} (tolerance {Tolerance:g2})\n");
        for (int i = 0; i < Inputs.Count; i++)
        {
            (int element, double error) = Inputs[i].Worst();
            text.Append(CultureInfo.InvariantCulture, $"  input {i} {Inputs[i].Shape}: worst error {error:g3}");
            if (Inputs[i].Analytic.Length > 0)
                text.Append(CultureInfo.InvariantCulture,
                    $" at element {Position(Inputs[i].Shape, element)}: backward {Inputs[i].Analytic[element]:g10}, measured {Inputs[i].Measured[element]:g10}");
            text.Append(error <= Tolerance ? "\n" : "   ← differs\n");
        }
        return text.ToString();
    }

    private static string Position(Shape shape, int element)
    {
        string[] parts = new string[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            parts[axis] = (element % shape[axis]).ToString(CultureInfo.InvariantCulture);
            element /= shape[axis];
        }
        return $"[{string.Join(", ", parts)}]";
    }
}
