using Longhand.Files;

namespace Longhand.Tests;

public sealed class Sha256Tests
{
    // FIPS 180-4's example.
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Bytes_streams_and_files_give_the_published_digest()
    {
        Assert.Equal(OfAbc, Sha256.Of("abc"u8));
        using var stream = new MemoryStream("-abc"u8.ToArray()) { Position = 1 };
        Assert.Equal(OfAbc, Sha256.Of(stream));
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["f"], "abc");
        Assert.Equal(OfAbc, Sha256.OfFile(folder["f"]));
        Assert.Throws<BadFileException>(() => Sha256.OfFile(folder["missing"]));
    }
}
