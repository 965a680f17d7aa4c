using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Numerics;

/// <content>
/// The functions that neurons are made of, and the derivatives of the three that a fused kernel or an operation needs in one
/// piece. All return NaN for NaN and their limits at ±∞.
/// </content>
public static partial class VectorMath
{
    // 2·√(2/π) and its product with 0.044715: the constants of GELU's tanh form, doubled because σ(2u) = (1 + tanh u)/2.
    private const float GeluScale = 1.59576912f, GeluCubic = 0.0713548163f;

    private const float SquareRootOfHalf = 0.707106781f, NormalDensityAtZero = 0.398942280f;

    /// <summary>
    /// tanh x: x + x³·p(x²) up to 0.6, 1 − 2/(e^(2|x|) + 1) with the sign of x beyond.
    /// At most 1.5 ULP from the true value over all floats.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        Vector512<float> size = Vector512.Abs(x), square = size * size;
        Vector512<float> p = Vector512.Create(-0.00582393073f);
        p = Fma(p, square, 0.0207387209f);
        p = Fma(p, square, -0.0537681542f);
        p = Fma(p, square, 0.133317575f);
        p = Fma(p, square, -0.333332926f);
        Vector512<float> near = Fma(size * square, p, size);
        Vector512<float> far = One - (Vector512.Create(2f) / (Exp(size + size) + One));
        return WithSign(Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(0.6f)), near, far), x);
    }

    /// <summary>
    /// σ(x) = 1/(1 + e⁻ˣ), written with z = e^−|x| ≤ 1 so that nothing overflows: 1/(1 + z) above zero, z/(1 + z) below.
    /// At most 2.4 ULP from the true value over all floats, down to the denormals.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x)
    {
        Vector512<float> z = Exp(-Vector512.Abs(x));
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), z, One) / (One + z);
    }

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|). At most 1.7 ULP from the true value over all floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x) =>
        AtLeast(x, 0f) + Log1p(Exp(-Vector512.Abs(x)));

    /// <summary>
    /// erf x = 2/√π·∫₀ˣ e^(−t²) dt: x + x·p(x²) up to 0.92, 1 − e^(−|x|·q(|x|)) with the sign of x beyond.
    /// At most 1 ULP from the true value over all floats.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Erf(Vector512<float> x)
    {
        Vector512<float> size = AtMost(Vector512.Abs(x), 3.93f);          // where 1 − erf falls below half a unit
        Vector512<float> square = size * size;
        Vector512<float> p = Vector512.Create(7.99504851e-05f);
        p = Fma(p, square, -0.000804951473f);
        p = Fma(p, square, 0.00519239251f);
        p = Fma(p, square, -0.0268557295f);
        p = Fma(p, square, 0.112836257f);
        p = Fma(p, square, -0.376126289f);
        p = Fma(p, square, 0.128379166f);
        Vector512<float> near = Fma(size, p, size);

        Vector512<float> q = Vector512.Create(1.04317223e-05f);
        q = Fma(q, size, -0.000314844539f);
        q = Fma(q, size, 0.00361029292f);
        q = Fma(q, size, -0.0236944817f);
        q = Fma(q, size, 0.106158979f);
        q = Fma(q, size, 0.635198057f);
        q = Fma(q, size, 1.12863708f);
        Vector512<float> expm1 = ReducedExpm1(-size * q, out Vector512<int> k);
        Vector512<float> scale = PowerOfTwo(k);
        Vector512<float> far = (One - scale) - (expm1 * scale);
        return WithSign(Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(0.92f)), near, far), x);
    }

    /// <summary>
    /// GPT-2's form of GELU (Hendrycks and Gimpel, 2016): x·(1 + tanh u)/2 = x·σ(2u), u = √(2/π)·(x + 0.044715·x³).
    /// In the form with σ the left tail does not cancel.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x)
    {
        Vector512<float> y = AtLeast(x, -12f);                // the value is −0 from there on, and −∞·0 would be NaN
        return y * Sigmoid(y * Fma(y * y, GeluCubic, Vector512.Create(GeluScale)));
    }

    /// <summary>d/dx x·σ(w) = σ + x·σ·(1 − σ)·w′ with w = 2u as in <see cref="Gelu"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluGradient(Vector512<float> x)
    {
        Vector512<float> y = AtMost(AtLeast(x, -12f), 12f);   // the slope is exactly 0 or 1 outside
        Vector512<float> square = y * y;
        Vector512<float> sigmoid = Sigmoid(y * Fma(square, GeluCubic, Vector512.Create(GeluScale)));
        Vector512<float> slope = y * Fma(square, 3 * GeluCubic, Vector512.Create(GeluScale));
        return Fma(sigmoid * (One - sigmoid), slope, sigmoid);
    }

    /// <summary>
    /// The exact GELU: x·Φ(x), Φ(x) = (1 + erf(x/√2))/2. Like every formula with 1 + erf it loses relative precision in the
    /// left tail, where the value itself is negligible: the absolute error stays below 2·10⁻⁷ there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluExact(Vector512<float> x)
    {
        Vector512<float> y = AtLeast(x, -12f);
        return y * NormalDistribution(y);
    }

    /// <summary>d/dx x·Φ(x) = Φ(x) + x·φ(x), φ(x) = e^(−x²/2)/√(2π).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluExactGradient(Vector512<float> x)
    {
        Vector512<float> y = AtMost(AtLeast(x, -20f), 20f);
        Vector512<float> density = Exp(y * y * -0.5f) * NormalDensityAtZero;
        return Fma(y, density, NormalDistribution(y));
    }

    /// <summary>SiLU, also called swish (Elfwing, Uchibe, Doya, 2017): x·σ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x)
    {
        Vector512<float> y = AtLeast(x, -104f);               // the value is −0 from there on
        return y * Sigmoid(y);
    }

    /// <summary>d/dx x·σ(x) = σ·(1 + x·(1 − σ)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SiluGradient(Vector512<float> x)
    {
        Vector512<float> y = AtMost(AtLeast(x, -104f), 104f);
        Vector512<float> sigmoid = Sigmoid(y);
        return Fma(sigmoid * y, One - sigmoid, sigmoid);
    }

    // Φ(x) = (1 + erf(x/√2))/2
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> NormalDistribution(Vector512<float> x) =>
        Fma(Erf(x * SquareRootOfHalf), 0.5f, Vector512.Create(0.5f));

    // |y| with the sign bit of x.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> WithSign(Vector512<float> y, Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.Create(-0f), x, y);
}
