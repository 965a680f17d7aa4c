using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Backends.Cpu;

/// <summary>
/// How loops with many vectors at hand reach the rows they work on: chosen once, outside, by the length of the rows. A loop that might
/// have to call for a short row in the middle keeps all its vectors on the stack.
/// </summary>
internal interface IRowLanes
{
    /// <summary>16 numbers of a row of n, from <paramref name="i"/> = <see cref="Lanes.At"/> on; of a short row all, and zeros.</summary>
    static abstract Vector512<float> Load(ref float row, int i, int n);

    /// <summary>Stores what <see cref="Load"/> of the same place would read.</summary>
    static abstract void Store(Vector512<float> value, ref float row, int i, int n);
}

/// <summary>Rows of 16 numbers and more.</summary>
internal readonly struct LongRow : IRowLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float row, int i, int n) => Lanes.Load(ref row, i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float row, int i, int n) => Lanes.Store(value, ref row, i);
}

/// <summary>Rows of fewer.</summary>
internal readonly struct ShortRow : IRowLanes
{
    public static Vector512<float> Load(ref float row, int i, int n) => Lanes.LoadPart(ref row, n, 0);

    public static void Store(Vector512<float> value, ref float row, int i, int n) => Lanes.StorePart(value, ref row, n);
}
