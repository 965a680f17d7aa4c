using System.Buffers;
using System.Buffers.Binary;
using System.IO.Enumeration;
using System.Text;
using System.Text.Unicode;
using Longhand.Files;

namespace Longhand.Data;

/// <summary>
/// Training text from a file or a folder. Bytes are UTF-8, or UTF-16 if they begin with its byte order mark; a mark is dropped,
/// and the line ends CR LF and CR become LF. A folder gives all its .txt files, those in sub-folders too, in ordinal order of
/// their relative paths with / between folders (the same order on every system), joined with a line feed; empty files add nothing.
/// Folders that are links are not entered, so a circle of links ends.
/// <para>Left out: guessing other encodings. What is not Unicode text is an error that says where.</para>
/// </summary>
public static class TextSource
{
    /// <summary>The most bytes read from one file or one folder, 1 GB: a .NET string holds at most 2³⁰ − 33 UTF-16 units.</summary>
    public const long MaximumBytes = 1_000_000_000;

    /// <summary>The text of a file or folder.</summary>
    /// <param name="path">A file of any name, or a folder with .txt files.</param>
    /// <param name="minimumCharacters">The fewest UTF-16 units that are enough for the caller, after line ends are normalised.</param>
    /// <exception cref="BadFileException">Missing, unreadable, empty, not text, too short or too large.</exception>
    public static string Load(string path, int minimumCharacters = 1)
    {
        try
        {
            string text = Directory.Exists(path) ? LoadFolder(path) : LoadFile(path, MaximumBytes, out _);
            if (text.Length == 0) throw new BadFileException(path, "it is empty; expected text.");
            if (text.Length < minimumCharacters)
                throw new BadFileException(path, $"it is too short: {text.Length} characters, and at least {minimumCharacters} are needed.");
            return text;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || path.Length == 0)
        {
            throw new BadFileException(path, "there is no such file or folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadFileException(path, e is NotSupportedException ? "it is a pipe or a device; expected a file." : $"it cannot be read ({e.Message}).", e);
        }
    }

    private static string LoadFolder(string folder)
    {
        var files = new FileSystemEnumerable<string>(
            folder,
            (ref FileSystemEntry entry) => Path.GetRelativePath(folder, entry.ToSpecifiedFullPath()).Replace(Path.DirectorySeparatorChar, '/'),
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && entry.FileName.EndsWith(".txt", StringComparison.OrdinalIgnoreCase),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        string[] names = files.Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0) throw new BadFileException(folder, "the folder has no .txt files.");

        var all = new StringBuilder();
        long room = MaximumBytes;
        foreach (string name in names)
        {
            string text = LoadFile(Path.Combine(folder, name), room, out long bytes);
            room -= bytes;
            if (text.Length == 0) continue;
            if (all.Length > 0) all.Append('\n');
            all.Append(text);
        }
        if (all.Length == 0) throw new BadFileException(folder, "all .txt files of the folder are empty.");
        return all.ToString();
    }

    private static string LoadFile(string path, long room, out long length)
    {
        using FileStream stream = File.OpenRead(path);
        length = stream.Length;
        if (length > room)
        {
            throw new BadFileException(path, room == MaximumBytes
                ? $"it is too large: {length} bytes, and at most {MaximumBytes} can be read."
                : $"with it the folder has more than {MaximumBytes} bytes, the most that can be read.");
        }
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        string text = Decode(bytes, path);
        return text.Contains('\r', StringComparison.Ordinal)
            ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            : text;
    }

    /// <summary>The text of bytes, with the byte order mark dropped and line ends as they are.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return DecodeUtf16(bytes, bigEndian: false, path);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return DecodeUtf16(bytes, bigEndian: true, path);
        int start = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        int bad = FirstBadByte(bytes[start..]);
        if (bad >= 0)
        {
            int offset = start + bad;
            // Text in an older encoding has no zero bytes; a picture or a program nearly always has.
            string hint = bytes.Contains((byte)0) ? "" : " Hint: if it is text in another encoding, save it as UTF-8.";
            throw NotText(path, bytes[offset] == 0 ? "a zero byte" : $"the byte 0x{bytes[offset]:X2}, which is not UTF-8", offset, hint);
        }
        return Encoding.UTF8.GetString(bytes[start..]);
    }

    /// <summary>The offset of the first zero byte or the first byte of the first broken UTF-8 sequence; −1 if all is well.</summary>
    private static int FirstBadByte(ReadOnlySpan<byte> bytes)
    {
        int zero = bytes.IndexOf((byte)0);
        ReadOnlySpan<byte> before = zero >= 0 ? bytes[..zero] : bytes;
        if (Utf8.IsValid(before)) return zero;
        int offset = 0;
        while (Rune.DecodeFromUtf8(before[offset..], out _, out int length) == OperationStatus.Done) offset += length;
        return offset;
    }

    private static string DecodeUtf16(ReadOnlySpan<byte> bytes, bool bigEndian, string path)
    {
        if (bytes.Length % 2 != 0) throw NotText(path, "half a UTF-16 unit", bytes.Length - 1);
        char[] units = new char[(bytes.Length / 2) - 1];
        for (int i = 0; i < units.Length; i++)
        {
            ReadOnlySpan<byte> unit = bytes[(2 * (i + 1))..];
            units[i] = (char)(bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(unit) : BinaryPrimitives.ReadUInt16LittleEndian(unit));
        }
        for (int i = 0, length; i < units.Length; i += length)
        {
            bool valid = Rune.DecodeFromUtf16(units.AsSpan(i), out Rune character, out length) == OperationStatus.Done;
            if (!valid) throw NotText(path, "half of a surrogate pair", 2 * (i + 1));
            if (character.Value == 0) throw NotText(path, "a zero", 2 * (i + 1));
        }
        return new string(units);
    }

    private static BadFileException NotText(string path, string found, int offset, string hint = "") =>
        new(path, $"it is not text: {found} at byte offset {offset}.{hint}");
}
