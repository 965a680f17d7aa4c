using System.Globalization;

namespace Longhand.Cli.Display;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Show
{
    /// <summary>Thousands separated: 206,464.</summary>
    public static string Count(double n) => double.IsFinite(n) ? n.ToString("N0", CultureInfo.InvariantCulture) : "–";

    /// <summary>A loss, to four decimals; enough to see a good run's last steps move.</summary>
    public static string Loss(double loss) => double.IsNaN(loss) ? "–" : loss.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>A share from 0 to 1 in whole percent: 12%.</summary>
    public static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Three significant digits: 0.006, 3.2e-05.</summary>
    public static string Short(double x) => x.ToString("G3", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);

    /// <summary>A duration as a clock shows it: 0:42, 1:02:03.</summary>
    public static string Clock(double seconds)
    {
        if (!(seconds is >= 0 and < 1e9))
        {
            return "–:––";
        }
        long s = (long)Math.Round(seconds);
        return s < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{s / 60}:{s % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{s / 3600}:{s / 60 % 60:00}:{s % 60:00}");
    }

    /// <summary>The text in lines of at most <paramref name="width"/>, broken between words; further lines start under the first's second column, if it has one.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        // A column is what stands after a run of spaces: "  name    what it is".
        int words = text.Length - text.TrimStart().Length, gap = text.IndexOf("  ", words, StringComparison.Ordinal);
        int column = gap < 0 ? words : gap + text.AsSpan(gap).IndexOfAnyExcept(' ');
        column = column < width / 2 ? column : words;
        string indent = new(' ', column);
        while (text.Length > width)
        {
            int space = text.LastIndexOf(' ', width);
            int end = space > column ? space : text.IndexOf(' ', width);         // a word longer than the line stays whole
            if (end < 0)
            {
                break;
            }
            yield return text[..end].TrimEnd();
            text = indent + text[end..].TrimStart();
        }
        yield return text;
    }

    /// <summary>
    /// Text for a terminal: control characters other than line feeds and tabs become "·", since an untrained model may write any
    /// character of its text, the escape that starts a terminal command among them.
    /// </summary>
    public static string Harmless(string text) => string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '·' : c));
}
