using System.Globalization;
using System.Text;

namespace Longhand.Files;

/// <summary>
/// Text that crosses a file's border. What came out of one is made safe to print, because a damaged or hostile file must not
/// flood a terminal, start a new line in a log, or send escape sequences; what goes into one must be text that can come back.
/// </summary>
internal static class BorderText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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

    /// <summary>
    /// The text itself. Half a surrogate pair is refused: the JSON writer would put U+FFFD for it, and two names could become one.
    /// </summary>
    /// <exception cref="ArgumentException">The text is no valid UTF-16.</exception>
    public static string WellFormed(string text)
    {
        StrictUtf8.GetByteCount(text);
        return text;
    }

    private static bool IsUnsafe(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
