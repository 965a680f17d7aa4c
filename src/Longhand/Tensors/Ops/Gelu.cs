using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// The Gaussian error linear unit (Hendrycks and Gimpel, 2016), x·Φ(x) with Φ the normal distribution function.
/// <para>Exact: y = x·(1 + erf(x/√2))/2, y′ = Φ(x) + x·φ(x), φ(x) = e^(−x²/2)/√(2π).</para>
/// <para>GPT-2's form: y = x·(1 + tanh u)/2, u = √(2/π)·(x + 0.044715x³); with t = tanh u,
/// y′ = (1 + t)/2 + x·(1 − t²)/2·√(2/π)·(1 + 3·0.044715x²).</para>
/// </summary>
public sealed partial class Tensor
{
    /// <summary>GPT-2's form, with the hyperbolic tangent.</summary>
    public Tensor Gelu() => Record(Map(new GeluOp(), this), [this], dy => [Map(new GeluGradient(), dy, this)]);

    /// <summary>The exact form, with the error function.</summary>
    public Tensor GeluExact() => Record(Map(new GeluExactOp(), this), [this], dy => [Map(new GeluExactGradient(), dy, this)]);

    private readonly struct GeluOp : IUnary
    {
        public double Apply(double x) => GeluFormula.Value(x);
        public Vector512<float> Apply(Vector512<float> x) => VectorMath.Gelu(x);
    }

    private readonly struct GeluGradient : IBinary
    {
        public double Apply(double dy, double x) => dy * GeluFormula.Slope(x);
        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> x) => dy * VectorMath.GeluGradient(x);
    }

    private readonly struct GeluExactOp : IUnary
    {
        public double Apply(double x) => x * GeluFormula.Phi(x);

        public Vector512<float> Apply(Vector512<float> x) => VectorMath.GeluExact(x);
    }

    private readonly struct GeluExactGradient : IBinary
    {
        private const double InverseRootTwoPi = 0.3989422804014327;

        public double Apply(double dy, double x) => dy * (GeluFormula.Phi(x) + (x * InverseRootTwoPi * Math.Exp(-x * x / 2)));

        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> x) => dy * VectorMath.GeluExactGradient(x);
    }
}
