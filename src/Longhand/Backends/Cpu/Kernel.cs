using System.Runtime.CompilerServices;

namespace Longhand.Backends.Cpu;

/// <summary>
/// What the kernels share: the numbers behind storages, checked once per call because the loops inside are not; the share of
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

    /// <summary>The numbers of a storage that must hold at least <paramref name="length"/>.</summary>
    public static Floats Floats(Storage storage, long length)
    {
        Floats numbers = CpuStorage.From(storage).Floats;
        if (length < 0 || length > numbers.Length)
            throw new ArgumentException($"A kernel needs {length} numbers where a storage holds {numbers.Length}.");
        return numbers;
    }

    /// <summary>The fewest items per thread when each costs as much as <paramref name="work"/> element-wise results.</summary>
    public static int Minimum(long work) => (int)Math.Max(1, WorthAThread / Math.Max(1, work));

    /// <summary>Numbers for the current thread to work with until it asks again, from the start of a cache line; undefined content.</summary>
    public static unsafe Span<float> Scratch(int length) => new(Aligned(ref t_scratch, length), length);

    /// <summary>Room for so many floats from the start of a cache line, in an array that grows when needed; pinned, so that it stays there.</summary>
    public static unsafe float* Aligned(ref float[]? room, int length)
    {
        length += FloatsOfALine - 1;
        if (room is null || room.Length < length) room = GC.AllocateUninitializedArray<float>(length, pinned: true);
        return (float*)NextLine(Unsafe.AsPointer(ref room[0]));
    }

    /// <summary>The first place from here on where a cache line begins.</summary>
    public static unsafe void* NextLine(void* place) => (void*)(((nint)place + CacheLine - 1) & -CacheLine);
}
