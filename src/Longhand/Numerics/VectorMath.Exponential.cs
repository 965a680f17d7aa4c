using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Numerics;

/// <content>
/// Exponentials and logarithms. Both split off a power of two, which is exact in binary, and leave a short interval to a
/// polynomial. Its coefficients come from the exchange algorithm of Remez (1934), rounded to single precision one after
/// another, lowest power first, with the rest fitted again after each rounding.
/// </content>
public static partial class VectorMath
{
    // ln 2 in two parts: the first has 10 significant bits, so that k·Ln2High is exact for every exponent k.
    private const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    // Adding 1.5·2²³ rounds a number below 2²² to a whole one, to even on ties, and leaves it in the low bits.
    private const float Rounder = 12582912f;

    /// <summary>
    /// eˣ = 2ᵏ·eʳ, k = round(x / ln 2), |r| ≤ ln 2 / 2. At most 1.05 ULP from the true value over all floats.
    /// Results below 2⁻¹²⁶ are rounded to denormals, not to zero; 0 below −103.98, +∞ above 88.72; NaN for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = AtMost(AtLeast(x, -104f), 89f);
        Vector512<float> expm1 = ReducedExpm1(x, out Vector512<int> k);
        // 2ᵏ itself may lie outside the exponents of a float (k = 128, k < −126): two factors, and only the last product rounds.
        Vector512<int> half = Vector512.ShiftRightArithmetic(k, 1);
        Vector512<float> scale = PowerOfTwo(half);
        return Fma(expm1, scale, scale) * PowerOfTwo(k - half);
    }

    /// <summary>
    /// ln x = k·ln 2 + ln(1 + f) with 1 + f in [√½, √2). At most 0.8 ULP from the true value over all positive floats,
    /// denormal ones too. −∞ at 0, NaN below, +∞ at +∞; NaN for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        const float Smallest = 1.17549435e-38f, Up = 33554432f;         // 2⁻¹²⁶ and 2²⁵
        Vector512<float> denormal = Vector512.LessThan(x, Vector512.Create(Smallest));
        Vector512<float> y = Vector512.ConditionalSelect(denormal, x * Up, x);
        Vector512<int> k = Exponent(y);
        Vector512<float> f = Significand(y, k) - One;
        Vector512<float> e = Vector512.ConvertToSingle(k) - (denormal & Vector512.Create(25f));
        return LogEdges(x, LogSeries(f, e));
    }

    /// <summary>
    /// ln(1 + x), precise near zero: with u = 1 + x rounded, the rounding error x − (u − 1) is added to the significand of u.
    /// At most 1.4 ULP from the true value over all floats above −1. −∞ at −1, NaN below, +∞ at +∞; NaN for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log1p(Vector512<float> x)
    {
        Vector512<float> u = One + x;
        Vector512<float> lost = Vector512.ConditionalSelect(Vector512.LessThan(x, One), x - (u - One), One - (u - x));
        Vector512<int> k = Exponent(u);
        Vector512<float> f = Fma(lost, PowerOfTwo(Vector512.Max(-k, Vector512.Create(-127))), Significand(u, k) - One);
        return LogEdges(u, LogSeries(f, Vector512.ConvertToSingle(k)));
    }

    // With x = k·ln 2 + r: returns eʳ − 1 = r + r²·p(r). |x| may not exceed about 10⁵; k is garbage where x is NaN, the result NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ReducedExpm1(Vector512<float> x, out Vector512<int> k)
    {
        Vector512<float> shifted = Fma(x, 1.44269504f, Vector512.Create(Rounder));
        k = shifted.AsInt32() - Vector512.Create(Rounder).AsInt32();
        Vector512<float> whole = shifted - Vector512.Create(Rounder);
        Vector512<float> r = Fma(whole, -Ln2Low, Fma(whole, -Ln2High, x));
        Vector512<float> p = Vector512.Create(0.00138367689f);
        p = Fma(p, r, 0.00836710539f);
        p = Fma(p, r, 0.041667752f);
        p = Fma(p, r, 0.16666539f);
        p = Fma(p, r, 0.49999997f);
        return Fma(r * r, p, r);
    }

    // ln(1 + f) + e·ln 2, with ln(1 + f) = f − f²/2 + f³·p(f) for f in [√½ − 1, √2 − 1].
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LogSeries(Vector512<float> f, Vector512<float> e)
    {
        Vector512<float> p = Vector512.Create(0.0532551818f);
        p = Fma(p, f, -0.109096415f);
        p = Fma(p, f, 0.121095844f);
        p = Fma(p, f, -0.125502467f);
        p = Fma(p, f, 0.142095566f);
        p = Fma(p, f, -0.166593581f);
        p = Fma(p, f, 0.200022236f);
        p = Fma(p, f, -0.250001669f);
        p = Fma(p, f, 0.333333135f);
        Vector512<float> small = Fma(f * f * f, p, e * Ln2Low);
        small = Fma(f * -0.5f, f, small);
        return Fma(e, Ln2High, f + small);
    }

    // What the bit arithmetic of a logarithm cannot know: x = 0, x < 0, +∞ and NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LogEdges(Vector512<float> x, Vector512<float> y)
    {
        Vector512<float> infinity = Vector512.Create(float.PositiveInfinity);
        y = Vector512.ConditionalSelect(Vector512.LessThan(x, infinity), y, x);           // +∞ and NaN
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), -infinity, y);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512.Create(float.NaN), y);
    }

    // The k with x·2⁻ᵏ in [√½, √2): the exponent field after subtracting the bits of √½.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Exponent(Vector512<float> x) =>
        Vector512.ShiftRightArithmetic(x.AsInt32() - Vector512.Create(0x3F3504F3), 23);

    // x·2⁻ᵏ, by subtracting k from the exponent field.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Significand(Vector512<float> x, Vector512<int> k) =>
        (x.AsInt32() - Vector512.ShiftLeft(k, 23)).AsSingle();

    // 2ᵏ for −127 ≤ k ≤ 127, where −127 gives 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<int> k) =>
        Vector512.ShiftLeft(k + Vector512.Create(127), 23).AsSingle();
}
