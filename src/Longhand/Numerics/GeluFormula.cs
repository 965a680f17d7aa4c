namespace Longhand.Numerics;

/// <summary>
/// The Gaussian error linear unit in double precision, shared by the element-wise operation and the reference backend's fused kernel.
/// GPT-2's form: value x·(1 + t)/2 with t = tanh u, u = √(2/π)·(x + 0.044715x³);
/// slope (1 + t)/2 + x·(1 − t²)/2·√(2/π)·(1 + 3·0.044715x²). On vectors it is <see cref="VectorMath"/>'s.
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
}
