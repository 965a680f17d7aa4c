using System.Globalization;
using System.Text;

namespace Longhand.Pictures;

/// <summary>Numbers and texts as a page shows them: the same in every culture, and safe inside HTML whatever a text holds.</summary>
public static class PageText
{
    private const string Missing = "–";

    /// <summary>
    /// The text with HTML's five special characters escaped. Control characters, which HTML forbids, and halves of surrogate
    /// pairs become U+FFFD; longer texts are cut at <paramref name="limit"/> characters, ending in "…".
    /// </summary>
    public static string Escape(string text, int limit = 500)
    {
        var html = new StringBuilder(Math.Min(text.Length, limit) + 16);
        int used = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            used += rune.Utf16SequenceLength;
            if (used > limit)
            {
                return html.Append('…').ToString();
            }
            switch (rune.Value)
            {
                case '&': html.Append("&amp;"); break;
                case '<': html.Append("&lt;"); break;
                case '>': html.Append("&gt;"); break;
                case '"': html.Append("&quot;"); break;
                case '\'': html.Append("&#39;"); break;
                case '\r': break;
                case '\n' or '\t': html.Append((char)rune.Value); break;
                default: html.Append(Rune.IsControl(rune) ? "\uFFFD" : rune.ToString()); break;
            }
        }
        return html.ToString();
    }

    /// <summary>A number with a fixed count of decimals and thousands separated: 206,464 or 1.703.</summary>
    public static string Number(double x, int decimals) =>
        double.IsFinite(x) ? Minus(x.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)) : Missing;

    /// <summary>A number of any size, short: 5.49 or 1.2e+09.</summary>
    public static string Short(double x, int decimals) =>
        Math.Abs(x) < 1e6 || !double.IsFinite(x) ? Number(x, decimals) : x.ToString("0.0e+00", CultureInfo.InvariantCulture);

    /// <summary>A duration in its two largest units: 47 s, 1 min 52 s, 3 h 05 min.</summary>
    public static string Duration(double seconds)
    {
        if (!(seconds is >= 0 and < 1e9))
        {
            return Missing;
        }
        if (seconds < 10)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");
        }
        long s = (long)Math.Round(seconds);
        return s < 60 ? string.Create(CultureInfo.InvariantCulture, $"{s} s")
            : s < 3600 ? string.Create(CultureInfo.InvariantCulture, $"{s / 60} min {s % 60:00} s")
            : string.Create(CultureInfo.InvariantCulture, $"{s / 3600} h {s % 3600 / 60:00} min");
    }

    /// <summary>A number with a few significant digits: 0.0123, 4.57, 1,235, 3.2×10⁻⁷.</summary>
    public static string Digits(double x, int digits = 3)
    {
        if (!double.IsFinite(x))
        {
            return double.IsNaN(x) ? "NaN" : x > 0 ? "∞" : "−∞";
        }
        if (x == 0)
        {
            return "0";
        }
        // The format rounds to so many digits and says the exponent after rounding: 9.996 has one digit more before its point than it seems.
        string[] parts = x.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).Split('E');
        int exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        if (exponent is < -4 or > 6)
        {
            string mantissa = parts[0].Contains('.', StringComparison.Ordinal) ? parts[0].TrimEnd('0').TrimEnd('.') : parts[0];
            return Minus($"{mantissa}×10{Superscript(exponent)}");
        }
        int decimals = Math.Max(0, digits - 1 - exponent);
        return Minus(x.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    /// <summary>A number in as many digits as it has: 10, 0.01, −4, 2.5×10⁻⁷.</summary>
    public static string Plain(double x)
    {
        string[] parts = x.ToString("R", CultureInfo.InvariantCulture).Split('E');
        return Minus(parts.Length == 1 ? parts[0] : $"{parts[0]}×10{Superscript(int.Parse(parts[1], CultureInfo.InvariantCulture))}");
    }

    /// <summary>A share from 0 to 1 in percent: 97.8%.</summary>
    public static string Percent(double share, int decimals = 1) => double.IsFinite(share) ? Number(100 * share, decimals) + "%" : Missing;

    internal static string Superscript(int n)
    {
        const string digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        string text = Math.Abs(n).ToString(CultureInfo.InvariantCulture);
        return (n < 0 ? "⁻" : "") + string.Concat(text.Select(c => digits[c - '0']));
    }

    private static string Minus(string number) => number.Replace('-', '−');

    /// <summary>A coordinate in a drawing, to a tenth of a unit.</summary>
    public static string Coordinate(double x) => x.ToString("0.#", CultureInfo.InvariantCulture);
}
