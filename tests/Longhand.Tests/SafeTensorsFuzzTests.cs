using System.Buffers.Binary;
using System.Text;
using Longhand.Files;

namespace Longhand.Tests;

/// <summary>
/// Damages valid files in random but repeatable ways. Whatever comes out either opens and reads, or is refused with a
/// <see cref="BadFileException"/>; and it never costs more memory than a small multiple of the file.
/// </summary>
public sealed class SafeTensorsFuzzTests
{
    private const int CasesPerSeed = 10_000;

    private static readonly string[] Headers =
    [
        """{"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}""",
        """{"__metadata__":{"format":"pt","note":"\u00e9 é"},"a":{"dtype":"F64","shape":[3],"data_offsets":[0,24]}}""",
        """{"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[8,16]},"c":{"dtype":"I64","shape":[1],"data_offsets":[16,24]}}""",
        """{"e":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"u":{"dtype":"U8","shape":[20],"data_offsets":[4,24]}}""",
        "{}",
    ];

    private static readonly string[] Pieces =
    [
        "\"", "{", "}", "[", "]", ":", ",", "0", "-1", "4", "24", "1e9", "9223372036854775807", "18446744073709551615", "2147483647", "null",
        "\\u0000", "\\ud83d", "\"dtype\":", "\"F32\"", "\"shape\":[", "\"a\":{", "\"__metadata__\":{", "[[[[[[[[", "{\"a\":{\"a\":{\"a\":", " ", "\0", "\ufeff",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_damaged_file_is_read_or_refused_but_nothing_else(int seed)
    {
        using var folder = new TemporaryFolder();
        string path = folder["fuzz.safetensors"];
        var random = new Random(seed);
        int opened = 0;
        for (int i = 0; i < CasesPerSeed; i++)
        {
            byte[] bytes = Damage(random);
            TemporaryFolder.Overwrite(path, bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                opened += OpenAndReadAll(path);
            }
            catch (BadFileException)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, case {i}: {e}\n{Convert.ToHexString(bytes)}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000 + (50 * bytes.Length));
        }
        Assert.InRange(opened, CasesPerSeed / 50, CasesPerSeed / 2);     // the damage is neither harmless nor always fatal
    }

    private static int OpenAndReadAll(string path)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        long total = 0;
        foreach (SafeTensorsEntry entry in file.Entries)
        {
            total += entry.ByteLength;
            if (entry.Type is "F32" or "F16" or "BF16" or "F64") file.Read(entry.Name, new float[entry.Length]);
        }
        Assert.InRange(total, 0, new FileInfo(path).Length);
        return 1;
    }

    private static byte[] Damage(Random random)
    {
        string header = Headers[random.Next(Headers.Length)];
        int data = header == "{}" ? 0 : 24;
        // Half of the time the header's text is changed and its length told truly, so that the damage reaches the later checks.
        bool deep = random.Next(2) == 0;
        List<byte> bytes = deep ? [.. Encoding.UTF8.GetBytes(header)] : [.. SafeTensorsTests.Bytes(header, data, fill: 0x3F)];
        for (int edits = random.Next(1, 4); edits > 0; edits--) Edit(bytes, random);
        if (!deep) return [.. bytes];

        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, bytes.Count);
        return [.. prefix, .. bytes, .. new byte[data]];
    }

    private static void Edit(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1), rest = bytes.Count - at;
        switch (random.Next(6))
        {
            case 0 when rest > 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1 when rest > 0: bytes[at] = (byte)random.Next(256); break;
            case 2 when rest > 0: bytes.RemoveRange(at, random.Next(1, Math.Min(rest, 12) + 1)); break;
            case 3: bytes.RemoveRange(at, rest); break;
            case 4: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)])); break;
            default: bytes.InsertRange(at, bytes.GetRange(at, random.Next(Math.Min(rest, 60) + 1))); break;
        }
    }
}
