using System.Buffers.Binary;
using System.Text;
using Longhand.Files;

namespace Longhand.Tests;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A file put together by hand: length, header text, data bytes.</summary>
    internal static byte[] Bytes(string header, int dataBytes, byte fill = 0)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        file.AsSpan(8 + json.Length).Fill(fill);
        return file;
    }

    private string Put(byte[] bytes)
    {
        string path = _folder["file.safetensors"];
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private BadFileException Refused(byte[] bytes) => Assert.Throws<BadFileException>(() => SafeTensorsFile.Open(Put(bytes)).Dispose());

    [Fact]
    public void Written_bytes_equal_a_file_put_together_by_hand()
    {
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(
            stream,
            [("w", [2, 3]), ("näme \"2\"", []), ("none", [0, 5])],
            index => index switch { 0 => new[] { 1f, -2f, 0.5f, 0f, float.NaN, 3f }, 1 => new[] { 7f }, _ => default },
            new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });

        const string Header = """
            {"__metadata__":{"a":"1","b":"2"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"näme \"2\"":{"dtype":"F32","shape":[],"data_offsets":[24,28]},"none":{"dtype":"F32","shape":[0,5],"data_offsets":[28,28]}}
            """;
        byte[] json = Encoding.UTF8.GetBytes(Header);
        int padding = (8 - (json.Length % 8)) % 8;
        byte[] expected =
        [
            (byte)(json.Length + padding), 0, 0, 0, 0, 0, 0, 0,
            .. json, .. Enumerable.Repeat((byte)' ', padding),
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0, 0, 0, 0, 0xC0, 0xFF, 0, 0, 0x40, 0x40,
            0, 0, 0xE0, 0x40,
        ];
        Assert.True(json.Length + padding < 256);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(stream.ToArray()));
    }

    [Fact]
    public void What_was_written_is_read_back_bit_for_bit()
    {
        var random = new Random(1);
        (string Name, int[] Shape)[] tensors = [("a", [7]), ("b.c", [3, 1, 5]), ("scalar", []), ("empty", [4, 0]), ("large", [300, 257])];
        float[][] numbers = [.. tensors.Select(t => Enumerable.Range(0, t.Shape.Aggregate(1, (a, b) => a * b))
            .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))).ToArray())];
        string path = _folder["model.safetensors"];
        using (FileStream stream = File.Create(path))
        {
            SafeTensorsWriter.Write(stream, tensors, i => numbers[i], new Dictionary<string, string> { ["format"] = "pt" });
        }

        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        Assert.Equal("pt", Assert.Single(file.Metadata).Value);
        Assert.Equal(tensors.Length, file.Entries.Count);
        for (int i = 0; i < tensors.Length; i++)
        {
            SafeTensorsEntry entry = file.Find(tensors[i].Name)!;
            Assert.Equal("F32", entry.Type);
            Assert.Equal(tensors[i].Shape, entry.Shape);
            float[] read = new float[entry.Length];
            file.Read(entry.Name, read);
            Assert.Equal(numbers[i].Select(BitConverter.SingleToInt32Bits), read.Select(BitConverter.SingleToInt32Bits));
        }
        Assert.Null(file.Find("d"));
        Assert.Contains("there is none of this name", Assert.Throws<BadFileException>(() => file.Read("d", [])).Message, StringComparison.Ordinal);
        Assert.Contains("7 numbers", Assert.Throws<ArgumentException>(() => file.Read("a", new float[6])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_number_types_become_single_precision_or_are_listed_only()
    {
        // Header keys in another order than the data, white space, an escaped name: all of it is allowed.
        byte[] bytes = Bytes("""
            {"i": {"dtype":"I64","shape":[1],"data_offsets":[24,32]},
             "d": {"data_offsets":[ 0 , 16 ], "shape":[2], "dtype":"F64"},
             "\u0068": {"dtype":"F16","shape":[2],"data_offsets":[16,20]}, "b":{"dtype":"BF16","shape":[2],"data_offsets":[20,24]}}
            """ + "\n  ", 32);
        Span<byte> data = bytes.AsSpan(bytes.Length - 32);
        BinaryPrimitives.WriteDoubleLittleEndian(data, 1.0 / 3.0);
        BinaryPrimitives.WriteDoubleLittleEndian(data[8..], 1e300);
        BinaryPrimitives.WriteUInt16LittleEndian(data[16..], 0x3555);       // 0.333251953125
        BinaryPrimitives.WriteUInt16LittleEndian(data[18..], 0x8001);       // the smallest negative subnormal, −2⁻²⁴
        BinaryPrimitives.WriteUInt16LittleEndian(data[20..], 0x3EAB);       // 0.333984375
        BinaryPrimitives.WriteUInt16LittleEndian(data[22..], 0xFF80);       // −∞

        using SafeTensorsFile file = SafeTensorsFile.Open(Put(bytes));
        Assert.Equal(["d", "h", "b", "i"], file.Entries.Select(entry => entry.Name));
        Assert.Equal([(float)(1.0 / 3.0), float.PositiveInfinity], Numbers(file, "d"));
        Assert.Equal([0.333251953125f, -5.9604645e-8f], Numbers(file, "h"));
        Assert.Equal([0.333984375f, float.NegativeInfinity], Numbers(file, "b"));
        Assert.Contains("found I64", Assert.Throws<BadFileException>(() => Numbers(file, "i")).Message, StringComparison.Ordinal);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void Conversion_goes_on_after_one_buffer_is_full()
    {
        const int Count = 100_001;
        byte[] bytes = Bytes($$$"""{"x":{"dtype":"BF16","shape":[{{{Count}}}],"data_offsets":[0,{{{2 * Count}}}]}}""", 2 * Count);
        Span<byte> data = bytes.AsSpan(bytes.Length - (2 * Count));
        for (int i = 0; i < Count; i++) BinaryPrimitives.WriteUInt16LittleEndian(data[(2 * i)..], (ushort)(i % 0x7F80));
        using SafeTensorsFile file = SafeTensorsFile.Open(Put(bytes));
        float[] numbers = Numbers(file, "x");
        for (int i = 0; i < Count; i++) Assert.Equal((i % 0x7F80) << 16, BitConverter.SingleToInt32Bits(numbers[i]));
    }

    private static float[] Numbers(SafeTensorsFile file, string name)
    {
        float[] numbers = new float[file.Find(name)!.Length];
        file.Read(name, numbers);
        return numbers;
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("""{"__metadata__":{}}""", 0)]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"c":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}""", 1)]
    [InlineData("""{"":{"dtype":"BOOL","shape":[1,1,1,1,1,1,1,3],"data_offsets":[0,3]}}""", 3)]
    public void Unusual_but_valid_files_open(string header, int dataBytes) => SafeTensorsFile.Open(Put(Bytes(header, dataBytes))).Dispose();

    [Theory]
    [InlineData("""[]""", 0, "a JSON object")]
    [InlineData(""" {}""", 0, "a JSON object")]
    [InlineData("""{}{}""", 0, "not valid JSON")]
    [InlineData("""{"a":1}""", 0, "an object with dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}""", 4, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]} /* note */}""", 4, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[[[[[1]]]]]],"data_offsets":[0,4]}}""", 4, "whole numbers from 0")]
    [InlineData("""{"a":[[[[[[[[[[]]]]]]]]]]}""", 0, "an object with dtype")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "F31")]
    [InlineData("""{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "dtype: expected a string, found 32")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "no shape")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "no dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":1}}""", 4, "extra")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "\"dtype\" twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "\"shape\" twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}""", 4, "\"data_offsets\" twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "\"a\" twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "\"__metadata__\" twice")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "\"k\" twice")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "strings only")]
    [InlineData("""{"__metadata__":null}""", 0, "an object of strings, found null")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "whole numbers from 0 to 2147483647, found -1")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "found 1.0")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967297],"data_offsets":[0,4]}}""", 4, "found 4294967297")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}""", 1, "at most 8 sizes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,4],"data_offsets":[0,4]}}""", 4, "below 2⁶³")]
    [InlineData("""{"a":{"dtype":"F32","shape":[65536,65536,65536,16384],"data_offsets":[0,0]}}""", 0, "below 2⁶³")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "8 bytes for F32 of shape [2], found 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "begin ≤ end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "whole numbers from 0, found -4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", 4, "≤ 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,18446744073709551616]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}""", 4, "≤ 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "two offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "two offsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "a hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3, "a hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "an overlap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}""", 2, "an overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "expected 4 bytes after the header, found 5")]
    [InlineData("""{}""", 1, "expected 0 bytes after the header, found 1")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "lone surrogate")]
    public void A_header_that_breaks_a_rule_is_refused(string header, int dataBytes, string part)
    {
        BadFileException e = Refused(Bytes(header, dataBytes));
        Assert.StartsWith(_folder["file.safetensors"] + ": ", e.Message, StringComparison.Ordinal);
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_safetensors_file_is_refused()
    {
        Assert.Contains("at least 8 bytes", Refused([]).Message, StringComparison.Ordinal);
        Assert.Contains("at least 8 bytes", Refused([1, 2, 3]).Message, StringComparison.Ordinal);
        Assert.Contains("header length", Refused([0, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']).Message, StringComparison.Ordinal);
        Assert.Contains("may be cut short", Refused(Bytes("{}", 0)[..^1]).Message, StringComparison.Ordinal);
        Assert.Contains("no safetensors file", Refused([.. "\x89PNG\r\n"u8, .. new byte[100]]).Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Refused([2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', 0xFF]).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<BadFileException>(() => SafeTensorsFile.Open(_folder["missing"])).Message, StringComparison.Ordinal);
        Assert.Contains("found a folder", Assert.Throws<BadFileException>(() => SafeTensorsFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_length_that_lies_costs_no_memory()
    {
        foreach (ulong length in (ulong[])[99_999_999, 100_000_001, uint.MaxValue, long.MaxValue, ulong.MaxValue, ulong.MaxValue - 7])
        {
            byte[] bytes = Bytes("{}", 0);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            string path = Put(bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<BadFileException>(() => SafeTensorsFile.Open(path));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }
    }

    [Fact]
    public void A_hostile_name_cannot_flood_or_steer_a_terminal()
    {
        string name = string.Concat(Enumerable.Repeat("\\u001b[31m\\n\\u202e", 5000));
        string message = Refused(Bytes($$$"""{"{{{name}}}":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", 4)).Message;
        Assert.InRange(message.Length, 1, 700);
        Assert.DoesNotContain(message, c => char.IsControl(c) || c == '\u202e');
    }

    [Fact]
    public void A_file_that_becomes_shorter_after_opening_is_reported()
    {
        string path = Put(Bytes("""{"a":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]}}""", 4000));
        if (OperatingSystem.IsWindows()) return;                            // an open file cannot be cut there
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        using (var cut = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) cut.SetLength(2000);
        Assert.Contains("became shorter", Assert.Throws<BadFileException>(() => file.Read("a", new float[1000])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_allocates_nothing_beside_the_destination()
    {
        const int Count = 1 << 20;
        string path = _folder["large.safetensors"];
        float[] numbers = new float[Count];
        using (FileStream stream = File.Create(path)) SafeTensorsWriter.Write(stream, [("x", [Count])], _ => numbers);
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        file.Read("x", numbers);
        long before = GC.GetAllocatedBytesForCurrentThread();
        file.Read("x", numbers);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Fact]
    public void The_writer_refuses_what_no_reader_would_take()
    {
        Assert.Contains("used twice", Writing([("a", [1]), ("a", [1])]), StringComparison.Ordinal);
        Assert.Contains("reserved", Writing([("__metadata__", [1])]), StringComparison.Ordinal);
        Assert.Contains("negative", Writing([("a", [-1])]), StringComparison.Ordinal);
        Assert.Contains("rank 9", Writing([("a", [1, 1, 1, 1, 1, 1, 1, 1, 1])]), StringComparison.Ordinal);
        Assert.Contains("has 2 numbers, got 1", Writing([("a", [2])]), StringComparison.Ordinal);
        Writing([("\ud800", [1])]);

        var writer = new SafeTensorsWriter(new MemoryStream(), [("a", [1])]);
        Assert.Contains("\"a\" is missing (0 of 1", Assert.Throws<InvalidOperationException>(writer.Finish).Message, StringComparison.Ordinal);
        writer.Append([1f]);
        writer.Finish();
        Assert.Throws<InvalidOperationException>(() => writer.Append([1f]));

        static string Writing((string, int[])[] tensors) =>
            Assert.ThrowsAny<ArgumentException>(() => SafeTensorsWriter.Write(new MemoryStream(), tensors, _ => new float[1])).Message;
    }
}
