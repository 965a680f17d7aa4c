using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Longhand.Backends.Cpu;

/// <summary>
/// What the kernels share: the arrays behind storages, checked once per call because the loops inside are not; the share of
/// work that is worth another thread; and memory of a thread's own.
/// </summary>
internal static class Kernel
{
    /// <summary>
    /// Rows that one partial sum covers where rows are added together. A part of the order of additions, so of every trained
    /// weight; independent of the number of threads.
    /// </summary>
    public const int RowBlock = 64;

    /// <summary>
    /// How the methods with the loops are compiled: at once with all optimizations, because their first version without would
    /// be a hundred times slower and a short run would spend its time in it; and never inlined, for a caller that swallows too
    /// many vector operations (each is several where vectors are narrower than 512 bits) gets calls in place of instructions.
    /// </summary>
    public const MethodImplOptions Loop = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    // Below about 4,000 element-wise results per thread, waking another one costs more than it saves.
    private const int WorthAThread = 4096;

    /// <summary>How many bytes the processor moves between memory and cache at once, and how many floats that is.</summary>
    public const int CacheLine = 64, FloatsOfALine = CacheLine / sizeof(float);

    [ThreadStatic]
    private static float[]? t_scratch;

    /// <summary>The array of a storage that must hold at least <paramref name="length"/> numbers.</summary>
    public static float[] Array(Storage storage, long length)
    {
        float[] array = CpuStorage.From(storage).Array;
        if (length < 0 || length > array.Length)
            throw new ArgumentException($"A kernel needs {length} numbers where a storage holds {array.Length}.");
        return array;
    }

    /// <summary>The fewest items per thread when each costs as much as <paramref name="work"/> element-wise results.</summary>
    public static int Minimum(long work) => (int)Math.Max(1, WorthAThread / Math.Max(1, work));

    /// <summary>Numbers for the current thread to work with until it asks again, from the start of a cache line; undefined content.</summary>
    public static unsafe Span<float> Scratch(int length) => new(Aligned(ref t_scratch, length), length);

    /// <summary>
    /// Room for so many floats from the start of a cache line, in an array that grows when needed. It is pinned, so that it
    /// stays aligned: a vector of 512 bits that straddles two lines costs two loads.
    /// </summary>
    public static unsafe float* Aligned(ref float[]? room, int length)
    {
        length += FloatsOfALine;
        if (room is null || room.Length < length) room = GC.AllocateUninitializedArray<float>(length, pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(room));
        return (float*)((address + CacheLine - 1) & -CacheLine);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref float At(float[] array, long index) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), (nint)index);
}
