using Longhand.Files;
using Longhand.Labs;

namespace Longhand.Cli.Runs;

/// <summary>
/// Where a lab's page goes. It is looked at before the work begins, so that nobody waits for a page that cannot be written, and a file
/// that no lab made is left alone. A run that does not come to its page leaves nothing behind.
/// </summary>
internal sealed class LabPage : IDisposable
{
    public const string FileName = "report.html";

    private readonly List<string> _made = [];

    /// <exception cref="UsageException">There is something of the name that no lab made, or a file where the folder should be.</exception>
    /// <exception cref="WriteFailedException">The folder cannot be made, or the older page cannot be read.</exception>
    public LabPage(string folder)
    {
        File = Path.Combine(folder, FileName);
        if (System.IO.File.Exists(folder))
        {
            throw new UsageException($"{folder} is a file, not a folder. Hint: choose another --out.");
        }
        try
        {
            if (Directory.Exists(File) || (System.IO.File.Exists(File) && !LabReport.IsOurs(System.IO.File.ReadAllText(File))))
            {
                throw new UsageException($"{File} exists already and is not a lab's page. Hint: choose another --out.");
            }
            Make(Path.GetFullPath(folder));
            AtomicFile.CheckWritable(File);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new WriteFailedException(folder, (problem as WriteFailedException)?.InnerException ?? problem);
        }
    }

    /// <summary>The page's path, as the folder was given.</summary>
    public string File { get; }

    /// <summary>Writes the page in one step.</summary>
    public void Write(string html)
    {
        AtomicFile.WriteAllText(File, html);
        _made.Clear();
    }

    /// <summary>Removes the folders made for a page that was not written, unless something else is in them by now.</summary>
    public void Dispose()
    {
        foreach (string folder in _made)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return;                                                          // not empty: somebody else's by now
            }
        }
        _made.Clear();
    }

    // Innermost first, the order in which they are removed.
    private void Make(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }
        if (Path.GetDirectoryName(folder) is { Length: > 0 } parent)
        {
            Make(parent);
        }
        Directory.CreateDirectory(folder);
        _made.Insert(0, folder);
    }
}
