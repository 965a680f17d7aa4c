namespace Longhand.Files;

/// <summary>
/// A file cannot be used: it is not there, not what it should be, or damaged. The message is one line that names the file,
/// the field, what was expected and what was found.
/// <para>Left out: failures while writing; see <see cref="WriteFailedException"/>.</para>
/// </summary>
public sealed class BadFileException : Exception
{
    /// <summary>"path: problem".</summary>
    public BadFileException(string path, string problem, Exception? inner = null)
        : base($"{BorderText.OneLine(path, 400)}: {BorderText.OneLine(problem, 2000)}", inner) => FilePath = path;

    /// <summary>"path: field: expected …, found …."</summary>
    public BadFileException(string path, string field, string expected, string found)
        : this(path, $"{BorderText.OneLine(field, 120)}: expected {expected}, found {BorderText.OneLine(found, 120)}.")
    {
    }

    /// <summary>The file or folder the message is about.</summary>
    public string FilePath { get; }

    /// <summary>What the operating system said when the file was to be opened or read, in one line.</summary>
    internal static BadFileException Unreadable(string path, Exception e) => new(path, e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file.",
        UnauthorizedAccessException when Directory.Exists(path) => "expected a file, found a folder.",
        NotSupportedException => "expected a file, found something without a length (a pipe or a device).",
        _ => $"it cannot be read: {e.Message}",
    }, e);
}
