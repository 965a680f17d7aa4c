using Longhand.Cli.Display;

namespace Longhand.Cli.Benchmarks.Peers;

/// <summary>Words of another program or of the environment, made fit for a line of ours: nothing in them commands the terminal.</summary>
internal static class ForeignText
{
    private const int Longest = 160;

    /// <summary>On one line; of a long text the beginning, which names things.</summary>
    public static string Line(string text)
    {
        text = OneLine(text);
        return text.Length <= Longest ? text : $"{text[..Longest]}…";
    }

    /// <summary>On one line; of a long text the end, where complaints say what went wrong.</summary>
    public static string LastWords(string text)
    {
        text = OneLine(text);
        return text.Length <= Longest ? text : $"…{text[^Longest..]}";
    }

    private static string OneLine(string text) => Show.Harmless(text).ReplaceLineEndings(" ").Replace('\t', ' ').Trim();
}
