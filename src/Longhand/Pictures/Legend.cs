using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>
/// Which look means what: samples of the lines and marks with their names, in as many rows as they need. It is a part of the drawing,
/// so it goes wherever the chart goes.
/// </summary>
internal sealed class Legend
{
    private const int RowHeight = 22, Sample = 30, Gap = 18;

    private readonly List<(Entry Entry, double X, int Row)> _places = [];

    /// <param name="entries">In their order; those without a name are left out.</param>
    /// <param name="width">How far a row may reach.</param>
    public Legend(IEnumerable<Entry> entries, int width)
    {
        double x = 0;
        int row = 0;
        foreach (Entry entry in entries.Where(e => e.Name.Length > 0))
        {
            double needed = Sample + 6 + WidthOf(entry.Name);
            if (x > 0 && x + needed > width)
            {
                (x, row) = (0, row + 1);
            }
            _places.Add((entry, x, row));
            x += needed + Gap;
        }
        Height = _places.Count == 0 ? 0 : ((row + 1) * RowHeight) + 4;
    }

    /// <summary>A name, and the style classes of its line and its mark; null where it has none.</summary>
    internal readonly record struct Entry(string Name, string? Line, string? Mark, int Look);

    public int Height { get; }

    /// <summary>About how wide a text is in a chart's letters: there is no font to measure, so it errs to the wide side.</summary>
    public static double WidthOf(string text) => 7.9 * text.Length;

    public void Write(TextWriter svg, int left, int top)
    {
        foreach ((Entry entry, double at, int row) in _places)
        {
            double x = left + at, y = top + (row * RowHeight) + (RowHeight / 2.0);
            if (entry.Line is { } line)
            {
                svg.WriteLine($"<path class=\"{line}\" d=\"M{Coordinate(x)} {Coordinate(y)}h{Sample}\"/>");
            }
            if (entry.Mark is { } mark)
            {
                svg.WriteLine($"<path class=\"{mark}\" d=\"M{Coordinate(x + (Sample / 2.0))} {Coordinate(y)}{Mark.Shape(entry.Look)}\"/>");
            }
            svg.WriteLine($"<text class=\"title\" x=\"{Coordinate(x + Sample + 6)}\" y=\"{Coordinate(y)}\" dy=\".35em\">{Escape(entry.Name)}</text>");
        }
    }
}
