using System.Runtime.Intrinsics;

namespace Longhand.Numerics;

/// <summary>
/// What a function of <see cref="VectorMath"/> is written in: a vector of floats of some width and the operations whose result
/// IEEE 754, or the bits, define exactly. The operations on bits see each lane as a 32-bit whole number.
/// <para>
/// It exists for speed alone. .NET would run a <see cref="Vector512{T}"/> on narrower hardware too, but a formula as long as
/// an exponential then outgrows what its compiler keeps in registers and is ten times slower than the same formula on the
/// hardware's own vectors.
/// </para>
/// </summary>
internal interface ILanes<TSelf> where TSelf : struct, ILanes<TSelf>
{
    static abstract TSelf Of(float value);
    static abstract TSelf operator +(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a, TSelf b);
    static abstract TSelf operator *(TSelf a, TSelf b);
    static abstract TSelf operator /(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);
    static abstract TSelf Abs(TSelf a);

    /// <summary>−|a|.</summary>
    static abstract TSelf MinusAbs(TSelf a);

    /// <summary>|a| with the sign bit of <paramref name="sign"/>, for a that is not negative.</summary>
    static abstract TSelf WithSign(TSelf a, TSelf sign);

    /// <summary>x where it lies above the bound, the bound where it does not; NaN passes.</summary>
    static abstract TSelf AtLeast(TSelf x, TSelf bound);

    /// <summary>x where it lies below the bound, the bound where it does not; NaN passes.</summary>
    static abstract TSelf AtMost(TSelf x, TSelf bound);

    /// <summary>
    /// <paramref name="then"/> where a &lt; b, else <paramref name="otherwise"/>. Comparison and choice are one operation because
    /// 512-bit hardware keeps what it compared in a register of another kind, and every way into a vector and back costs.
    /// </summary>
    static abstract TSelf IfLess(TSelf a, TSelf b, TSelf then, TSelf otherwise);

    /// <summary><paramref name="then"/> where a = b, else <paramref name="otherwise"/>.</summary>
    static abstract TSelf IfEqual(TSelf a, TSelf b, TSelf then, TSelf otherwise);

    /// <summary>a·2ᵏ for a whole k in −160 … 160, rounded once if it is denormal; NaN for NaN.</summary>
    static abstract TSelf Scale(TSelf a, TSelf k);
    static abstract TSelf AddBits(TSelf a, TSelf b);
    static abstract TSelf SubtractBits(TSelf a, TSelf b);
    static abstract TSelf ShiftLeft(TSelf a, int count);
    static abstract TSelf ShiftRight(TSelf a, int count);

    /// <summary>Each whole number as a float; exact below 2²⁴.</summary>
    static abstract TSelf FromBits(TSelf a);
}
