using System.IO.Compression;
using Longhand.Data;
using Longhand.Files;
using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class IdxFileTests : IDisposable
{
    private static readonly byte[] Pictures = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 0];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_and_labels_become_points_packed_or_not()
    {
        foreach (Func<byte[], byte[]> form in new Func<byte[], byte[]>[] { bytes => bytes, Packed })
        {
            LabelledPoints points = IdxFile.LoadPictures(Save("p", form(Pictures)), Save("l", form(Labels)));
            Assert.Equal((2, 6, 10), (points.Count, points.Features, points.Classes));
            Assert.Equal([0f, 0.2f, 0.4f, 0.6f, 0.8f, 1f], points.Row(0).ToArray());
            Assert.Equal([7, 0], points.Labels);
        }
    }

    [Fact]
    public void Bad_files_are_told_apart()
    {
        Check("it is cut short", Pictures[..^1]);
        Check("it is cut short", Pictures[..7]);
        Check("it is cut short", []);
        Check("it goes on after its 12 elements", [.. Pictures, 0]);
        Check("it does not begin with two zero bytes", [1, .. Pictures[1..]]);
        Check("element type: expected 8 (bytes), found 13", [0, 0, 13, .. Pictures[3..]]);
        Check("axes: expected 1 to 8, found 0", [0, 0, 8, 0]);
        Check("axes: expected 1 to 8, found 9", [0, 0, 8, 9, .. new byte[36]]);
        Check("elements: expected at most 268435456", [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
        Check("elements: expected at most 268435456", [0, 0, 8, 3, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 1]);
        Check("it cannot be unpacked", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7]);
        Assert.Contains("no such file", Assert.Throws<BadFileException>(() => IdxFile.Load(Path.Combine(_folder.Path, "none"))).Message, StringComparison.Ordinal);

        string p = Save("p", Pictures), l = Save("l", Labels);
        Assert.Contains("axes: expected 3", Assert.Throws<BadFileException>(() => IdxFile.LoadPictures(l, l)).Message, StringComparison.Ordinal);
        Assert.Contains("axes: expected 1", Assert.Throws<BadFileException>(() => IdxFile.LoadPictures(p, p)).Message, StringComparison.Ordinal);
        string three = Save("three", [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3]), eleven = Save("eleven", [0, 0, 8, 1, 0, 0, 0, 2, 1, 11]);
        Assert.Contains("digits: expected 2, one for each picture, found 3", Assert.Throws<BadFileException>(() => IdxFile.LoadPictures(p, three)).Message, StringComparison.Ordinal);
        Assert.Contains("digit 1: expected 0 to 9, found 11", Assert.Throws<BadFileException>(() => IdxFile.LoadPictures(p, eleven)).Message, StringComparison.Ordinal);
        string none = Save("none", [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3]);
        Assert.Contains("it holds no pictures", Assert.Throws<BadFileException>(() => IdxFile.LoadPictures(none, l)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_packed_file_cannot_fill_the_memory()
    {
        // 20 MB of zeros pack to 20 kB. The first announces 4 elements, the second more than so small a file can hold.
        string bomb = Save("bomb", Packed([0, 0, 8, 1, 0, 0, 0, 4, .. new byte[20_000_000]]));
        string liar = Save("liar", Packed([0, 0, 8, 1, 15, 255, 255, 255, 1, 2, 3]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("it goes on after its 4 elements", Assert.Throws<BadFileException>(() => IdxFile.Load(bomb)).Message, StringComparison.Ordinal);
        Assert.Contains("it is cut short", Assert.Throws<BadFileException>(() => IdxFile.Load(liar)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Damaged_bytes_give_points_or_one_clear_error()
    {
        string labels = Save("l", Labels);
        var rng = new Rng("idx");
        for (int round = 0; round < 3000; round++)
        {
            Rng draw = rng.Fork(round);
            byte[] bytes = (round & 1) == 0 ? [.. Pictures] : Packed(Pictures);
            for (int i = 0; i <= draw.Below(3, 0); i++) bytes[draw.Below(bytes.Length, (2 * i) + 1)] = (byte)draw.Bits((2 * i) + 2);
            if (draw.Below(4, 100) == 0) bytes = bytes[..draw.Below(bytes.Length, 101)];
            try
            {
                IdxFile.LoadPictures(Save("p", bytes), labels);
            }
            catch (BadFileException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private void Check(string says, byte[] bytes) =>
        Assert.Contains(says, Assert.Throws<BadFileException>(() => IdxFile.Load(Save("bad", bytes))).Message, StringComparison.Ordinal);

    private string Save(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder.Path, name);
        TemporaryFolder.Overwrite(path, bytes);
        return path;
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
