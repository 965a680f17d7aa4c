using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Longhand.Files;

/// <summary>
/// Reads a safetensors file: eight bytes with the header's length (little-endian), the JSON header, then the numbers of every
/// tensor, row-major and little-endian, without gaps. <see cref="Open"/> checks all of it but the numbers themselves and keeps the
/// file open; <see cref="Read"/> fills the caller's memory straight from disk, so a model needs no second copy to be loaded.
/// <para>
/// The format is Hugging Face's (safetensors, 2022); no code of theirs is used. F32, F16, BF16 and F64 become single precision;
/// other types are listed but not read. Left out: memory mapping, and types narrower than a byte.
/// </para>
/// </summary>
public sealed class SafeTensorsFile : IDisposable
{
    /// <summary>The reference implementation's limit: a longer header is damage or an attack.</summary>
    private const long MaxHeaderBytes = 100_000_000;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, SafeTensorsEntry> _byName;

    private SafeTensorsFile(string path, SafeFileHandle file, SafeTensorsEntry[] entries, IReadOnlyDictionary<string, string> metadata)
    {
        (FilePath, _file, Entries, Metadata) = (path, file, entries, metadata);
        _byName = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    public string FilePath { get; }

    /// <summary>All tensors, in the order of their data.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries { get; }

    /// <summary>The file's "__metadata__"; empty if it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header against the format's rules and the file's length.</summary>
    /// <exception cref="BadFileException">The file cannot be opened or is not a whole safetensors file.</exception>
    public static SafeTensorsFile Open(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            byte[] header = ReadHeader(path, file, length);
            long dataStart = sizeof(ulong) + header.Length;
            (SafeTensorsEntry[] entries, Dictionary<string, string> metadata) =
                SafeTensorsHeader.Parse(path, header, dataStart, length - dataStart);
            return new SafeTensorsFile(path, file, entries, metadata);
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is IOException or UnauthorizedAccessException or NotSupportedException) throw BadFileException.Unreadable(path, e);
            throw;
        }
    }

    /// <summary>The tensor of this name, or null.</summary>
    public SafeTensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>
    /// Fills the destination with a tensor's numbers, in row-major order, converted to single precision (F64 rounds to the
    /// nearest, ties to even; F16 and BF16 are exact).
    /// </summary>
    /// <exception cref="ArgumentException">The destination's length is not the tensor's.</exception>
    /// <exception cref="BadFileException">No such tensor, a type that is not read, or the file has become shorter or unreadable.</exception>
    public void Read(string name, Span<float> destination)
    {
        string at = $"tensor {BorderText.Quoted(name)}";
        SafeTensorsEntry entry = Find(name) ?? throw new BadFileException(FilePath, $"{at}: there is none of this name.");
        if (destination.Length != entry.Length)
        {
            throw new ArgumentException(
                $"{at} holds {entry.Length} numbers; the destination has room for {destination.Length}.", nameof(destination));
        }
        switch (entry.Type)
        {
            case "F32": ReadSingles(entry, destination); break;
            case "F64": ReadAs(entry, destination, sizeof(double), bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes)); break;
            case "F16": ReadAs(entry, destination, sizeof(ushort), bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)); break;
            case "BF16": ReadAs(entry, destination, sizeof(ushort), FromBFloat16); break;
            default: throw new BadFileException(FilePath, $"{at}: dtype", "F32, F16, BF16 or F64 to read as numbers", entry.Type);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>BF16 is the upper half of a float's bits: the same sign and exponent, 7 bits of fraction.</summary>
    private static float FromBFloat16(ReadOnlySpan<byte> bytes) =>
        BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16);

    private void ReadSingles(SafeTensorsEntry entry, Span<float> destination)
    {
        Fill(FilePath, _file, entry.Offset, MemoryMarshal.AsBytes(destination));
        if (BitConverter.IsLittleEndian) return;
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }

    private void ReadAs(SafeTensorsEntry entry, Span<float> destination, int width, Func<ReadOnlySpan<byte>, float> convert)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            int perPiece = (1 << 16) / width;
            for (int done = 0; done < destination.Length; done += perPiece)
            {
                Span<float> piece = destination.Slice(done, Math.Min(perPiece, destination.Length - done));
                Fill(FilePath, _file, entry.Offset + ((long)done * width), buffer.AsSpan(0, piece.Length * width));
                for (int i = 0; i < piece.Length; i++) piece[i] = convert(buffer.AsSpan(i * width, width));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The header's bytes. Its length is believed only after it was held against the file's, so a lie costs no memory.</summary>
    private static byte[] ReadHeader(string path, SafeFileHandle file, long fileLength)
    {
        if (fileLength < sizeof(ulong))
        {
            throw new BadFileException(path, "length", "at least 8 bytes, which say how long the header is", $"{fileLength}");
        }
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        Fill(path, file, 0, prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > MaxHeaderBytes)
        {
            throw new BadFileException(path, "header length", $"2 to {MaxHeaderBytes} bytes", $"{length}; this is no safetensors file");
        }
        long rest = fileLength - sizeof(ulong);
        if (length > (ulong)rest)
        {
            throw new BadFileException(path, "header length", $"at most {rest} bytes, the rest of the file", $"{length}; it may be cut short");
        }
        byte[] header = new byte[(int)length];
        Fill(path, file, sizeof(ulong), header);
        return header;
    }

    private static void Fill(string path, SafeFileHandle file, long offset, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                int count = RandomAccess.Read(file, destination, offset);
                if (count == 0)
                {
                    throw new BadFileException(path, "data", $"{destination.Length} more bytes at {offset}", "the end; the file became shorter");
                }
                destination = destination[count..];
                offset += count;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BadFileException.Unreadable(path, e);
        }
    }
}
