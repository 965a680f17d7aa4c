using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Numerics;

/// <content>
/// The functions. Errors are in units in the last place of the true value: the greatest over all 2³² floats, measured against
/// double precision, and the float that has it. All return NaN for NaN and their limits at ±∞. The formulas are in LaneMath.
/// </content>
public static partial class VectorMath
{
    /// <summary>
    /// eˣ = 2ᵏ·eʳ, k = round(x / ln 2), |r| ≤ ln 2 / 2. At most 1.036 ULP from the true value (at −5.859255).
    /// Results below 2⁻¹²⁶ are rounded to denormals, not to zero; 0 below −103.98, +∞ above 88.72; NaN for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => Apply<ExpFunction>(x);

    /// <summary>
    /// ln x = k·ln 2 + ln(1 + f) with 1 + f in [√½, √2). At most 0.752 ULP from the true value (at 0.38811582),
    /// denormal numbers too. −∞ at 0, NaN below, +∞ at +∞; NaN for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x) => Apply<LogFunction>(x);

    /// <summary>
    /// ln(1 + x), precise near zero: with u = 1 + x rounded, the rounding error x − (u − 1) is added to the significand of u.
    /// At most 1.335 ULP from the true value (at 0.41642103). −∞ at −1, NaN below, +∞ at +∞; NaN for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log1p(Vector512<float> x) => Apply<Log1pFunction>(x);

    /// <summary>
    /// tanh x: x + x³·p(x²) up to 0.6, 1 − 2/(e^(2|x|) + 1) with the sign of x beyond.
    /// At most 1.336 ULP from the true value (at 0.6001016).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x) => Apply<TanhFunction>(x);

    /// <summary>
    /// σ(x) = 1/(1 + e⁻ˣ), written with z = e^−|x| ≤ 1 so that nothing overflows: 1/(1 + z) above zero, z/(1 + z) below.
    /// At most 2.402 ULP from the true value (at −4.157294), down to the denormals.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Apply<SigmoidFunction>(x);

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|). At most 1.617 ULP from the true value (at 0.32160786).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x) => Apply<SoftplusFunction>(x);

    /// <summary>
    /// erf x = 2/√π·∫₀ˣ e^(−t²) dt: x + x·p(x²) up to 0.92, 1 − e^(−|x|·q(|x|)) with the sign of x beyond.
    /// At most 0.988 ULP from the true value (at 1.1939505).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Erf(Vector512<float> x) => Apply<ErfFunction>(x);

    /// <summary>
    /// GPT-2's form of GELU (Hendrycks and Gimpel, 2016): x·(1 + tanh u)/2 = x·σ(2u), u = √(2/π)·(x + 0.044715·x³).
    /// In the form with σ the left tail does not cancel.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x) => Apply<GeluFunction>(x);

    /// <summary>d/dx x·σ(w) = σ + x·σ·(1 − σ)·w′ with w = 2u as in <see cref="Gelu"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluGradient(Vector512<float> x) => Apply<GeluGradientFunction>(x);

    /// <summary><see cref="Gelu"/> and <see cref="GeluGradient"/> at once, with the same bits: they share the σ, which is most of either.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluWithGradient(Vector512<float> x, out Vector512<float> gradient)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Lanes16 y = LaneMath<Lanes16>.GeluWithGradient(new Lanes16(x), out Lanes16 slope);
            gradient = slope.Value;
            return y.Value;
        }
        Vector256<float> low = GeluWithGradientOfHalf(x.GetLower(), out Vector256<float> lowGradient);
        Vector256<float> high = GeluWithGradientOfHalf(x.GetUpper(), out Vector256<float> highGradient);
        gradient = Vector512.Create(lowGradient, highGradient);
        return Vector512.Create(low, high);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> GeluWithGradientOfHalf(Vector256<float> x, out Vector256<float> gradient)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            Lanes8 y = LaneMath<Lanes8>.GeluWithGradient(new Lanes8(x), out Lanes8 slope);
            gradient = slope.Value;
            return y.Value;
        }
        Lanes4 low = LaneMath<Lanes4>.GeluWithGradient(new Lanes4(x.GetLower()), out Lanes4 lowSlope);
        Lanes4 high = LaneMath<Lanes4>.GeluWithGradient(new Lanes4(x.GetUpper()), out Lanes4 highSlope);
        gradient = Vector256.Create(lowSlope.Value, highSlope.Value);
        return Vector256.Create(low.Value, high.Value);
    }

    /// <summary>
    /// The exact GELU: x·Φ(x), Φ(x) = (1 + erf(x/√2))/2. Like every formula with 1 + erf it loses relative precision in the
    /// left tail, where the value itself is negligible: the absolute error stays below 2·10⁻⁷ there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluExact(Vector512<float> x) => Apply<GeluExactFunction>(x);

    /// <summary>d/dx x·Φ(x) = Φ(x) + x·φ(x), φ(x) = e^(−x²/2)/√(2π).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluExactGradient(Vector512<float> x) => Apply<GeluExactGradientFunction>(x);

    /// <summary>SiLU, also called swish (Elfwing, Uchibe, Doya, 2017): x·σ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => Apply<SiluFunction>(x);

    /// <summary>d/dx x·σ(x) = σ·(1 + x·(1 − σ)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SiluGradient(Vector512<float> x) => Apply<SiluGradientFunction>(x);
}
