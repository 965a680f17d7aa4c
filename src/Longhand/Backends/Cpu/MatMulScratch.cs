using System.Runtime.CompilerServices;

namespace Longhand.Backends.Cpu;

/// <summary>Room for packed strips: one array per thread that stays, at a fixed address that begins a cache line.</summary>
internal static unsafe class MatMulScratch
{
    private const int CacheLine = 64;

    [ThreadStatic]
    private static float[]? t_room;

    public static float* Get(int length)
    {
        length += CacheLine / sizeof(float);
        if (t_room is null || t_room.Length < length) t_room = GC.AllocateUninitializedArray<float>(length, pinned: true);
        return (float*)(((nint)Unsafe.AsPointer(ref t_room[0]) + CacheLine - 1) & -CacheLine);
    }
}
