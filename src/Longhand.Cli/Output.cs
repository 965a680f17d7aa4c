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
    /// <param name="mode">How to show results.</param>
    /// <param name="readerGone">Called when the reader of standard output has closed the pipe; later writes go nowhere.</param>
    public Output(OutputMode mode, Action readerGone)
        : this(mode, Utf8(PipeStream.StandardOutput(readerGone)), Utf8(Console.OpenStandardError()))
    {
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

    private static StreamWriter Utf8(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
}
