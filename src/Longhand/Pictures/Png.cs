using System.Buffers.Binary;
using System.IO.Compression;

namespace Longhand.Pictures;

/// <summary>
/// Writes pixels as a PNG file (ISO/IEC 15948): a signature, a header, the rows packed by zlib, an end; each part with its length and
/// checksum. Eight bits for red, green, blue and opacity, no filters, which is all that small pictures need.
/// </summary>
internal static class Png
{
    private const uint Polynomial = 0xEDB88320;

    /// <summary>The file as a "data:" address that a page carries inside.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Red, green, blue, opacity of each pixel, row by row from the top; width · height · 4 bytes.</param>
    public static string Address(int width, int height, ReadOnlySpan<byte> pixels) =>
        $"data:image/png;base64,{Convert.ToBase64String(Encode(width, height, pixels))}";

    internal static byte[] Encode(int width, int height, ReadOnlySpan<byte> pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != 4L * width * height)
        {
            throw new ArgumentException($"Png: {width} × {height} pixels need {4L * width * height} bytes, found {pixels.Length}.", nameof(pixels));
        }
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, 6);                                         // bits a channel; red, green, blue and opacity
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Packed(width, pixels));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Packed(int width, ReadOnlySpan<byte> pixels)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int row = 0; row < pixels.Length; row += 4 * width)
            {
                zlib.WriteByte(0);                                               // this row's filter: none
                zlib.Write(pixels.Slice(row, 4 * width));
            }
        }
        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Checksum(Checksum(~0u, type), data));
        file.Write(number);
    }

    // CRC-32, bit by bit: these files are small.
    private static uint Checksum(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            }
        }
        return crc;
    }
}
