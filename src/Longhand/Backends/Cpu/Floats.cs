using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Longhand.Backends.Cpu;

/// <summary>
/// Single-precision numbers one behind the other in memory. From 21,250 on they begin at a cache line: .NET puts an array anywhere,
/// and then nearly every load of 512 bits touches two lines instead of one, which costs two loads.
/// </summary>
internal sealed class Floats
{
    // From 85,000 bytes on .NET collects an array only together with all others, pinned or not; a smaller one it frees sooner if it may move it.
    private const int CollectedLate = 85_000 / sizeof(float);

    private readonly float[] _array;
    private readonly int _start;

    /// <summary>So many numbers with undefined content.</summary>
    public unsafe Floats(int length)
    {
        Length = length;
        if (length < CollectedLate || length > Array.MaxLength - Kernel.FloatsOfALine)
        {
            _array = GC.AllocateUninitializedArray<float>(length);
            return;
        }
        _array = GC.AllocateUninitializedArray<float>(length + Kernel.FloatsOfALine - 1, pinned: true);
        float* first = (float*)Unsafe.AsPointer(ref _array[0]);
        _start = (int)((float*)Kernel.NextLine(first) - first);
    }

    public int Length { get; }

    public Span<float> Span => _array.AsSpan(_start, Length);

    public ref float this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)index >= (ulong)Length) Refuse(index);
            return ref At(index);
        }
    }

    public Span<float> AsSpan(int start, int length) => Span.Slice(start, length);

    /// <summary>The number at an index, which is not checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float At(long index) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _start + (nint)index);

    /// <summary>For the fixed statement.</summary>
    public ref float GetPinnableReference() => ref At(0);

    private void Refuse(long index) => throw new IndexOutOfRangeException($"There is no number {index} among {Length}.");
}
