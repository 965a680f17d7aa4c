using System.Runtime.CompilerServices;

namespace Longhand.Numerics;

/// <content>The functions that neurons are made of, and the derivatives of three of them.</content>
internal static partial class LaneMath<L>
{
    // 2·√(2/π) and its product with 0.044715: the constants of GELU's tanh form, doubled because σ(2u) = (1 + tanh u)/2.
    private const float GeluScale = 1.59576912f, GeluCubic = 0.0713548163f;

    private const float SquareRootOfHalf = 0.707106781f, NormalDensityAtZero = 0.398942280f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Tanh(L x)
    {
        L size = L.Abs(x), square = size * size;
        L p = L.Of(-0.00582393073f);
        p = Fma(p, square, 0.0207387209f);
        p = Fma(p, square, -0.0537681542f);
        p = Fma(p, square, 0.133317575f);
        p = Fma(p, square, -0.333332926f);
        L near = Fma(size * square, p, size);
        L far = One - (L.Of(2f) / (Exp(size + size) + One));
        return L.WithSign(L.IfLess(size, L.Of(0.6f), near, far), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Sigmoid(L x)
    {
        L z = Exp(L.MinusAbs(x));
        return L.IfLess(x, Zero, z, One) / (One + z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Softplus(L x) =>
        L.AtLeast(x, L.Of(0f)) + Log1p(Exp(L.MinusAbs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Erf(L x)
    {
        L size = L.AtMost(L.Abs(x), L.Of(3.93f));          // where 1 − erf falls below half a unit
        L square = size * size;
        L p = L.Of(7.99504851e-05f);
        p = Fma(p, square, -0.000804951473f);
        p = Fma(p, square, 0.00519239251f);
        p = Fma(p, square, -0.0268557295f);
        p = Fma(p, square, 0.112836257f);
        p = Fma(p, square, -0.376126289f);
        p = Fma(p, square, 0.128379166f);
        L near = Fma(size, p, size);

        L q = L.Of(1.04317223e-05f);
        q = Fma(q, size, -0.000314844539f);
        q = Fma(q, size, 0.00361029292f);
        q = Fma(q, size, -0.0236944817f);
        q = Fma(q, size, 0.106158979f);
        q = Fma(q, size, 0.635198057f);
        q = Fma(q, size, 1.12863708f);
        L expm1 = ReducedExpm1(-size * q, out L k);
        L scale = L.Scale(One, k);
        L far = (One - scale) - (expm1 * scale);
        return L.WithSign(L.IfLess(size, L.Of(0.92f), near, far), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Gelu(L x)
    {
        L y = L.AtLeast(x, L.Of(-12f));                // the value is −0 from there on, and −∞·0 would be NaN
        return y * Sigmoid(y * Fma(y * y, GeluCubic, L.Of(GeluScale)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L GeluGradient(L x)
    {
        L y = L.AtMost(L.AtLeast(x, L.Of(-12f)), L.Of(12f));   // the slope is exactly 0 or 1 outside
        L square = y * y;
        L sigmoid = Sigmoid(y * Fma(square, GeluCubic, L.Of(GeluScale)));
        L slope = y * Fma(square, 3 * GeluCubic, L.Of(GeluScale));
        return Fma(sigmoid * (One - sigmoid), slope, sigmoid);
    }

    // Both, with the bits that each has alone: from 12 on the sigmoid is exactly 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L GeluWithGradient(L x, out L gradient)
    {
        L y = L.AtLeast(x, L.Of(-12f)), bounded = L.AtMost(y, L.Of(12f)), square = bounded * bounded;
        L sigmoid = Sigmoid(bounded * Fma(square, GeluCubic, L.Of(GeluScale)));
        L slope = bounded * Fma(square, 3 * GeluCubic, L.Of(GeluScale));
        gradient = Fma(sigmoid * (One - sigmoid), slope, sigmoid);
        return y * sigmoid;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L GeluExact(L x)
    {
        L y = L.AtLeast(x, L.Of(-12f));
        return y * NormalDistribution(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L GeluExactGradient(L x)
    {
        L y = L.AtMost(L.AtLeast(x, L.Of(-20f)), L.Of(20f));
        L density = Exp(y * y * L.Of(-0.5f)) * L.Of(NormalDensityAtZero);
        return Fma(y, density, NormalDistribution(y));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Silu(L x)
    {
        L y = L.AtLeast(x, L.Of(-104f));               // the value is −0 from there on
        return y * Sigmoid(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L SiluGradient(L x)
    {
        L y = L.AtMost(L.AtLeast(x, L.Of(-104f)), L.Of(104f));
        L sigmoid = Sigmoid(y);
        return Fma(sigmoid * y, One - sigmoid, sigmoid);
    }

    // Φ(x) = (1 + erf(x/√2))/2
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L NormalDistribution(L x) =>
        Fma(Erf(x * L.Of(SquareRootOfHalf)), 0.5f, L.Of(0.5f));
}
