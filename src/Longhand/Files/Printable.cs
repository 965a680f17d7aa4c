using System.Globalization;
using System.Text;

namespace Longhand.Files;

/// <summary>
/// Text that came out of a file, made safe to print: a damaged or hostile file must not flood a terminal, start a new line
/// in a log, or send escape sequences.
/// </summary>
internal static class Printable
{
    /// <summary>Control characters, line breaks and marks that reorder text become "?"; what goes past the limit is cut.</summary>
    public static string OneLine(string text, int limit)
    {
        var line = new StringBuilder(Math.Min(text.Length, limit));
        foreach (char c in text)
        {
            if (line.Length == limit) return line.Append('…').ToString();
            line.Append(IsUnsafe(c) ? '?' : c);
        }
        return line.ToString();
    }

    /// <summary>The same between quotation marks, for names and values.</summary>
    public static string Quoted(string text) => $"\"{OneLine(text, 60)}\"";

    private static bool IsUnsafe(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
