using static Longhand.Pictures.PageText;

namespace Longhand.Pictures;

/// <summary>
/// A matrix as coloured cells, with its numbers where they fit. Blue is above zero (or another origin), orange below, and the further from it the stronger;
/// the greatest distance gives the full colour.
/// </summary>
public sealed class HeatMap : Picture
{
    private const int Cell = 52, MostWithNumbers = 16, Margin = 8;

    /// <summary>Row by row from the top: rows · columns numbers.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    public required int Columns { get; init; }

    public IReadOnlyList<string> RowNames { get; init; } = [];

    public IReadOnlyList<string> ColumnNames { get; init; } = [];

    /// <summary>Decimals of the numbers in the cells, the same in all.</summary>
    public int Decimals { get; init; } = 2;

    /// <summary>The value without colour: blue is above it and orange below.</summary>
    public double Origin { get; init; }

    /// <summary>The distance from the origin that gives the full colour; left out, the greatest there is.</summary>
    public double? Greatest { get; init; }

    /// <summary>In units of the drawing, in which the letters of every picture are equally large: a map of few cells is a small picture.</summary>
    internal double Width => Left + (Columns * CellWidth) + Margin;

    private int Rows => (Values.Count + Columns - 1) / Math.Max(1, Columns);

    private bool ShowsNumbers => Columns <= MostWithNumbers && Rows <= 2 * MostWithNumbers;

    private double CellWidth => ShowsNumbers ? Cell : Math.Max(4, Math.Min(Cell, 720.0 / Columns));

    private double Left => Margin + (RowNames.Count > 0 ? RowNames.Max(Legend.WidthOf) + 8 : 0);

    internal override void Write(TextWriter html, string id)
    {
        (int rows, bool showsNumbers, double cell, double left) = (Rows, ShowsNumbers, CellWidth, Left);
        double height = showsNumbers ? 34 : cell, top = Margin + (ColumnNames.Count > 0 ? 22 : 0);
        double greatest = Greatest ?? Values.Where(double.IsFinite).Select(v => Math.Abs(v - Origin)).DefaultIfEmpty(0).Max();
        html.WriteLine($"<svg viewBox=\"0 0 {Coordinate(Width)} {Coordinate(top + (rows * height) + Margin)}\" role=\"img\" aria-label=\"{Escape(About)}\">");
        for (int i = 0; i < Values.Count; i++)
        {
            double x = left + (i % Columns * cell), y = top + (i / Columns * height);
            double strength = greatest > 0 && double.IsFinite(Values[i]) ? Math.Min(1, Math.Abs(Values[i] - Origin) / greatest) : 0;
            string style = Values[i] < Origin ? "f1" : "f0";
            html.WriteLine($"<rect class=\"{style}\" x=\"{Coordinate(x)}\" y=\"{Coordinate(y)}\" width=\"{Coordinate(cell)}\" height=\"{Coordinate(height)}\" fill-opacity=\"{Number(0.04 + (0.8 * strength), 2)}\"/>");
            if (showsNumbers)
            {
                html.WriteLine($"<text class=\"{(strength > 0.55 ? "on" : "title")}\" x=\"{Coordinate(x + (cell / 2))}\" y=\"{Coordinate(y + (height / 2))}\" dy=\".35em\" text-anchor=\"middle\">{Number(Values[i], Decimals)}</text>");
            }
        }
        foreach ((int row, string name) in RowNames.Take(rows).Index())
        {
            html.WriteLine($"<text x=\"{Coordinate(left - 8)}\" y=\"{Coordinate(top + ((row + 0.5) * height))}\" dy=\".35em\" text-anchor=\"end\">{Escape(name)}</text>");
        }
        foreach ((int column, string name) in ColumnNames.Take(Columns).Index())
        {
            html.WriteLine($"<text x=\"{Coordinate(left + ((column + 0.5) * cell))}\" y=\"{Coordinate(top - 8)}\" text-anchor=\"middle\">{Escape(name)}</text>");
        }
        html.WriteLine("</svg>");
    }
}
