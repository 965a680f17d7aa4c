using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Longhand.Files;

/// <summary>
/// A text file that only grows, one line at a time (metrics.jsonl). Every line reaches the operating system at once, so a killed
/// program loses none; <see cref="Flush"/> brings them to disk, so that a checkpoint can count on them.
/// <para>
/// A checkpoint stores <see cref="Length"/>; a run that resumes from it opens the log at that length, which cuts off what was
/// written after it, and writes those lines anew: the resumed log equals the uninterrupted one byte for byte.
/// </para>
/// </summary>
public sealed class RunLog : IDisposable
{
    private readonly SafeFileHandle _file;
    private byte[] _buffer = new byte[1024];

    private RunLog(string path, SafeFileHandle file, long length) => (FilePath, _file, Length) = (path, file, length);

    public string FilePath { get; }

    /// <summary>Bytes written so far, those kept from before included.</summary>
    public long Length { get; private set; }

    /// <summary>Opens a log and keeps its first <paramref name="length"/> bytes; 0 starts an empty one.</summary>
    /// <exception cref="BadFileException">The log is shorter than that, or that is not where a line ends.</exception>
    /// <exception cref="WriteFailedException">The operating system refused.</exception>
    public static RunLog Open(string path, long length = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        RunLog? log = null;
        WriteFailedException.Guard(path, () =>
        {
            // A log that should hold lines already is not created: a missing one is damage to report, not an empty log.
            if (length > 0) CheckLength(path, File.Exists(path) ? new FileInfo(path).Length : 0, length);
            SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            try
            {
                if (length > 0) CheckLineEnd(path, file, length);
                RandomAccess.SetLength(file, length);
                FolderFlush.Try(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path));
                log = new RunLog(path, file, length);
            }
            finally
            {
                if (log is null) file.Dispose();
            }
        });
        return log!;
    }

    /// <summary>Adds one line; the line break is added here.</summary>
    /// <exception cref="WriteFailedException">The operating system refused; the log ends with the line before.</exception>
    public void Append(string line)
    {
        Span<byte> buffer = Room(Encoding.UTF8.GetMaxByteCount(line.Length));
        AppendBuffered(Encoding.UTF8.GetBytes(line, buffer));
    }

    /// <summary>Adds one line of UTF-8 text; the line break is added here.</summary>
    /// <exception cref="WriteFailedException">The operating system refused; the log ends with the line before.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        line.CopyTo(Room(line.Length));
        AppendBuffered(line.Length);
    }

    /// <summary>All lines so far, for a report.</summary>
    /// <exception cref="BadFileException">The log cannot be read.</exception>
    public string[] ReadLines()
    {
        try
        {
            byte[] bytes = new byte[Length];
            int count = RandomAccess.Read(_file, bytes, fileOffset: 0);
            return Encoding.UTF8.GetString(bytes, 0, count).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException e)
        {
            throw BadFileException.Unreadable(FilePath, e);
        }
    }

    /// <summary>Returns once every line has reached the disk. To be called before a checkpoint stores <see cref="Length"/>.</summary>
    /// <exception cref="WriteFailedException">The operating system refused.</exception>
    public void Flush() => WriteFailedException.Guard(FilePath, () => RandomAccess.FlushToDisk(_file));

    public void Dispose() => _file.Dispose();

    /// <summary>Room for a line of so many bytes and its line break.</summary>
    private Span<byte> Room(int count)
    {
        if (_buffer.Length <= count) Array.Resize(ref _buffer, Math.Max(count + 1, 2 * _buffer.Length));
        return _buffer;
    }

    private void AppendBuffered(int count)
    {
        if (_buffer.AsSpan(0, count).Contains((byte)'\n')) throw new ArgumentException("RunLog: a line cannot hold a line break.");
        _buffer[count] = (byte)'\n';
        try
        {
            RandomAccess.Write(_file, _buffer.AsSpan(0, count + 1), Length);
        }
        catch (IOException e)
        {
            TryCutBack();
            throw new WriteFailedException(FilePath, e);
        }
        Length += count + 1;
    }

    private void TryCutBack()
    {
        try
        {
            RandomAccess.SetLength(_file, Length);
        }
        catch (IOException)
        {
            // The part of a line that stays is overwritten by the next one, or cut off when the run resumes.
        }
    }

    private static void CheckLength(string path, long found, long length)
    {
        if (found >= length) return;
        throw new BadFileException(path, $"length: expected at least {length} bytes, which the checkpoint counts on, found {found}. "
            + "Hint: put the whole file back from a copy, or train anew into another folder.");
    }

    private static void CheckLineEnd(string path, SafeFileHandle file, long length)
    {
        Span<byte> last = stackalloc byte[1];
        if (RandomAccess.Read(file, last, length - 1) == 1 && last[0] == (byte)'\n') return;
        throw new BadFileException(path, $"byte {length - 1}", "a line's end, where the checkpoint was saved", "the middle of a line");
    }
}
