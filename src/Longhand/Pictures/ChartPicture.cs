namespace Longhand.Pictures;

/// <summary>A picture with two axes.</summary>
public abstract class ChartPicture : Picture
{
    /// <summary>What is counted from left to right.</summary>
    public string XTitle { get; init; } = "";

    /// <summary>What is counted upwards.</summary>
    public string YTitle { get; init; } = "";

    /// <summary>Of the drawing, in units of which a letter is about 7 wide. A page stretches it to the room there is.</summary>
    public int Width { get; init; } = 720;

    /// <summary>In the same units.</summary>
    public int Height { get; init; } = 400;

    /// <summary>The picture as a file of its own (SVG), in the colours of a light page.</summary>
    public string ToSvg()
    {
        var text = new StringWriter { NewLine = "\n" };
        Write(text, "plot");
        string svg = text.ToString();
        int head = svg.IndexOf("<svg", StringComparison.Ordinal) + "<svg".Length, body = svg.IndexOf('>', head) + 1;
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\"{svg[head..body]}\n<style>\n{Style.Drawing}\n</style>\n"
            + $"<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>{svg[body..]}";
    }

    private protected void Draw(Chart chart, IReadOnlyList<Series> series)
    {
        foreach ((int i, Series s) in series.Index())
        {
            int look = LookOf(s, i);
            if (s.Look != SeriesLook.Marks)
            {
                chart.Line(s.IsFaint ? $"s{look} faint" : $"s{look}", s.Points);
            }
            if (s.Look != SeriesLook.Line)
            {
                chart.Marks($"m{look}", look, s.Points);
            }
            foreach ((Point point, string label) in s.Points.Zip(s.Labels))
            {
                chart.Label(point, label);
            }
        }
    }

    private protected Legend LegendOf(IReadOnlyList<Series> series) => new(
        series.Select((s, i) => new Legend.Entry(
            s.Name, s.Look == SeriesLook.Marks ? null : $"s{LookOf(s, i)}", s.Look == SeriesLook.Line ? null : $"m{LookOf(s, i)}", LookOf(s, i))),
        Chart.LegendWidth(Width));

    private static int LookOf(Series series, int place) => (series.Colour ?? place) % Series.Looks;
}
