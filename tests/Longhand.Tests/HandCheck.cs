using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.ByHand;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>One matrix that a result depends on, with the gradient that was derived by hand for it.</summary>
internal sealed record Derived(string Name, Matrix Value, Matrix Gradient);

/// <summary>
/// Holds a model that was differentiated by hand to measured slopes and to the tensor engine: values, and the gradients of every input
/// and parameter. Two gradients are compared by the largest difference of their elements, in units of the largest element, so small gradients
/// are held as strictly as large ones.
/// </summary>
internal static class HandCheck
{
    // Central differences in double: errors of order h² from the third derivative and 10⁻¹⁶/h from rounding.
    private const double Step = 1e-5, Measured = 1e-6;

    // The reference backend computes in double (but takes ε of the norms as a float), the other in float.
    private static readonly (IBackend Backend, double Tolerance)[] Engines = [(new ReferenceBackend(), 1e-10), (new CpuBackend(1), 1e-4)];

    /// <param name="name">The model, for messages.</param>
    /// <param name="forward">Computes the result from the values as they are now.</param>
    /// <param name="dY">The gradient at the result from which the gradients were derived.</param>
    /// <param name="derived">All inputs and parameters.</param>
    /// <param name="engine">The same function of the same matrices, in tensor operations; null leaves the engine out.</param>
    public static void Run(string name, Func<Matrix> forward, Matrix dY, Derived[] derived, Func<Tensor[], Tensor>? engine)
    {
        foreach (Derived one in derived)
        {
            Assert.Equal((one.Value.Rows, one.Value.Columns), (one.Gradient.Rows, one.Gradient.Columns));
            Compare($"{name}, measured slope of {one.Name}", Slopes(forward, dY, one.Value), one.Gradient.Values, Measured);
        }
        if (engine is null) return;
        foreach ((IBackend backend, double tolerance) in Engines)
        {
            Tensor[] leaves = Array.ConvertAll(derived, one => ToTensor(one.Value, backend).RequireGradient());
            Tensor y = engine(leaves);
            string on = $"{name} on {backend.GetType().Name}";
            Compare($"{on}, value", y.ToDoubles(), forward().Values, tolerance);
            y.Backward(Tensor.From(dY.Values, y.Shape, backend));
            for (int i = 0; i < derived.Length; i++)
                Compare($"{on}, gradient of {derived[i].Name}", leaves[i].Gradient!.ToDoubles(), derived[i].Gradient.Values, tolerance);
        }
    }

    public static void Compare(string what, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0, difference = 0;
        int worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(expected[i]), Math.Abs(actual[i])));
            double d = Math.Abs(expected[i] - actual[i]);
            if (!(d <= difference)) (difference, worst) = (d, i);
        }
        Assert.True(largest > 1e-9, $"{what}: all zero, so nothing is compared.");
        Assert.True(
            difference <= tolerance * largest,
            $"{what}: element {worst} is {actual[worst]:g12} by hand but should be {expected[worst]:g12}; off by {difference / largest:g3} of the largest.");
    }

    public static Matrix Random(int rows, int columns, string name, double deviation = 1) => Matrix.Normal(rows, columns, new Rng(name), deviation);

    /// <summary>Overwrites a parameter in place, so that gains of 1 and biases of 0 hide nothing.</summary>
    public static void Randomise(Matrix parameter, string name)
    {
        Matrix draws = Random(parameter.Rows, parameter.Columns, name, 0.5);
        for (int i = 0; i < draws.Rows; i++) draws.Row(i).CopyTo(parameter.Row(i));
    }

    public static Matrix One { get; } = Matrix.From([[1]]);

    public static Matrix Scalar(double value) => Matrix.From([[value]]);

    public static Tensor ToTensor(Matrix m, IBackend backend) => Tensor.From(m.Values, (m.Rows, m.Columns), backend);

    // dL/dv for L = Σ dY ⊙ Y, element by element.
    private static double[] Slopes(Func<Matrix> forward, Matrix dY, Matrix value)
    {
        double[] slopes = new double[value.Rows * value.Columns];
        for (int i = 0; i < slopes.Length; i++)
        {
            ref double element = ref value.Row(i / value.Columns)[i % value.Columns];
            double center = element, high = center + Step, low = center - Step;
            element = high;
            Matrix above = forward();
            element = low;
            Matrix below = forward();
            element = center;
            slopes[i] = dY.Hadamard(above - below).Sum() / (high - low);
        }
        return slopes;
    }
}
