using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>Makes the first numbers of a parameter of the given shape.</summary>
public delegate Tensor Initializer(Shape shape, Rng rng);

/// <summary>
/// Where training starts. Weights are (in, out), so a layer's fan-in is the first size and its fan-out the last. The schemes keep
/// the size of activations and gradients about constant from layer to layer.
/// </summary>
public static class Initializers
{
    /// <summary>The first numbers, or zeros where there is no generator: for weights that are about to be read from a file.</summary>
    internal static Tensor Start(Initializer initializer, Shape shape, Rng? rng) => rng is { } draws ? initializer(shape, draws) : Tensor.Zeros(shape);

    public static Initializer Zeros { get; } = static (shape, _) => Tensor.Zeros(shape);

    public static Initializer Ones { get; } = static (shape, _) => Tensor.Ones(shape);

    /// <summary>Normal draws with mean 0.</summary>
    public static Initializer Normal(double deviation) => (shape, rng) => Tensor.Normal(shape, rng, deviation: (float)deviation);

    /// <summary>Even draws from ±√(6 / (in + out)): variance 2 / (in + out) (Glorot and Bengio, 2010), for tanh and sigmoid.</summary>
    public static Initializer Glorot { get; } = static (shape, rng) =>
    {
        (int inputs, int outputs) = Fans(shape);
        float limit = (float)Math.Sqrt(6.0 / (inputs + outputs));
        return Tensor.Uniform(shape, rng, -limit, limit);
    };

    /// <summary>Normal draws with variance 2 / in (He and others, 2015), for rectifiers, which pass half of it on.</summary>
    public static Initializer He { get; } = static (shape, rng) =>
        Tensor.Normal(shape, rng, deviation: (float)Math.Sqrt(2.0 / Fans(shape).Inputs));

    /// <summary>
    /// A matrix with orthonormal rows or columns, whichever are fewer (Saxe, McClelland and Ganguli, 2014): it keeps lengths exactly.
    /// Made from normal draws by the method of Gram and Schmidt, applied twice against rounding, in double precision.
    /// </summary>
    public static Initializer Orthogonal { get; } = static (shape, rng) =>
    {
        (int rows, int columns) = shape;
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        double[][] vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            double[] v = vectors[i] = new double[length];
            for (int k = 0; k < length; k++) v[k] = rng.Normal(((long)i * length) + k);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++) Subtract(v, vectors[j], Dot(v, vectors[j]));
            }
            double norm = Math.Sqrt(Dot(v, v));
            for (int k = 0; k < length; k++) v[k] /= norm;
        }
        double[] values = new double[shape.Length];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++) values[(r * columns) + c] = rows <= columns ? vectors[r][c] : vectors[c][r];
        }
        return Tensor.From(values, shape);
    };

    /// <summary>A weight that is one matrix for each of several gates, side by side: each is started by itself.</summary>
    public static Initializer ForGates(Initializer one, int gates) => (shape, rng) =>
    {
        (int rows, int columns) = shape;
        var parts = new Tensor[gates];
        for (int i = 0; i < gates; i++) parts[i] = one((rows, columns / gates), rng.Fork(i));
        return Tensor.Concatenate(parts, axis: 1);
    };

    /// <summary>GPT-2's weights: normal with deviation 0.02 (Radford and others, 2019).</summary>
    public static Initializer Gpt { get; } = Normal(0.02);

    /// <summary>
    /// GPT-2's weights that write into the residual stream: 0.02 / √(2·layers), because 2·layers of them add up there.
    /// </summary>
    public static Initializer GptResidual(int layers) => Normal(0.02 / Math.Sqrt(2.0 * layers));

    private static (int Inputs, int Outputs) Fans(Shape shape)
    {
        if (shape.Rank < 2) throw new ShapeException($"This initializer needs a matrix (in, out), not {shape}.");
        return (shape[0], shape[^1]);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void Subtract(double[] a, double[] b, double factor)
    {
        for (int i = 0; i < a.Length; i++) a[i] -= factor * b[i];
    }
}
