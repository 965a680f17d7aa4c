using System.Runtime.Intrinsics;

namespace Longhand.Numerics;

/// <summary>
/// The formulas of the Gaussian error linear unit, shared by the element-wise operation and by the kernel fused with a bias.
/// GPT-2's form: value x·h with h = (1 + tanh u)/2 = σ(2u), u = √(2/π)·(x + 0.044715x³);
/// slope h + x·h·(1 − h)·2u′, because σ′ = σ(1 − σ), with u′ = √(2/π)·(1 + 3·0.044715x²).
/// </summary>
internal static class GeluFormula
{
    private const double RootTwoOverPi = 0.7978845608028654, Cubic = 0.044715;

    public static double Value(double x) => 0.5 * x * (1 + Math.Tanh(RootTwoOverPi * (x + (Cubic * x * x * x))));

    public static double Slope(double x)
    {
        double t = Math.Tanh(RootTwoOverPi * (x + (Cubic * x * x * x)));
        return (0.5 * (1 + t)) + (0.5 * x * (1 - (t * t)) * RootTwoOverPi * (1 + (3 * Cubic * x * x)));
    }

    /// <summary>The normal distribution function (1 + erf(x/√2))/2, by the series of erf or the continued fraction of erfc.</summary>
    public static double Phi(double x)
    {
        double a = Math.Abs(x);
        double density = Math.Exp(-a * a / 2) / Math.Sqrt(2 * Math.PI);
        if (a < 3)
        {
            // Φ(a) = ½ + φ(a)·(a + a³/3 + a⁵/(3·5) + …)
            double term = a, sum = a;
            for (int n = 3; n < 80; n += 2)
            {
                term *= a * a / n;
                sum += term;
            }
            double half = density * sum;
            return x < 0 ? 0.5 - half : 0.5 + half;
        }
        // 1 − Φ(a) = φ(a) / (a + 1/(a + 2/(a + 3/(a + …))))
        double fraction = a;
        for (int n = 80; n >= 1; n--) fraction = a + (n / fraction);
        double tail = density / fraction;
        return x < 0 ? tail : 1 - tail;
    }

    public static Vector512<float> Value(Vector512<float> x) => x * Half(x, x * x);

    public static Vector512<float> Slope(Vector512<float> x)
    {
        Vector512<float> x2 = x * x, half = Half(x, x2);
        Vector512<float> slope = Vector512.FusedMultiplyAdd(
            x2, Vector512.Create((float)(6 * Cubic * RootTwoOverPi)), Vector512.Create((float)(2 * RootTwoOverPi)));
        return Vector512.FusedMultiplyAdd(x * slope, half * (Vector512<float>.One - half), half);
    }

    public static Vector512<float> Phi(Vector512<float> x) => Vector512.FusedMultiplyAdd(
        VectorMath.Erf(x * Vector512.Create(0.70710678f)), Vector512.Create(0.5f), Vector512.Create(0.5f));

    // σ(2u), with 2u = x·(2√(2/π) + 2√(2/π)·0.044715·x²)
    private static Vector512<float> Half(Vector512<float> x, Vector512<float> x2) => VectorMath.Sigmoid(x * Vector512.FusedMultiplyAdd(
        x2, Vector512.Create((float)(2 * Cubic * RootTwoOverPi)), Vector512.Create((float)(2 * RootTwoOverPi))));
}
