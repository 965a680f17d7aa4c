using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Backends.Cpu;

/// <summary>
/// How loops with many vectors at hand reach the rows they work on: chosen once, outside, by the length of the rows. A loop that might have to
/// call for a short row in the middle keeps all its vectors on the stack.
/// </summary>
internal interface IRowLanes
{
    /// <summary>The step at <paramref name="i"/> = <see cref="Lanes.At"/> of a row of n.</summary>
    static abstract Vector512<float> Load(ref float row, int i, int n);

    /// <summary>x + y, each read like that.</summary>
    static abstract Vector512<float> Sum(ref float x, ref float y, int i, int n);

    static abstract void Store(Vector512<float> value, ref float row, int i, int n);
}

/// <summary>Rows of 16 numbers and more.</summary>
internal readonly struct LongRow : IRowLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float row, int i, int n) => Lanes.Load(ref row, i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sum(ref float x, ref float y, int i, int n) => Lanes.Load(ref x, i) + Lanes.Load(ref y, i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float row, int i, int n) => Lanes.Store(value, ref row, i);
}

/// <summary>Rows of fewer.</summary>
internal readonly struct ShortRow : IRowLanes
{
    public static Vector512<float> Load(ref float row, int i, int n) => Lanes.LoadPart(ref row, n, 0);

    public static Vector512<float> Sum(ref float x, ref float y, int i, int n) => Lanes.LoadPart(ref x, n, 0) + Lanes.LoadPart(ref y, n, 0);

    public static void Store(Vector512<float> value, ref float row, int i, int n) => Lanes.StorePart(value, ref row, n);
}
