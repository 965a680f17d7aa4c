using System.Runtime.CompilerServices;

namespace Longhand.Numerics;

/// <summary>
/// The formulas behind <see cref="VectorMath"/>, for lanes of any width; what each function promises stands there. This file has
/// the exponential and the logarithms, and the steps they share. Both split off a power of two, which is exact in binary,
/// and leave a short interval to a polynomial. Its coefficients come from the exchange algorithm of Remez (1934), rounded to
/// single precision one after another, lowest power first, with the rest fitted again after each rounding.
/// </summary>
internal static partial class LaneMath<L> where L : struct, ILanes<L>
{
    // ln 2 in two parts: the first has 10 significant bits, so that k·Ln2High is exact for every exponent k.
    private const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    // Adding 1.5·2²³ rounds a number below 2²² to a whole one, to even on ties, and leaves it in the low bits.
    private const float Rounder = 12582912f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Exp(L x)
    {
        x = L.AtMost(L.AtLeast(x, L.Of(-105f)), L.Of(89f));    // 0 and +∞ from there on
        L expm1 = ReducedExpm1(x, out L k);
        return L.Scale(One + expm1, k);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Log(L x)
    {
        const float Smallest = 1.17549435e-38f, Up = 33554432f;         // 2⁻¹²⁶ and 2²⁵
        L y = L.IfLess(x, L.Of(Smallest), x * L.Of(Up), x);
        L k = Exponent(y);
        L f = Significand(y, k) - One;
        L e = L.FromBits(k) - L.IfLess(x, L.Of(Smallest), L.Of(25f), Zero);
        return LogEdges(x, LogSeries(f, e));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Log1p(L x)
    {
        L u = One + x;
        L lost = L.IfLess(x, One, x - (u - One), One - (u - x));
        L k = Exponent(u);
        L f = Fma(lost * L.Of(0.5f), PowerOfTwo(L.SubtractBits(Whole(1), k)), Significand(u, k) - One);
        return LogEdges(u, LogSeries(f, L.FromBits(k)));
    }

    // With x = k·ln 2 + r: returns eʳ − 1 = r + r²·p(r). |x| may not exceed about 10⁵. NaN gives NaN in both.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L ReducedExpm1(L x, out L k)
    {
        L shifted = Fma(x, 1.44269504f, L.Of(Rounder));
        k = shifted - L.Of(Rounder);
        L r = Fma(k, -Ln2Low, Fma(k, -Ln2High, x));
        L p = L.Of(0.00138367689f);
        p = Fma(p, r, 0.00836710539f);
        p = Fma(p, r, 0.041667752f);
        p = Fma(p, r, 0.16666539f);
        p = Fma(p, r, 0.49999997f);
        return Fma(r * r, p, r);
    }

    // ln(1 + f) + e·ln 2, with ln(1 + f) = f − f²/2 + f³·p(f) for f in [√½ − 1, √2 − 1].
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L LogSeries(L f, L e)
    {
        L p = L.Of(0.0532551818f);
        p = Fma(p, f, -0.109096415f);
        p = Fma(p, f, 0.121095844f);
        p = Fma(p, f, -0.125502467f);
        p = Fma(p, f, 0.142095566f);
        p = Fma(p, f, -0.166593581f);
        p = Fma(p, f, 0.200022236f);
        p = Fma(p, f, -0.250001669f);
        p = Fma(p, f, 0.333333135f);
        L small = Fma(f * f * f, p, e * L.Of(Ln2Low));
        small = Fma(f * L.Of(-0.5f), f, small);
        return Fma(e, Ln2High, f + small);
    }

    // What the bit arithmetic of a logarithm cannot know: x = 0, x < 0, +∞ and NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L LogEdges(L x, L y)
    {
        L infinity = L.Of(float.PositiveInfinity);
        y = L.IfLess(x, infinity, y, x);                   // +∞ and NaN
        y = L.IfEqual(x, Zero, -infinity, y);
        return L.IfLess(x, Zero, L.Of(float.NaN), y);
    }

    /// <summary>
    /// <see cref="ILanes{TSelf}.Scale"/> for a in [½, 2], by two multiplications: 2ᵏ itself may lie outside the exponents of a float,
    /// its two factors do not, and only the last product rounds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L ScaleInTwoSteps(L a, L k)
    {
        L whole = L.SubtractBits(k + L.Of(Rounder), L.Of(Rounder)), half = L.ShiftRight(whole, 1);
        L rest = PowerOfTwo(L.SubtractBits(whole, half));
        // Masked scores are −∞. Computing their zeros by underflow would cost a hundred cycles per vector; multiplying by 0 does not.
        return a * PowerOfTwo(half) * L.IfLess(k, L.Of(-150f), Zero, rest);
    }

    // The k with x·2⁻ᵏ in [√½, √2): the exponent field after subtracting the bits of √½.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Exponent(L x) =>
        L.ShiftRight(L.SubtractBits(x, Whole(0x3F3504F3)), 23);

    // x·2⁻ᵏ, by subtracting k from the exponent field.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Significand(L x, L k) =>
        L.SubtractBits(x, L.ShiftLeft(k, 23));

    // 2ᵏ for −127 ≤ k ≤ 127, where −127 gives 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L PowerOfTwo(L k) =>
        L.ShiftLeft(L.AddBits(k, Whole(127)), 23);

    private static L One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => L.Of(1);
    }

    private static L Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => L.Of(0);
    }

    // A whole number in each lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Whole(int value) => L.Of(BitConverter.Int32BitsToSingle(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Fma(L a, L b, L c) => L.Fma(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Fma(L a, L b, float c) => L.Fma(a, b, L.Of(c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Fma(L a, float b, L c) => L.Fma(a, L.Of(b), c);
}
