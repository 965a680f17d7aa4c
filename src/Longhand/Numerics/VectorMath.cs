using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Numerics;

/// <summary>
/// Elementary functions on 16 floats at a time that give every lane the same bits on AVX-512, AVX2, 128-bit hardware and
/// none: only + − × ÷, square root, fused multiply-add, integer operations, comparisons with a select and scaling by a power
/// of two, all of which are exactly defined. This file holds what they share: selects, and the fixed tree that folds 16 lanes into one number.
/// <para>
/// Left out: anything whose answer depends on the machine (estimates, conversions out of range, minimum and maximum where
/// machines differ about NaN and −0). Only x64's own instructions for a bound are used, which are defined: they return their
/// second operand when one of the two is NaN, so with the bound first NaN passes, as it does through a select elsewhere.
/// Where the vector unit is narrower than 512 bits, .NET runs each operation in two or four parts; the order of every
/// addition stays the same.
/// </para>
/// </summary>
public static partial class VectorMath
{
    /// <summary>
    /// The sum of 16 lanes by a fixed tree: lane l takes l + 8, then l + 4, l + 2, l + 1. Every reduction of the library
    /// ends in it, so its order of additions is part of what a seed means.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumLanes(Vector512<float> x)
    {
        Vector256<float> eight = x.GetLower() + x.GetUpper();
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.ToScalar() + two.GetElement(1);
    }

    /// <summary>The greatest of 16 lanes; NaN if one of them is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxLanes(Vector512<float> x)
    {
        Vector256<float> a = x.GetLower(), b = x.GetUpper();
        Vector256<float> eight = Vector256.ConditionalSelect(Vector256.GreaterThan(a, b) | ~Vector256.Equals(a, a), a, b);
        Vector128<float> four = Greater(eight.GetLower(), eight.GetUpper());
        Vector128<float> two = Greater(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Greater(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>The greater of each pair of lanes; NaN if either is NaN, <paramref name="b"/> if they are equal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(a, b) | IsNaN(a), a, b);

    /// <summary>The smaller of each pair of lanes; NaN if either is NaN, <paramref name="b"/> if they are equal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> a, Vector512<float> b) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a, b) | IsNaN(a), a, b);

    /// <summary>All bits set in the lanes that are not a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> IsNaN(Vector512<float> x) => ~Vector512.Equals(x, x);

    /// <summary>√x, rounded correctly as IEEE 754 demands; NaN below zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sqrt(Vector512<float> x) => Vector512.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Greater(Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(a, b) | ~Vector128.Equals(a, a), a, b);
}
