namespace Longhand.Pictures;

/// <summary>Curves and points over two axes, each linear or logarithmic: losses, accuracies, functions, scattered and labelled points.</summary>
public sealed class LineChart : ChartPicture
{
    public required IReadOnlyList<Series> Series { get; init; }

    public Scale XScale { get; init; }

    public Scale YScale { get; init; }

    /// <summary>What the axis covers; left out, all points.</summary>
    public (double Low, double High)? XRange { get; init; }

    /// <summary>What the axis covers; left out, all points.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>Values marked across the chart.</summary>
    public IReadOnlyList<Level> Levels { get; init; } = [];

    /// <summary>Places marked from top to bottom.</summary>
    public IReadOnlyList<Level> Uprights { get; init; } = [];

    internal override void Write(TextWriter html, string id)
    {
        IEnumerable<Point> points = Series.SelectMany(s => s.Points);
        Axis x = Axis.Over(points.Select(p => p.X).Concat(Uprights.Select(u => u.Value)), XScale, XRange, Width / 90);
        Axis y = Axis.Over(points.Select(p => p.Y).Concat(Levels.Select(l => l.Value)), YScale, YRange, Math.Max(3, Height / 65));
        var chart = new Chart(id, About, XTitle, YTitle, Width, Height, x, y, LegendOf(Series));
        foreach (Level level in Levels)
        {
            chart.Level(level.Value, level.Label);
        }
        foreach ((int row, Level place) in Uprights.Index())
        {
            chart.Upright(place.Value, place.Label, row);
        }
        Draw(chart, Series);
        chart.Write(html);
    }
}
