using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Longhand.Backends.Cpu;

/// <summary>
/// Single-precision numbers one behind the other in memory. Many of them begin at a cache line: .NET puts an array anywhere, and
/// then every load of 512 bits touches two lines instead of one, which costs two loads.
/// </summary>
internal sealed class Floats
{
    // From this size on .NET does not move an array, except in rare collections. One that was moved is slower, not wrong.
    private const int StaysInPlace = 85_000 / sizeof(float);

    private readonly float[] _array;
    private readonly int _start;

    /// <summary>So many numbers with undefined content.</summary>
    public Floats(int length)
    {
        Length = length;
        if (length < StaysInPlace || length > Array.MaxLength - Kernel.FloatsOfALine)
        {
            _array = GC.AllocateUninitializedArray<float>(length);
            return;
        }
        _array = GC.AllocateUninitializedArray<float>(length + Kernel.FloatsOfALine - 1);
        _start = Kernel.ToNextLine(ref MemoryMarshal.GetArrayDataReference(_array));
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
