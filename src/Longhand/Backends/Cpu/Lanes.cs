using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Longhand.Backends.Cpu;

/// <summary>
/// Loads and stores of 16 lanes, and what to do where a row does not end on a multiple of 16.
/// <para>
/// A row of at least 16 numbers is written by full vectors only, the last one moved back so that it ends with the row: it
/// writes some numbers a second time, with the same bits (<see cref="At"/>). That needs an output apart from the inputs.
/// A sum takes the last vector too, but with the lanes it has seen already replaced (<see cref="Tail"/>).
/// Shorter rows go through 16 numbers on the stack.
/// </para>
/// </summary>
internal static class Lanes
{
    public const int Count = 16;

    // A window of 16 that starts at r selects the last r lanes; one that starts at 32 − c the first c.
    private static ReadOnlySpan<int> Masks =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Where the step that would begin at i begins in a row of n: moved back at the end of the row, 0 in a short row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int At(int i, int n) => Math.Max(0, Math.Min(i, n - Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float x, int i) => Vector512.LoadUnsafe(ref x, (nuint)i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float y, int i) => value.StoreUnsafe(ref y, (nuint)i);

    /// <summary>The step at <paramref name="i"/> = <see cref="At"/> of a row of n; a short row is filled up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float row, int i, int n) => n >= Count ? Load(ref row, i) : LoadPart(ref row, n, 0);

    /// <summary>Stores what belongs to the step at <paramref name="i"/> = <see cref="At"/> of a row of n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float row, int i, int n)
    {
        if (n >= Count) Store(value, ref row, i);
        else StorePart(value, ref row, n);
    }

    /// <summary>The last n mod 16 numbers of a row of n (not a multiple of 16), and <paramref name="fill"/> in the other lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tail(ref float row, int n, float fill)
    {
        if (n < Count) return LoadPart(ref row, n, fill);
        Vector512<float> mask = Window(n % Count);
        return Vector512.ConditionalSelect(mask, Load(ref row, n - Count), Vector512.Create(fill));
    }

    /// <summary><see cref="Tail"/> of a row of at least 16 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LongTail(ref float row, int n, Vector512<float> fill) =>
        Vector512.ConditionalSelect(Window(n % Count), Load(ref row, n - Count), fill);

    /// <summary>
    /// <see cref="Tail"/>, or the filling alone where a row has none. To be called before the loop over the row: what a loop
    /// accumulates must not live across a call, or it is written to the stack and read back in every step.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LastOr(ref float row, int n, float fill) =>
        n % Count == 0 ? Vector512.Create(fill) : Tail(ref row, n, fill);

    /// <summary>All bits set in the first <paramref name="count"/> lanes, 0 ≤ count ≤ 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(int count) => Window((2 * Count) - count);

    /// <summary>All bits set in the last <paramref name="count"/> lanes, 0 ≤ count ≤ 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Last(int count) => Window(count);

    /// <summary>The first <paramref name="count"/> &lt; 16 lanes from memory, <paramref name="fill"/> in the others.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<float> LoadPart(ref float x, int count, float fill)
    {
        Vector512<float> value = Vector512.Create(fill);
        ref float lanes = ref Unsafe.As<Vector512<float>, float>(ref value);
        for (int i = 0; i < count; i++) Unsafe.Add(ref lanes, i) = Unsafe.Add(ref x, i);
        return value;
    }

    /// <summary>Stores the first <paramref name="count"/> &lt; 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void StorePart(Vector512<float> value, ref float y, int count)
    {
        ref float lanes = ref Unsafe.As<Vector512<float>, float>(ref value);
        for (int i = 0; i < count; i++) Unsafe.Add(ref y, i) = Unsafe.Add(ref lanes, i);
    }

    private static Vector512<float> Window(int start) =>
        Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(Masks), (nuint)start).AsSingle();
}
