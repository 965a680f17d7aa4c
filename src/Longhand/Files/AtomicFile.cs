using System.Text;

namespace Longhand.Files;

/// <summary>
/// Replaces a file in one step: after a crash or a power cut at any moment its path holds either the old content or the new,
/// whole. The new content goes to a temporary file in the same folder, is flushed to disk, and takes the name over.
/// <para>
/// Temporary files that a crash left behind go away with the next write of the same file. Left out: several writers of one
/// file at the same time (the last one wins or one fails; no reader ever sees a mixture).
/// </para>
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes what the action puts into the stream, or nothing at all if it throws.</summary>
    /// <exception cref="WriteFailedException">The operating system refused; the old content is still there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(path);
        WriteFailedException.Guard(path, () =>
        {
            (string folder, string name) = (Path.GetDirectoryName(path) ?? path, Path.GetFileName(path));
            if (Directory.Exists(path)) throw new IOException("a folder of this name is in the way.");
            RemoveStale(folder, name);
            string temporary = Path.Combine(folder, $"{Prefix(name)}{Guid.NewGuid():N}");
            try
            {
                WriteThrough(temporary, write);
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                TryDelete(temporary);
                throw;
            }
            FolderFlush.Try(folder, name);
        });
    }

    /// <summary>Replaces a file by these bytes.</summary>
    /// <exception cref="WriteFailedException">The operating system refused; the old content is still there.</exception>
    public static void WriteAllBytes(string path, byte[] bytes) => Write(path, stream => stream.Write(bytes));

    /// <summary>Replaces a file by this text, in UTF-8 without a byte order mark.</summary>
    /// <exception cref="WriteFailedException">The operating system refused; the old content is still there.</exception>
    public static void WriteAllText(string path, string text) => WriteAllBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Refuses, before work begins, what a later write of this file would be refused; nothing is changed.</summary>
    /// <exception cref="WriteFailedException">The folder is missing, or the file may not be made or replaced.</exception>
    public static void CheckWritable(string path)
    {
        path = Path.GetFullPath(path);
        WriteFailedException.Guard(path, () =>
        {
            if (Directory.Exists(path)) throw new IOException("a folder of this name is in the way.");
            if (File.Exists(path)) File.Open(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
            // Its replacement begins as another file in the same folder.
            string trial = Path.Combine(Path.GetDirectoryName(path) ?? path, $"{Prefix(Path.GetFileName(path))}{Guid.NewGuid():N}");
            new FileStream(trial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
        });
    }

    /// <summary>Makes a new file and returns once its content has reached the disk.</summary>
    internal static void WriteThrough(string path, Action<Stream> write)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    private static string Prefix(string name) => $".{name}.tmp-";

    private static void RemoveStale(string folder, string name)
    {
        foreach (string stale in Directory.EnumerateFiles(folder))
        {
            // Compared by hand, because a file's name may hold characters that a search pattern would read as wildcards.
            if (Path.GetFileName(stale).StartsWith(Prefix(name), StringComparison.Ordinal)) TryDelete(stale);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Debris under a temporary name harms nobody, and the failure that matters is the one being reported.
        }
    }
}
