using System.Text;

namespace Longhand.Cli;

/// <summary>How results are shown.</summary>
internal enum OutputMode
{
    /// <summary>For a person at a terminal: colours, and a display that redraws itself.</summary>
    Live,

    /// <summary>For a person reading a log or a pipe: lines of text, each written once.</summary>
    Plain,

    /// <summary>For programs: one JSON object per line.</summary>
    Json,
}

/// <summary>
/// Where a verb writes: what was asked for goes to standard output, everything about it to standard error. Both are UTF-8 whatever
/// the locale says, because text made by a model has any characters.
/// </summary>
internal sealed class Output
{
    private Exception? _failure;

    /// <param name="mode">How to show results.</param>
    /// <param name="readerGone">Called when nobody reads standard output any more, or it cannot be written to; later writes go nowhere.</param>
    public Output(OutputMode mode, Action readerGone)
    {
        Mode = mode;
        Messages = Utf8(OutputStream.StandardError());
        Data = Utf8(OutputStream.StandardOutput(readerGone, problem =>
        {
            _failure = problem;
            readerGone();
        }));
    }

    internal Output(OutputMode mode, TextWriter data, TextWriter messages) => (Mode, Data, Messages) = (mode, data, messages);

    public OutputMode Mode { get; }

    /// <summary>Standard output.</summary>
    public TextWriter Data { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Messages { get; }

    /// <summary>JSON when asked for; else plain when asked for, without a terminal, or on one that cannot move its cursor.</summary>
    public static OutputMode ModeFor(bool json, bool plain) =>
        json ? OutputMode.Json
        : plain || Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb" ? OutputMode.Plain
        : OutputMode.Live;

    /// <summary>The exit code of a verb that ended with <paramref name="code"/>: another if what it wrote did not arrive, and a line that says so.</summary>
    public int Conclude(int code)
    {
        if (_failure is null)
        {
            return code;
        }
        Messages.WriteLine($"longhand: cannot write to standard output: {Reason(_failure)}.");
        return ExitCode.Failed;
    }

    // .NET hands the operating system's own number through: errno on Unix, an HRESULT around the Win32 code on Windows.
    private static string Reason(Exception problem) => problem.HResult switch
    {
        28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027) => "no space left on device",
        9 or unchecked((int)0x80070006) => "it is closed",
        _ => problem.Message.TrimEnd('.'),
    };

    private static StreamWriter Utf8(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
}
