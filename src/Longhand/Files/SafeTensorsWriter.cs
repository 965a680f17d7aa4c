using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Longhand.Files;

/// <summary>
/// Writes single-precision tensors in the safetensors format: first the header, from the names and shapes alone, then the numbers of
/// each tensor as they are handed in, straight to the stream. The same tensors in the same order give the same bytes everywhere.
/// <para>
/// The data starts at a multiple of 8, the header being padded with spaces as the reference implementation does; every number
/// after it is then aligned to its own width. Left out: other number types, and putting the file in place safely, which is
/// <see cref="AtomicFile"/>'s.
/// </para>
/// </summary>
public sealed class SafeTensorsWriter
{
    private readonly Stream _stream;
    private readonly IReadOnlyList<(string Name, int[] Shape)> _tensors;
    private int _next;

    /// <summary>Writes the header. The tensors' numbers must follow in this order.</summary>
    /// <exception cref="ArgumentException">A name is used twice, reserved or no valid text; a size is negative; a rank is above 8.</exception>
    public SafeTensorsWriter(
        Stream stream, IReadOnlyList<(string Name, int[] Shape)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        (_stream, _tensors) = (stream, tensors);
        WriteHeader(metadata);
    }

    /// <summary>
    /// Writes a whole file: <paramref name="numbers"/> is asked for the tensor at each index in turn, and its answer is written before
    /// the next question, so one buffer can serve them all.
    /// </summary>
    public static void Write(
        Stream stream, IReadOnlyList<(string Name, int[] Shape)> tensors, Func<int, ReadOnlyMemory<float>> numbers,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var writer = new SafeTensorsWriter(stream, tensors, metadata);
        for (int i = 0; i < tensors.Count; i++) writer.Append(numbers(i).Span);
        writer.Finish();
    }

    /// <summary>Writes the next tensor's numbers, all of them, in row-major order.</summary>
    /// <exception cref="ArgumentException">There are more or fewer of them than the tensor's shape says.</exception>
    public void Append(ReadOnlySpan<float> numbers)
    {
        if (_next == _tensors.Count) throw new InvalidOperationException($"SafeTensorsWriter: all {_next} tensors are written already.");
        (string name, int[] shape) = _tensors[_next];
        long length = Length(name, shape);
        if (numbers.Length != length)
        {
            string sizes = string.Join(", ", shape);
            throw new ArgumentException(
                $"SafeTensorsWriter: {BorderText.Quoted(name)} of shape ({sizes}) has {length} numbers, got {numbers.Length}.", nameof(numbers));
        }
        if (BitConverter.IsLittleEndian) _stream.Write(MemoryMarshal.AsBytes(numbers));
        else WriteReversed(MemoryMarshal.Cast<float, uint>(numbers));
        _next++;
    }

    /// <summary>Makes sure that no tensor was forgotten. The stream stays open.</summary>
    public void Finish()
    {
        if (_next == _tensors.Count) return;
        string name = BorderText.Quoted(_tensors[_next].Name);
        throw new InvalidOperationException($"SafeTensorsWriter: {name} is missing ({_next} of {_tensors.Count} tensors are written).");
    }

    private void WriteHeader(IReadOnlyDictionary<string, string>? metadata)
    {
        var json = new ArrayBufferWriter<byte>(128 + (96 * _tensors.Count));
        // Names are for people to read in a hex dump too: only what JSON demands is escaped.
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(BorderText.WellFormed(key), BorderText.WellFormed(value));
                }
                writer.WriteEndObject();
            }
            WriteEntries(writer);
            writer.WriteEndObject();
        }

        int padded = (json.WrittenCount + 7) / 8 * 8;
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)padded);
        _stream.Write(prefix);
        _stream.Write(json.WrittenSpan);
        _stream.Write("       "u8[..(padded - json.WrittenCount)]);
    }

    private void WriteEntries(Utf8JsonWriter writer)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        long end = 0;
        foreach ((string name, int[] shape) in _tensors)
        {
            if (!names.Add(BorderText.WellFormed(name)))
            {
                throw new ArgumentException($"SafeTensorsWriter: the name {BorderText.Quoted(name)} is reserved or used twice.");
            }
            long begin = end;
            end = checked(begin + (Length(name, shape) * sizeof(float)));
            writer.WriteStartObject(name);
            writer.WriteString("dtype", "F32");
            writer.WriteStartArray("shape");
            foreach (int size in shape) writer.WriteNumberValue(size);
            writer.WriteEndArray();
            writer.WriteStartArray("data_offsets");
            writer.WriteNumberValue(begin);
            writer.WriteNumberValue(end);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private static long Length(string name, int[] shape)
    {
        if (shape.Length > SafeTensorsHeader.MaxRank)
        {
            throw new ArgumentException($"SafeTensorsWriter: {BorderText.Quoted(name)} has rank {shape.Length}; at most {SafeTensorsHeader.MaxRank}.");
        }
        long length = 1;
        foreach (int size in shape)
        {
            if (size < 0) throw new ArgumentException($"SafeTensorsWriter: {BorderText.Quoted(name)} has a negative size, {size}.");
            length = checked(length * size);
        }
        return length;
    }

    private void WriteReversed(ReadOnlySpan<uint> bits)
    {
        Span<uint> piece = stackalloc uint[1024];
        while (!bits.IsEmpty)
        {
            int count = Math.Min(bits.Length, piece.Length);
            BinaryPrimitives.ReverseEndianness(bits[..count], piece);
            _stream.Write(MemoryMarshal.AsBytes(piece[..count]));
            bits = bits[count..];
        }
    }
}
