using System.Globalization;
using System.Xml.Linq;
using Longhand.Pictures;

namespace Longhand.Tests;

public sealed class LabelsTests
{
    private static List<(double X, double Y, string Anchor, string Text)> Drawn(params (double X, double Y, string Text)[] wanted)
    {
        var labels = new Labels(0, 0, 500, 300);
        foreach ((double x, double y, string text) in wanted) labels.Add(x, y, text);
        var svg = new StringWriter();
        labels.Write(svg);
        return [.. XElement.Parse($"<svg>{svg}</svg>").Elements("text").Select(t => (Number(t, "x"), Number(t, "y"), t.Attribute("text-anchor")!.Value, t.Value))];
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static (double Left, double Right) Span((double X, double Y, string Anchor, string Text) label)
    {
        double width = Legend.WidthOf(label.Text);
        double left = label.Anchor switch { "start" => label.X, "end" => label.X - width, _ => label.X - (width / 2) };
        return (left, left + width);
    }

    [Fact]
    public void A_label_alone_stands_to_the_right_a_little_higher_than_its_point()
    {
        (double x, double y, string anchor, string text) = Assert.Single(Drawn((100, 100, "a < b")));
        Assert.Equal((109, "start", "a < b"), (x, anchor, text));
        Assert.InRange(y, 90, 99);
    }

    [Theory]
    [InlineData(480, 150)]
    [InlineData(250, 2)]
    [InlineData(250, 298)]
    [InlineData(499, 299)]
    public void A_label_stays_within_the_frame(double x, double y)
    {
        var label = Assert.Single(Drawn((x, y, "tortoise")));
        Assert.InRange(Span(label).Left, 0, 500);
        Assert.InRange(Span(label).Right, 0, 500);
        Assert.InRange(label.Y, 7, 293);
    }

    [Fact]
    public void Labels_of_neighbours_do_not_cover_each_other()
    {
        var labels = Drawn((100, 100, "kindness"), (112, 103, "honesty"), (108, 90, "courage"), (95, 114, "patience"), (104, 122, "sleep"));
        for (int i = 0; i < labels.Count; i++)
            for (int j = 0; j < i; j++)
            {
                bool sameRows = Math.Abs(labels[i].Y - labels[j].Y) < 14;
                Assert.False(sameRows && Span(labels[i]).Left < Span(labels[j]).Right && Span(labels[j]).Left < Span(labels[i]).Right, $"{labels[i]} {labels[j]}");
            }
    }

    [Fact]
    public void No_label_is_left_out_where_there_is_no_room() =>
        Assert.Equal(40, Drawn([.. Enumerable.Range(0, 40).Select(i => (200.0, 150.0, $"word {i}"))]).Count);
}
