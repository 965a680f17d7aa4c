using Microsoft.Win32.SafeHandles;

namespace Longhand.Cli;

/// <summary>
/// A standard stream that may stop working: its reader closed the pipe, its disk is full. The first failure is told once, and what is
/// written after it goes nowhere, so that the program comes to a good end instead of breaking off in the middle of a line.
/// </summary>
internal sealed class OutputStream : Stream
{
    private readonly Action<Exception> _failed;
    private Stream? _inner;

    internal OutputStream(Stream inner, Action<Exception> failed) => (_inner, _failed) = (inner, failed);

    /// <summary>
    /// Standard output. .NET's own console stream hides a closed pipe, and the program would work on for nobody, so a pipe is written to
    /// directly. A file keeps .NET's: a <see cref="FileStream"/> would write at a position of its own and overwrite what others
    /// write to the same file.
    /// </summary>
    /// <param name="readerGone">Called when the reader has closed the pipe.</param>
    /// <param name="failed">Called when nothing can be written for another reason.</param>
    public static OutputStream StandardOutput(Action readerGone, Action<Exception> failed)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && Console.IsOutputRedirected && Pipe() is { } pipe)
            {
                return new OutputStream(pipe, _ => readerGone());
            }
            return new OutputStream(Console.OpenStandardOutput(), failed);
        }
        catch (Exception problem) when (IsRefusal(problem))
        {
            failed(problem);
            return new OutputStream(Null, failed);
        }
    }

    /// <summary>Standard error. When it cannot be written to, there is nobody left to tell.</summary>
    public static OutputStream StandardError()
    {
        try
        {
            return new OutputStream(Console.OpenStandardError(), _ => { });
        }
        catch (Exception problem) when (IsRefusal(problem))
        {
            return new OutputStream(Null, _ => { });
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _inner?.Write(buffer);
        }
        catch (Exception problem) when (IsRefusal(problem))
        {
            _inner = null;
            _failed(problem);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static FileStream? Pipe()
    {
        try
        {
            var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return pipe.CanSeek ? null : pipe;
        }
        catch (Exception problem) when (IsRefusal(problem))
        {
            return null;                                 // something that only the console stream can cope with
        }
    }

    private static bool IsRefusal(Exception problem) => problem is IOException or UnauthorizedAccessException or ArgumentException or ObjectDisposedException;
}
