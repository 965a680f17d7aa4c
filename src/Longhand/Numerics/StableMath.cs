namespace Longhand.Numerics;

/// <summary>
/// Elementary functions in double precision that give the same bits on every machine and operating system.
/// <see cref="Math.Log(double)"/> and its kin call the platform's C library, whose last bit differs between platforms;
/// these use only + − × ÷, comparison and square root, which IEEE 754 defines exactly.
/// For the few places where a weight depends on such a value: normal draws, schedules, positions, bias corrections.
/// Error: a few units in the last place over the ranges named, which is all those places need.
/// </summary>
public static partial class StableMath
{
    private const double Ln2High = 6.93147180369123816490e-01, Ln2Low = 1.90821492927058770002e-10;

    /// <summary>
    /// eˣ = 2ᵏ·eʳ with k = round(x / ln 2), |r| ≤ ln 2 / 2, eʳ by its Taylor series to r¹⁴ (remainder below 2⁻⁵⁸).
    /// Gives 0 below −745 and infinity above 709.8, like the mathematics.
    /// </summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.78) return double.PositiveInfinity;
        if (x < -745.2) return 0;
        double k = Math.Round(x * 1.4426950408889634);
        double r = (x - (k * Ln2High)) - (k * Ln2Low);
        double sum = 1.0;
        for (int n = 14; n >= 1; n--) sum = 1.0 + (r / n * sum);
        return Math.ScaleB(sum, (int)k);
    }

    /// <summary>
    /// ln x = k·ln 2 + ln m with m in [√½, √2), and ln m = 2·artanh(s), s = (m − 1)/(m + 1), by its series
    /// s + s³/3 + s⁵/5 + … to s²⁵ (|s| ≤ 0.172, remainder below 2⁻⁶⁴). x must be positive and finite; 0 gives −∞.
    /// </summary>
    public static double Log(double x)
    {
        if (x == 0) return double.NegativeInfinity;
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (double.IsPositiveInfinity(x)) return x;
        int k = Math.ILogB(x);
        double m = Math.ScaleB(x, -k);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            k++;
        }
        double s = (m - 1) / (m + 1), s2 = s * s, sum = 0;
        for (int n = 25; n >= 1; n -= 2) sum = (sum * s2) + (1.0 / n);
        return (k * Ln2High) + ((2 * s * sum) + (k * Ln2Low));
    }

    /// <summary>
    /// cos x, reduced to |r| ≤ π/4 by quarter turns, then the Taylor series of cosine or sine (remainder below 2⁻⁵⁵).
    /// For |x| up to about 10⁵ the absolute error stays below 10⁻¹⁵·(1 + |x|).
    /// </summary>
    public static double Cos(double x) => Turn(x, quarter: 1);

    /// <summary>sin x; see <see cref="Cos"/>.</summary>
    public static double Sin(double x) => Turn(x, quarter: 0);

    /// <summary>xⁿ for a whole n ≥ 0 by repeated squaring.</summary>
    public static double Power(double x, long n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        double result = 1;
        for (; n > 0; n >>= 1)
        {
            if ((n & 1) == 1) result *= x;
            x *= x;
        }
        return result;
    }

    /// <summary>xʸ = e^(y ln x) for x &gt; 0.</summary>
    public static double Power(double x, double y) => Exp(y * Log(x));

    // sin(x + quarter·π/2)
    private static double Turn(double x, int quarter)
    {
        const double HalfPiHigh = 1.57079632673412561417e+00, HalfPiLow = 6.07710050650619224932e-11;
        double k = Math.Round(x * 0.63661977236758134);
        double r = (x - (k * HalfPiHigh)) - (k * HalfPiLow), r2 = r * r;
        switch (((long)k + quarter) & 3)
        {
            case 0: return r * SineSeries(r2);
            case 1: return CosineSeries(r2);
            case 2: return -(r * SineSeries(r2));
            default: return -CosineSeries(r2);
        }
    }

    // sin(r)/r = 1 − r²/(2·3)·(1 − r²/(4·5)·(…))
    private static double SineSeries(double r2)
    {
        double sum = 1;
        for (int n = 17; n >= 3; n -= 2) sum = 1 - (r2 / (n * (n - 1)) * sum);
        return sum;
    }

    // cos(r) = 1 − r²/(1·2)·(1 − r²/(3·4)·(…))
    private static double CosineSeries(double r2)
    {
        double sum = 1;
        for (int n = 18; n >= 2; n -= 2) sum = 1 - (r2 / (n * (n - 1)) * sum);
        return sum;
    }
}
