namespace Longhand.Files;

/// <summary>
/// A file could not be written: the disk is full, the place is read-only, the folder is missing. The message is one line
/// that names the path and the reason; what was under that path before is still there, whole.
/// </summary>
public sealed class WriteFailedException(string path, Exception inner)
    : IOException($"Cannot write {BorderText.OneLine(path, 400)}: {Reason(path, inner)}", inner)
{
    /// <summary>The file or folder that could not be written.</summary>
    public string FilePath { get; } = path;

    /// <summary>Runs an action and turns what the operating system refuses into this exception.</summary>
    internal static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not WriteFailedException)
        {
            throw new WriteFailedException(path, e);
        }
    }

    // .NET hands the operating system's own number through: errno on Unix, an HRESULT around the Win32 code on Windows.
    private static string Reason(string path, Exception e) => e.HResult switch
    {
        28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027) when e is IOException =>
            "no space is left on the disk. Free some, or choose another place.",
        30 or unchecked((int)0x80070013) when e is IOException => "the disk is read-only. Choose another place.",
        _ when FileAbove(path) is { } file => $"{BorderText.OneLine(file, 400)} is a file, not a folder.",
        _ when e is UnauthorizedAccessException => "permission denied. Choose a place that you may write to.",
        _ when e is DirectoryNotFoundException => "its folder does not exist.",
        _ => BorderText.OneLine(e.Message, 400),
    };

    /// <summary>The part of a path that should be a folder and is a file.</summary>
    private static string? FileAbove(string path)
    {
        for (string? above = Path.GetDirectoryName(path); above is { Length: > 0 }; above = Path.GetDirectoryName(above))
        {
            if (File.Exists(above)) return above;
        }
        return null;
    }
}
