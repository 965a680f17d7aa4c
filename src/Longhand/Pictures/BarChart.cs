using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>Named quantities as bars that lie, so that their names can be read, each with its number at its end.</summary>
public sealed class BarChart : Picture
{
    private const int RowHeight = 30, Margin = 8, Room = 74;

    /// <summary>Name, length, and the text at the end of the bar; an empty text shows the number.</summary>
    public required IReadOnlyList<(string Name, double Value, string Text)> Bars { get; init; }

    /// <summary>Of the drawing, in units of which a letter is about 7 wide.</summary>
    public int Width { get; init; } = 720;

    /// <summary>The value of a bar of full length; left out, the greatest there is.</summary>
    public double? Greatest { get; init; }

    /// <summary>For each bar, which look; left out, the first for all.</summary>
    public IReadOnlyList<int>? Colours { get; init; }

    internal override void Write(TextWriter html, string id)
    {
        double left = Margin + Bars.Select(b => Legend.WidthOf(b.Name)).DefaultIfEmpty(0).Max() + 8;
        double longest = Bars.Select(b => Legend.WidthOf(TextOf(b))).DefaultIfEmpty(0).Max();
        double greatest = Greatest ?? Bars.Select(b => b.Value).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        double room = Math.Max(40, Width - left - Math.Max(Room, longest + 16));
        html.WriteLine($"<svg viewBox=\"0 0 {Width} {(Bars.Count * RowHeight) + (2 * Margin)}\" role=\"img\" aria-label=\"{Escape(About)}\">");
        foreach ((int i, (string Name, double Value, string Text) bar) in Bars.Index())
        {
            double top = Margin + (i * RowHeight), middle = top + (RowHeight / 2.0);
            double length = greatest > 0 && !double.IsNaN(bar.Value) ? room * Math.Clamp(bar.Value / greatest, 0, 1) : 0;
            int look = (Colours is { } colours && i < colours.Count ? colours[i] : 0) % Series.Looks;
            html.WriteLine($"<text class=\"title\" x=\"{Coordinate(left - 8)}\" y=\"{Coordinate(middle)}\" dy=\".35em\" text-anchor=\"end\">{Escape(bar.Name)}</text>");
            html.WriteLine($"<rect class=\"f{look}\" x=\"{Coordinate(left)}\" y=\"{Coordinate(top + 4)}\" width=\"{Coordinate(length)}\" height=\"{RowHeight - 8}\" rx=\"2\"/>");
            html.WriteLine($"<text x=\"{Coordinate(left + length + 8)}\" y=\"{Coordinate(middle)}\" dy=\".35em\">{Escape(TextOf(bar))}</text>");
        }
        html.WriteLine($"<path class=\"axis\" d=\"M{Coordinate(left)} {Margin}v{Bars.Count * RowHeight}\"/>");
        html.WriteLine("</svg>");
    }

    private static string TextOf((string Name, double Value, string Text) bar) => bar.Text.Length > 0 ? bar.Text : Digits(bar.Value);
}
