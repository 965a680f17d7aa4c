namespace Longhand.Pictures;

/// <summary>
/// A function of two variables from above: lines of equal height, and paths over them, such as an optimizer's way down.
/// </summary>
public sealed class ContourMap : ChartPicture
{
    private const int Cells = 160;

    public ContourMap() => (Width, Height, XTitle, YTitle) = (720, 480, "x", "y");

    /// <summary>Height over each place.</summary>
    public required Func<double, double, double> Function { get; init; }

    public required (double Low, double High) XRange { get; init; }

    public required (double Low, double High) YRange { get; init; }

    /// <summary>Heights to draw; left out, twelve with equal differences of their square roots, which suits a bowl.</summary>
    public IReadOnlyList<double>? Heights { get; init; }

    /// <summary>Lines and marks on top.</summary>
    public IReadOnlyList<Series> Paths { get; init; } = [];

    /// <summary>Single places with a name: the start, the minimum.</summary>
    public IReadOnlyList<(Point Place, string Name)> Places { get; init; } = [];

    internal override void Write(TextWriter html, string id)
    {
        var x = new LinearAxis(XRange.Low, XRange.High, Width / 90, keepsEnds: true);
        var y = new LinearAxis(YRange.Low, YRange.High, Math.Max(3, Height / 65), keepsEnds: true);
        var chart = new Chart(id, About, XTitle, YTitle, Width, Height, x, y, LegendOf(Paths));
        double[] values = Contours.Sample(Function, XRange, YRange, Cells);
        double low = values.Where(double.IsFinite).DefaultIfEmpty(0).Min(), high = values.Where(double.IsFinite).DefaultIfEmpty(1).Max();
        foreach (double height in Heights ?? [.. Enumerable.Range(1, 12).Select(i => low + ((high - low) * Math.Pow(i / 13.0, 2)))])
        {
            chart.Segments("contour", Contours.At(height, values, XRange, YRange, Cells));
        }
        Draw(chart, Paths);
        foreach ((Point place, string name) in Places)
        {
            chart.Dots("place", [place]);
            chart.Label(place, name);
        }
        chart.Write(html);
    }
}
