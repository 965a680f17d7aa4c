namespace Longhand.Pictures;

/// <summary>
/// Which class a model gives to every place of the plane, as coloured areas, with labelled points on top: circles, squares and so on by
/// class, filled with its colour. Where the model is less certain, the colour is paler.
/// </summary>
public sealed class Regions : ChartPicture
{
    // The colours of the classes as the style sheet has them, in the middle between its light and its dark ones.
    private static readonly (byte R, byte G, byte B)[] s_colours =
        [(38, 139, 210), (235, 114, 43), (20, 168, 130), (204, 100, 170), (110, 190, 235), (240, 175, 40), (130, 105, 215), (140, 140, 140)];

    public Regions() => (Width, Height, XTitle, YTitle) = (480, 480, "x₁", "x₂");

    /// <summary>The cells.</summary>
    public required PlaneGrid Grid { get; init; }

    /// <summary>The class of each cell, in the grid's order.</summary>
    public required IReadOnlyList<int> Classes { get; init; }

    /// <summary>How certain the model is in each cell, 0 to 1; left out, entirely.</summary>
    public IReadOnlyList<float>? Certainty { get; init; }

    /// <summary>x and y of each point, one after the other.</summary>
    public IReadOnlyList<float> Points { get; init; } = [];

    /// <summary>The true class of each point.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>Names for the legend; left out, "class 0" and so on.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Lines on top, such as a boundary or its margins; their looks begin after those of the classes.</summary>
    public IReadOnlyList<Series> Lines { get; init; } = [];

    internal override void Write(TextWriter html, string id)
    {
        var x = new LinearAxis(Grid.X.Low, Grid.X.High, 5, keepsEnds: true);
        var y = new LinearAxis(Grid.Y.Low, Grid.Y.High, 5, keepsEnds: true);
        int classes = Math.Max(Classes.Append(-1).Max(), Labels.Append(-1).Max()) + 1;
        Series[] groups = [.. Enumerable.Range(0, classes).Select(Group)];
        Series[] lines = [.. Lines.Select((line, i) => line with { Colour = line.Colour ?? classes + i })];
        Legend legend = LegendOf([.. groups, .. lines]);
        var chart = new Chart(id, About, XTitle, YTitle, Width, Chart.EvenHeight(Width, x, y, legend), x, y, legend);
        chart.Image(Png.Address(Grid.Columns, Grid.Rows, Pixels()), Grid.X, Grid.Y);
        Draw(chart, lines);
        Draw(chart, groups);
        chart.Write(html);
    }

    private Series Group(int label)
    {
        var points = new List<Point>();
        for (int i = 0; i < Labels.Count; i++)
        {
            if (Labels[i] == label)
            {
                points.Add(new Point(Points[2 * i], Points[(2 * i) + 1]));
            }
        }
        string name = ClassNames is { } names && label < names.Count ? names[label] : FormattableString.Invariant($"class {label}");
        return new Series(name, points) { Look = SeriesLook.Marks, Colour = label };
    }

    private byte[] Pixels()
    {
        var pixels = new byte[4 * Grid.Count];
        for (int i = 0; i < Math.Min(Grid.Count, Classes.Count); i++)
        {
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = s_colours[Math.Max(0, Classes[i]) % s_colours.Length];
            float certainty = Certainty is { } all && i < all.Count && all[i] is >= 0 and <= 1 ? all[i] : 1;
            pixels[(4 * i) + 3] = (byte)(20 + (100 * certainty));
        }
        return pixels;
    }
}
