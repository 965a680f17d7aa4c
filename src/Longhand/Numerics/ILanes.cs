using System.Runtime.Intrinsics;

namespace Longhand.Numerics;

/// <summary>
/// What a function of <see cref="VectorMath"/> is written in: a vector of floats of some width and the operations whose result
/// IEEE 754, or the bits, define exactly. Comparisons give lanes with all bits set or none; the operations on bits see each
/// lane as a 32-bit whole number.
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
    static abstract TSelf Less(TSelf a, TSelf b);
    static abstract TSelf Equal(TSelf a, TSelf b);
    static abstract TSelf Select(TSelf mask, TSelf a, TSelf b);
    static abstract TSelf And(TSelf a, TSelf b);
    static abstract TSelf AddBits(TSelf a, TSelf b);
    static abstract TSelf SubtractBits(TSelf a, TSelf b);
    static abstract TSelf ShiftLeft(TSelf a, int count);
    static abstract TSelf ShiftRight(TSelf a, int count);

    /// <summary>Each whole number as a float; exact below 2²⁴.</summary>
    static abstract TSelf FromBits(TSelf a);
}
