using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Bits;

/// <summary>One function of <see cref="VectorMath"/> and what it is measured against.</summary>
/// <param name="Name">The name of the method.</param>
/// <param name="Fast">The function itself.</param>
/// <param name="Near">The same in double precision, eight at a time: right to some 10⁻¹⁴, which tells where to look.</param>
/// <param name="Exact">The same by the platform's mathematics library: decides what the error is.</param>
/// <param name="Bound">The error in units in the last place that the method's documentation promises.</param>
public sealed record UlpFunction(
    string Name, Func<Vector512<float>, Vector512<float>> Fast, Func<Vector512<double>, Vector512<double>> Near, Func<double, double> Exact, double Bound);

/// <summary>
/// The error of vectorised functions in units in the last place of the true value, over all floats or every n-th: with its
/// reference vectorised too, all 2³² take seconds.
/// </summary>
public static class UlpScan
{
    /// <summary>Every function whose documentation states such an error.</summary>
    public static IReadOnlyList<UlpFunction> Functions { get; } =
    [
        new(nameof(VectorMath.Exp), VectorMath.Exp, Exp, Math.Exp, Bound: 1.036),
        new(nameof(VectorMath.Log), VectorMath.Log, Vector512.Log, Math.Log, Bound: 0.752),
        new(nameof(VectorMath.Log1p), VectorMath.Log1p, Log1p, Log1p, Bound: 1.335),
        new(nameof(VectorMath.Tanh), VectorMath.Tanh, Tanh, Math.Tanh, Bound: 1.336),
        new(nameof(VectorMath.Sigmoid), VectorMath.Sigmoid, x => One / (One + Exp(-x)), x => 1 / (1 + Math.Exp(-x)), Bound: 2.402),
        new(nameof(VectorMath.Softplus), VectorMath.Softplus,
            x => Vector512.Max(x, default) + Log1p(Exp(-Vector512.Abs(x))),
            x => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))), Bound: 1.617),
        new(nameof(VectorMath.Erf), VectorMath.Erf, Erf, Erf, Bound: 0.988),
    ];

    /// <summary>The worst error among the floats with the bits 0, stride, 2·stride …, and where it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Error, float At) Worst(UlpFunction function, uint stride)
    {
        (double worst, float at) = (0, 0);
        Vector512<uint> lanes = Vector512<uint>.Indices * stride;
        for (ulong bits = 0; bits < 1UL << 32; bits += 16UL * stride)
        {
            // The last vector wraps around to floats it has seen.
            Vector512<float> x = (Vector512.Create((uint)bits) + lanes).AsSingle(), y = function.Fast(x);
            (Vector512<double> x0, Vector512<double> x1) = Vector512.Widen(x);
            (Vector512<double> y0, Vector512<double> y1) = Vector512.Widen(y);
            Vector512<double> limit = Vector512.Create(worst);
            // Not "greater": an error that is NaN wants a look too.
            if (Vector512.LessThanOrEqualAll(Errors(y0, function.Near(x0)), limit) && Vector512.LessThanOrEqualAll(Errors(y1, function.Near(x1)), limit))
                continue;
            for (int lane = 0; lane < Vector512<float>.Count; lane++)
            {
                double error = Error(y[lane], function.Exact(x[lane]));
                if (error > worst) (worst, at) = (error, x[lane]);
            }
        }
        return (worst, at);
    }

    private static Vector512<double> One => Vector512<double>.One;

    private static Vector512<double> Errors(Vector512<double> actual, Vector512<double> expected)
    {
        // 2ᵉ of the expected value, between the least and the greatest normal exponent of a float.
        Vector512<double> power = (expected.AsUInt64() & Vector512.Create(0x7FF0UL << 48)).AsDouble();
        power = Vector512.Min(Vector512.Max(power, Vector512.Create(Math.ScaleB(1, -126))), Vector512.Create(Math.ScaleB(1, 127)));
        Vector512<double> error = Vector512.Abs(actual - expected) / (power * Vector512.Create(Math.ScaleB(1, -23)));
        Vector512<double> infinite = Vector512.Equals(Vector512.Abs(actual), Vector512.Create(double.PositiveInfinity)) &
            Vector512.GreaterThanOrEqual(expected * actual, Vector512.Create(double.PositiveInfinity)) &
            Vector512.GreaterThan(Vector512.Abs(expected), Vector512.Create((double)float.MaxValue));
        Vector512<double> neither = ~Vector512.Equals(actual, actual) & ~Vector512.Equals(expected, expected);
        return Vector512.ConditionalSelect(infinite | neither, default, error);
    }

    private static double Error(float actual, double expected)
    {
        if (float.IsNaN(actual) || double.IsNaN(expected)) return float.IsNaN(actual) && double.IsNaN(expected) ? 0 : double.PositiveInfinity;
        if (float.IsInfinity(actual) || float.IsInfinity((float)expected)) return actual == (float)expected ? 0 : double.PositiveInfinity;
        return Math.Abs(actual - expected) / Math.ScaleB(1, Math.Clamp(expected == 0 ? -200 : Math.ILogB(expected), -126, 127) - 23);
    }

    // Beyond ±200 the value is 0 or ∞ for a float, and the library's function leaves its fast path.
    private static Vector512<double> Exp(Vector512<double> x) =>
        Vector512.Exp(Vector512.Min(Vector512.Max(x, Vector512.Create(-200.0)), Vector512.Create(200.0)));

    // Kahan: log(u) times the relative error of u − 1.
    private static double Log1p(double x)
    {
        if (x <= -1 || x > 1e300) return x < -1 ? double.NaN : x == -1 ? double.NegativeInfinity : x;
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }

    private static Vector512<double> Log1p(Vector512<double> x)
    {
        Vector512<double> u = One + x, log = Vector512.Log(u) * x / (u - One);
        log = Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(u), Vector512.Create(double.PositiveInfinity)), log, x);
        log = Vector512.ConditionalSelect(Vector512.Equals(u, Vector512<double>.Zero), Vector512.Create(double.NegativeInfinity), log);
        return Vector512.ConditionalSelect(Vector512.Equals(u, One), x, log);
    }

    // x − x³/3 + 2x⁵/15 where 1 − e^(−2|x|) would cancel.
    private static Vector512<double> Tanh(Vector512<double> x)
    {
        Vector512<double> size = Vector512.Abs(x), square = size * size;
        Vector512<double> near = size * (One - (square / Vector512.Create(3.0)) + (square * square * Vector512.Create(2.0 / 15)));
        Vector512<double> power = Exp(size * Vector512.Create(-2.0));
        Vector512<double> far = (One - power) / (One + power);
        return Vector512.CopySign(Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(1e-3)), near, far), x);
    }

    /// <summary>2/√π·e^(−x²)·Σ 2ⁿx²ⁿ⁺¹/(1·3·5···(2n+1)): all terms positive.</summary>
    public static double Erf(double x)
    {
        double size = Math.Abs(x);
        if (!(size < 6)) return double.IsNaN(x) ? x : Math.Sign(x);
        double term = size, sum = size;
        for (int n = 1; term > sum * 1e-18; n++) sum += term *= 2 * size * size / ((2 * n) + 1);
        return Math.CopySign(2 / Math.Sqrt(Math.PI) * Math.Exp(-size * size) * sum, x);
    }

    private static Vector512<double> Erf(Vector512<double> x)
    {
        Vector512<double> size = Vector512.Min(Vector512.Abs(x), Vector512.Create(5.0));        // NaN passes; 1 − erf 5 < 2⁻³⁹
        if (Vector512.EqualsAll(size, Vector512.Create(5.0))) return Vector512.CopySign(One, x);
        Vector512<double> twice = size * size * Vector512.Create(2.0), term = size, sum = size, end = Vector512.Create(1e-16);
        for (int n = 1; Vector512.GreaterThanAny(term, sum * end); n++)
        {
            term *= twice * Vector512.Create(1.0 / ((2 * n) + 1));
            sum += term;
        }
        return Vector512.CopySign(sum * Exp(-size * size) * Vector512.Create(2 / Math.Sqrt(Math.PI)), x);
    }
}
