using System.Buffers.Binary;
using System.IO.Compression;
using Longhand.Files;

namespace Longhand.Data;

/// <summary>
/// Arrays of bytes in the IDX format of MNIST: two zero bytes, the element type (8: a byte), the number of axes, a 32-bit
/// big-endian size for each axis, and then the elements, the last axis fastest. Plain or compressed by gzip.
/// <para>
/// Files are not trusted: sizes are checked before anything is allocated, also against what a file of this length can hold, and of a
/// compressed file no more is unpacked than its sizes announce.
/// </para>
/// <para>Left out: other element types, which none of the well-known files use.</para>
/// </summary>
public static class IdxFile
{
    /// <summary>The most elements of one file, 2²⁸; MNIST's largest has 47 million.</summary>
    public const int MaximumElements = 1 << 28;

    private const int MaximumAxes = 8;

    // Deflate copies at most 258 bytes for two bits, so nothing grows more than 1032 times when it is unpacked.
    private const int DeflateGrowth = 1032;

    /// <summary>The sizes of the axes, and the elements.</summary>
    /// <exception cref="BadFileException">Missing, unreadable, of another format, too large, too short or too long.</exception>
    public static (int[] Sizes, byte[] Elements) Load(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            bool isCompressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            if (!isCompressed) return Read(file, path, file.Length);
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            return Read(unpacked, path, file.Length * DeflateGrowth);
        }
        catch (InvalidDataException e)
        {
            throw new BadFileException(path, "it is damaged: it cannot be unpacked.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw BadFileException.Unreadable(path, e);
        }
    }

    /// <summary>Pictures (N, height, width) and their classes (N) as points: pixels divided by 255, classes 0 … 9.</summary>
    /// <exception cref="BadFileException">One of the files is bad, or they do not fit together.</exception>
    public static LabelledPoints LoadPictures(string pictures, string labels)
    {
        (int[] sizes, byte[] pixels) = Load(pictures);
        if (sizes.Length != 3) throw new BadFileException(pictures, "axes", "3 (pictures, rows, columns)", $"{sizes.Length}");
        if (pixels.Length == 0) throw new BadFileException(pictures, "it holds no pictures.");
        (int[] count, byte[] classes) = Load(labels);
        if (count.Length != 1) throw new BadFileException(labels, "axes", "1 (a digit for each picture)", $"{count.Length}");
        if (count[0] != sizes[0]) throw new BadFileException(labels, "digits", $"{sizes[0]}, one for each picture", $"{count[0]}");
        int wrong = classes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)9);
        if (wrong >= 0) throw new BadFileException(labels, $"digit {wrong}", "0 to 9", $"{classes[wrong]}");
        float[] x = new float[pixels.Length];
        for (int i = 0; i < x.Length; i++) x[i] = pixels[i] / 255f;
        return new LabelledPoints(x, Array.ConvertAll(classes, c => (int)c), sizes[1] * sizes[2], classes: 10);
    }

    /// <summary>The same from a stream, which must end with the last element and can hold no more than <paramref name="longest"/> bytes.</summary>
    internal static (int[] Sizes, byte[] Elements) Read(Stream stream, string path, long longest)
    {
        Span<byte> start = stackalloc byte[4];
        Fill(stream, start, path);
        if (start[0] != 0 || start[1] != 0) throw new BadFileException(path, "it is no IDX file: it does not begin with two zero bytes.");
        if (start[2] != 8) throw new BadFileException(path, "element type", "8 (bytes)", $"{start[2]}");
        if (start[3] is 0 or > MaximumAxes) throw new BadFileException(path, "axes", $"1 to {MaximumAxes}", $"{start[3]}");
        int[] sizes = new int[start[3]];
        long elements = 1;
        bool isEmpty = false;
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            Fill(stream, start, path);
            uint size = BinaryPrimitives.ReadUInt32BigEndian(start);
            // Looked at axis by axis, so that the product cannot overflow, and apart from a 0, behind which any size would pass.
            isEmpty |= size == 0;
            elements *= Math.Max(size, 1);
            if (elements > MaximumElements) throw new BadFileException(path, "elements", $"at most {MaximumElements}", $"{elements} or more");
            sizes[axis] = (int)size;
        }
        if (isEmpty) elements = 0;
        if (elements > longest) throw CutShort(path);
        byte[] values = new byte[elements];
        Fill(stream, values, path);
        if (stream.ReadByte() >= 0) throw new BadFileException(path, $"it goes on after its {values.Length} elements.");
        return (sizes, values);
    }

    private static void Fill(Stream stream, Span<byte> bytes, string path)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw CutShort(path);
    }

    private static BadFileException CutShort(string path) => new(path, "it is cut short: it ends before its last element.");
}
