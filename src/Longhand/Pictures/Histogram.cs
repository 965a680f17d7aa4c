namespace Longhand.Pictures;

/// <summary>How many of the values lie where: upright bars over equal intervals, as shares of all values.</summary>
public sealed class Histogram : ChartPicture
{
    public Histogram() => (Width, Height, YTitle) = (480, 300, "share of values");

    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>What the axis covers; left out, all values. Values outside are counted in the outermost bars.</summary>
    public (double Low, double High)? Range { get; init; }

    public int Bins { get; init; } = 40;

    /// <summary>The look of the bars.</summary>
    public int Colour { get; init; }

    internal override void Write(TextWriter html, string id)
    {
        double[] finite = [.. Values.Where(double.IsFinite)];
        var x = (LinearAxis)Axis.Over(finite, Scale.Linear, Range, Width / 90);
        var counts = new int[Bins];
        foreach (double value in finite)
        {
            counts[Math.Clamp((int)(x.Share(value) * Bins), 0, Bins - 1)]++;
        }
        var y = new LinearAxis(0, counts.Max() / (double)Math.Max(1, finite.Length), 4);
        var chart = new Chart(id, About, XTitle, YTitle, Width, Height, x, y);
        double width = (x.High - x.Low) / Bins;
        for (int i = 0; i < Bins; i++)
        {
            chart.Bar($"f{Colour % Series.Looks}", x.Low + (i * width), x.Low + ((i + 0.92) * width), counts[i] / (double)Math.Max(1, finite.Length));
        }
        chart.Write(html);
    }
}
