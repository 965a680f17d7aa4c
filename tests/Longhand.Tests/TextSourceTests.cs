using System.Text;
using Longhand.Data;
using Longhand.Files;

namespace Longhand.Tests;

public sealed class TextSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("longhand-text").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("one\ntwo\n", "one\ntwo\n")]
    [InlineData("one\r\ntwo\rthree\r\n\r\nfour\r", "one\ntwo\nthree\n\nfour\n")]
    [InlineData("\uFEFFé 🦊", "é 🦊")]
    public void Utf8_files_lose_their_mark_and_their_carriage_returns(string content, string expected) =>
        Assert.Equal(expected, TextSource.Load(Write("a.txt", Encoding.UTF8.GetBytes(content))));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Utf16_files_are_read_by_their_mark(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes("é\r\n🦊\uFFFD")];
        Assert.Equal("é\n🦊\uFFFD", TextSource.Load(Write("a.txt", bytes)));
    }

    [Theory]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0 }, "it is not text: the byte 0x89, which is not UTF-8 at byte offset 0.")]
    [InlineData(new byte[] { 65, 66, 0, 67 }, "it is not text: a zero byte at byte offset 2.")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 65, 0xC3, 0x28 }, "0xC3, which is not UTF-8 at byte offset 4. Hint: if it is text in another encoding, save it as UTF-8.")]
    [InlineData(new byte[] { 65, 0xF0, 0x9F, 0xA6 }, "0xF0, which is not UTF-8 at byte offset 1. Hint: if it is text in another encoding, save it as UTF-8.")]
    [InlineData(new byte[] { 65, 0xFF, 0 }, "0xFF, which is not UTF-8 at byte offset 1.")]
    [InlineData(new byte[] { 0xFF, 0xFE, 65, 0, 66 }, "half a UTF-16 unit at byte offset 4.")]
    [InlineData(new byte[] { 0xFF, 0xFE, 65, 0, 0x3E, 0xD8, 66, 0 }, "half of a surrogate pair at byte offset 4.")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0, 0, 65, 0, 0, 0 }, "it is not text: a zero at byte offset 2.")]
    public void What_is_not_text_names_the_offset(byte[] bytes, string expected) => AssertRefused(Write("a.txt", bytes), expected);

    [Fact]
    public void Missing_empty_short_and_huge_files_are_named()
    {
        AssertRefused("", "there is no such file or folder.");
        AssertRefused(Path.Combine(_folder, "none.txt"), "there is no such file or folder.");
        AssertRefused(Path.Combine(_folder, "none", "none.txt"), "there is no such file or folder.");
        AssertRefused(Write("empty.txt", []), "it is empty; expected text.");
        AssertRefused(Write("mark.txt", [0xEF, 0xBB, 0xBF]), "it is empty; expected text.");
        string shorty = Write("short.txt", "ten\r\nbytes"u8);
        Assert.Equal("ten\nbytes", TextSource.Load(shorty, minimumCharacters: 9));
        AssertRefused(shorty, "it is too short: 9 characters, and at least 10 are needed.", minimumCharacters: 10);
        string huge = Path.Combine(_folder, "huge.txt");
        using (FileStream stream = File.Create(huge)) stream.SetLength(TextSource.MaximumBytes + 1);    // sparse: no disk is used
        AssertRefused(huge, "it is too large: 1000000001 bytes, and at most 1000000000 can be read.");
    }

    [Fact]
    public void A_folder_gives_its_txt_files_in_ordinal_order()
    {
        Write("b.txt", "second"u8);
        Write("B.TXT", "first"u8);
        Write("a.md", "never"u8);
        Write("c/z.txt", "third\n"u8);
        Write("c.txt", "before, for . comes before /"u8);
        Write("d.txt", ""u8);
        Write("e.txt", "last"u8);
        Assert.Equal("first\nsecond\nbefore, for . comes before /\nthird\n\nlast", TextSource.Load(_folder));
    }

    [Fact]
    public void A_folder_without_text_is_named_and_a_bad_file_in_it_too()
    {
        AssertRefused(_folder, "the folder has no .txt files.");
        Write("a.md", "text"u8);
        AssertRefused(_folder, "the folder has no .txt files.");
        Write("a.txt", ""u8);
        AssertRefused(_folder, "all .txt files of the folder are empty.");
        string bad = Write("sub/b.txt", [0]);
        var error = Assert.Throws<BadFileException>(() => TextSource.Load(_folder));
        Assert.Equal($"{bad}: it is not text: a zero byte at byte offset 0.", error.Message);
    }

    [Fact]
    public void A_folder_that_links_to_itself_is_read_once()
    {
        if (OperatingSystem.IsWindows()) return;          // making links there takes a privilege
        Write("sub/a.txt", "once"u8);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "sub", "circle"), _folder);
        Assert.Equal("once", TextSource.Load(_folder));
    }

    private string Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static void AssertRefused(string path, string expected, int minimumCharacters = 1)
    {
        var error = Assert.Throws<BadFileException>(() => TextSource.Load(path, minimumCharacters));
        Assert.StartsWith(path + ": ", error.Message);
        Assert.EndsWith(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }
}
