using Microsoft.Win32.SafeHandles;

namespace Longhand.Cli;

/// <summary>
/// Standard output that notices when nobody reads it any more. .NET's own console stream hides a closed pipe, and the program
/// would work on for nobody; this one tells once, then swallows what is written.
/// </summary>
internal sealed class PipeStream(Stream inner, Action readerGone) : Stream
{
    private bool _gone;

    /// <summary>
    /// Standard output. A file keeps .NET's console stream: a <see cref="FileStream"/> would write at a position of its own and
    /// overwrite what others write to the same file.
    /// </summary>
    public static Stream StandardOutput(Action readerGone)
    {
        if (!OperatingSystem.IsWindows() && Console.IsOutputRedirected)
        {
            try
            {
                var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
                if (!pipe.CanSeek)
                {
                    return new PipeStream(pipe, readerGone);
                }
            }
            catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
            {
                // Closed, or something else that only the console stream can cope with.
            }
        }
        return Console.OpenStandardOutput();
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_gone)
        {
            return;
        }
        try
        {
            inner.Write(buffer);
        }
        catch (IOException)
        {
            _gone = true;
            readerGone();
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
