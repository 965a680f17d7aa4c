using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Longhand.Backends.Cpu;

/// <summary>
/// Arrays for the numbers of storages. Large ones begin at a cache line: a vector of 512 bits that straddles two lines costs two loads or
/// stores, and of rows that do not begin at a line every vector does.
/// <para>
/// .NET places objects one behind the other, at multiples of 8 bytes, and has no way to ask for more. So large arrays are made longer, by up
/// to 15 numbers that nobody uses, until each takes up whole lines: then what follows one that begins at a line begins at a line, too. Only
/// the first in a new piece of the heap may have to be put right, by something small in front of it. They are pinned, since an array that
/// was moved would begin anywhere; without that they would lie among the large objects, which are hardly ever moved either.
/// An array that begins elsewhere is slower and nothing worse.
/// </para>
/// </summary>
internal static class LargeArray
{
    /// <summary>From so many numbers on: those that .NET does not move.</summary>
    public const int Least = 85_000 / sizeof(float);

    // In front of an array's numbers are its type and length, and 8 bytes more belong to each object.
    private const int HeaderBytes = 24;

    // Larger ones have a piece of the heap for themselves, where trying again would only cost memory.
    private const int GreatestTriedAgain = 1 << 22;

    /// <summary>How long the array for so many numbers is: no shorter.</summary>
    public static int LengthFor(int count)
    {
        if (count < Least || count > System.Array.MaxLength - Kernel.FloatsOfALine) return count;
        long bytes = HeaderBytes + (count * (long)sizeof(float)), lines = (bytes + Kernel.CacheLine - 1) / Kernel.CacheLine;
        return (int)(((lines * Kernel.CacheLine) - HeaderBytes) / sizeof(float));
    }

    /// <summary>An array of a length that <see cref="LengthFor"/> gave, with undefined content.</summary>
    public static float[] New(int length)
    {
        if (length < Least) return GC.AllocateUninitializedArray<float>(length);
        float[] array = GC.AllocateUninitializedArray<float>(length, pinned: true);
        for (int i = 0; i < 2 && BytesIntoALine(array) is > 0 and var off && length <= GreatestTriedAgain; i++)
        {
            int missing = Kernel.CacheLine - off;
            GC.AllocateUninitializedArray<byte>((missing - HeaderBytes + Kernel.CacheLine) % Kernel.CacheLine, pinned: true);
            array = GC.AllocateUninitializedArray<float>(length, pinned: true);
        }
        return array;
    }

    /// <summary>How far behind the beginning of a cache line the array's first number lies; it must not be moved.</summary>
    public static unsafe int BytesIntoALine(float[] array) =>
        (int)((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)) % Kernel.CacheLine);
}
