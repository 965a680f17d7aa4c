using System.Buffers.Binary;
using System.IO.Compression;
using System.Xml.Linq;
using Longhand.Pictures;

namespace Longhand.Tests;

public sealed class PicturesTests
{
    private const string Evil = "<script>alert('1')</script>&\"\u0007\uD800`";

    private static readonly PlaneGrid Grid = PlaneGrid.Around([0, 0, 1, 2], columns: 6);

    /// <summary>One of each kind, with texts that would break out of a page that forgot to escape them, and numbers no chart can show.</summary>
    public static TheoryData<string> Kinds => [.. All.Keys];

    private static readonly Dictionary<string, Picture> All = new()
    {
        ["lines"] = new LineChart
        {
            About = Evil,
            XTitle = Evil,
            YTitle = Evil,
            Series =
            [
                new(Evil, Point.Of([1, 2, double.NaN, 4])) { Look = SeriesLook.LineAndMarks, Labels = [Evil, "b"] },
                new("faint", Point.Of([3, 1])) { IsFaint = true }, new("empty", []),
            ],
            Levels = [new(2, Evil)],
            Uprights = [new(1, Evil)],
        },
        ["log"] = new LineChart { About = "x", XScale = Scale.Log, YScale = Scale.Log, Series = [new("a", [new(0, 1), new(1e-9, 1e9), new(10, -1), new(double.PositiveInfinity, 1), new(2, 3)])] },
        ["regions"] = new Regions { About = Evil, Grid = Grid, Classes = [.. Enumerable.Range(0, 36).Select(i => i % 3)], Points = [0, 0, 1, 2], Labels = [0, 2], ClassNames = [Evil], Lines = [new("line", [new(0, 0), new(1, 1)])] },
        ["contours"] = new ContourMap { About = Evil, Function = (x, y) => (x * x) + (10 * y * y), XRange = (-2, 2), YRange = (-1, 1), Paths = [new(Evil, [new(1, 1), new(0, 0)])], Places = [(new(0, 0), Evil)] },
        ["heat"] = new HeatMap { About = Evil, Values = [1, -2, double.NaN, 4], Columns = 2, RowNames = [Evil, "b"], ColumnNames = ["c", Evil] },
        ["images"] = new ImageGrid { About = Evil, ImageWidth = 2, Images = [([0, 1, -1, float.NaN], Evil), ([0, 0, 0, 0], "nothing")], IsSigned = true },
        ["bars"] = new BarChart { About = Evil, Bars = [(Evil, 1, Evil), ("b", double.NaN, ""), ("c", -3, "")] },
        ["histogram"] = new Histogram { About = Evil, XTitle = Evil, Values = [1, 2, 2, 3, double.NaN] },
        ["passage"] = new Passage { About = Evil, Text = $"\n{Evil}\na b", Grounds = [0, 1, 1, -0.3, double.NaN, double.PositiveInfinity, 7] },
        ["slider"] = new Slider { About = Evil, Frames = [(Evil, new LineChart { About = "x", Series = [] }), ("b", new LineChart { About = "y", Series = [] })] },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_picture_is_well_formed_escaped_described_and_fetches_nothing(string kind)
    {
        string page = PageWith(new Figure(All[kind], Evil));
        XElement html = Parse(page);
        CheckSelfContained(page, html);
        if (kind != "log")
        {
            Assert.Contains(html.Descendants().Attributes("aria-label"), a => a.Value.StartsWith("<script>", StringComparison.Ordinal));
        }
        foreach (XAttribute a in html.Descendants().Attributes().Where(a => a.Name.LocalName is "d" or "x" or "y" or "cx" or "cy" or "width" or "height" or "viewBox"))
        {
            Assert.Matches(@"^[-0-9. MLHVhvlmaz]*(width=device-width.*|100%)?$", a.Value);
        }
    }

    [Fact]
    public void Everything_fits_on_one_page_without_two_things_of_one_name()
    {
        string page = PageWith([.. All.Values.Select(p => new Figure(p, "`code` and more")), new Pair(new Figure(All["lines"], "a"), new Figure(All["log"], "b")),
            new Prose($"First.\n\nSecond {Evil}"), new Table(["", Evil], [[Evil, "1"]], Evil)]);
        XElement html = Parse(page);
        CheckSelfContained(page, html);
        Assert.Distinct(html.Descendants().Attributes("id").Select(a => a.Value));
        Assert.Single(html.Descendants("script"));
        Assert.Equal(page, PageWith([.. All.Values.Select(p => new Figure(p, "`code` and more")), new Pair(new Figure(All["lines"], "a"), new Figure(All["log"], "b")),
            new Prose($"First.\n\nSecond {Evil}"), new Table(["", Evil], [[Evil, "1"]], Evil)]));
    }

    [Fact]
    public void A_page_without_a_slider_has_no_script_and_one_without_a_script_shows_the_last_frame()
    {
        Assert.DoesNotContain("<script", PageWith(new Figure(All["lines"], "x")), StringComparison.Ordinal);
        XElement[] frames = [.. Parse(PageWith(new Figure(All["slider"], "x"))).Descendants("div").Where(d => ((string?)d.Attribute("class"))?.StartsWith("frame", StringComparison.Ordinal) ?? false)];
        Assert.Equal(["frame", "frame on"], frames.Select(f => (string?)f.Attribute("class")));
    }

    [Fact]
    public void Numbers_of_a_heat_map_have_as_many_decimals_each()
    {
        var map = new HeatMap { About = "shares", Values = [0.82, 0.03, 0, 1], Columns = 2 };
        IEnumerable<string> cells = Parse(PageWith(new Figure(map, ""))).Descendants("svg").Single().Descendants("text").Select(t => t.Value);
        Assert.Equal(["0.82", "0.03", "0.00", "1.00"], cells);
    }

    [Fact]
    public void A_heat_map_of_few_cells_is_a_small_picture()
    {
        string Room(int columns) => (string?)Parse(PageWith(new Figure(new HeatMap { About = "", Values = new double[columns], Columns = columns }, "")))
            .Descendants("svg").Single().Parent!.Attribute("style") ?? "";
        Assert.Equal("max-width: 8.8rem", Room(2));                                // 2 · 52 + 16 units
        Assert.Equal("max-width: 62.0rem", Room(16));
    }

    [Fact]
    public void Texts_of_a_table_begin_at_the_left()
    {
        XElement html = Parse(PageWith(new Table(["a", "b", "c"], [["1", "2", "words"]]) { TextColumns = [2] }));
        Assert.Equal(["c", "words"], html.Descendants().Where(e => (string?)e.Attribute("class") == "text").Select(e => e.Value));
    }

    [Fact]
    public void A_chart_is_a_file_of_its_own_with_colours_that_every_viewer_knows()
    {
        string svg = ((LineChart)All["lines"]).ToSvg();
        Assert.Equal("svg", XElement.Parse(svg).Name.LocalName);
        Assert.DoesNotContain("var(", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_come_back_from_a_png()
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * 2 * 4).Select(i => (byte)(7 * i))];
        byte[] file = Png.Encode(3, 2, pixels);
        Assert.Equal((3, 2), (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20))));
        // The checksum of an empty IEND chunk is known.
        Assert.Equal(0xAE426082u, BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(file.Length - 4)));
        int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33));
        using var rows = new ZLibStream(new MemoryStream(file, 41, length), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        rows.CopyTo(unpacked);
        Assert.Equal([0, .. pixels[..12], 0, .. pixels[12..]], unpacked.ToArray());
        Assert.Throws<ArgumentException>(() => Png.Encode(3, 2, pixels.AsSpan(1)));
    }

    [Fact]
    public void Contours_lie_at_their_height()
    {
        Func<double, double, double> bowl = (x, y) => (x * x) + (10 * y * y);
        double[] values = Contours.Sample(bowl, (-2, 2), (-1, 1), 100);
        List<(Point From, Point To)> pieces = Contours.At(1.5, values, (-2, 2), (-1, 1), 100);
        Assert.InRange(pieces.Count, 100, 400);
        Assert.All(pieces, p => Assert.Equal(1.5, bowl(p.From.X, p.From.Y), tolerance: 0.005));
    }

    [Theory]
    [InlineData(0, 2000, 8, "0|500|1,000|1,500|2,000")]
    [InlineData(1.52, 4.31, 6, "1.5|2.0|2.5|3.0|3.5|4.0|4.5")]
    [InlineData(0, 0.006, 4, "0|2|4|6")]
    [InlineData(0, 0, 4, "0.0|0.5|1.0")]
    [InlineData(0, 5e9, 5, "0|1|2|3|4|5")]
    public void Ticks_are_round_numbers(double least, double greatest, int intervals, string labels)
    {
        var axis = new LinearAxis(least, greatest, intervals);
        Assert.Equal(labels, string.Join('|', axis.Ticks().Select(t => t.Label)));
    }

    [Fact]
    public void An_axis_covers_its_values_with_few_ticks()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            double a = (random.NextDouble() - 0.3) * Math.Pow(10, random.Next(-9, 9));
            double b = a + random.NextDouble() * Math.Pow(10, random.Next(-6, 9));
            var axis = new LinearAxis(a, b, 6);
            Assert.True(axis.Low <= a + 1e-6 * (b - a) && axis.High >= b - 1e-6 * (b - a), $"{a} … {b}: {axis.Low} … {axis.High}");
            Assert.InRange(axis.Ticks().Count(), 2, 9);
            Assert.Distinct(axis.Ticks().Select(t => t.Label));
        }
    }

    [Fact]
    public void Thinning_keeps_spikes_and_gaps()
    {
        List<Point> points = [.. Enumerable.Range(0, 10_000).Select(i => new Point(i, i == 1234 ? 99 : i == 5678 ? double.NaN : 1))];
        IReadOnlyList<Point> thin = Curve.Thin(points, columns: 50);
        Assert.InRange(thin.Count, 50, 150);
        Assert.Contains(new Point(1234, 99), thin);
        Assert.Contains(thin, p => double.IsNaN(p.Y));
        Assert.Equal(thin.OrderBy(p => p.X), thin);
    }

    [Fact]
    public void Smoothing_keeps_a_straight_line_without_lag()
    {
        List<Point> line = [.. Enumerable.Range(0, 1000).Select(i => new Point(i, 3 * i))];
        foreach ((Point expected, Point actual) in line.Zip(Curve.Smooth(line)))
        {
            Assert.Equal(expected.Y, actual.Y, tolerance: 1e-6);
        }
    }

    [Theory]
    [InlineData(1e-9, 1e3, "10⁻⁸|10⁻⁶|10⁻⁴|0.01|1|100")]
    [InlineData(0.5, 30, "0.5|1|2|5|10|20")]
    [InlineData(1, 1000, "1|10|100|1,000")]
    [InlineData(7, 7, "5|10")]
    public void A_logarithmic_axis_has_few_round_labels(double least, double greatest, string labels) =>
        Assert.Equal(labels, string.Join('|', new LogAxis(least, greatest).Ticks().Select(t => t.Label)));

    [Fact]
    public void A_logarithmic_axis_covers_any_range_with_few_labels_and_equal_factors()
    {
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
        {
            double low = Math.Pow(10, random.NextDouble() * 200 - 100), high = low * Math.Pow(10, random.NextDouble() * 50);
            var axis = new LogAxis(low, high);
            Assert.InRange(axis.Ticks().Count(), 0, 10);
            Assert.All(axis.Ticks(), t => Assert.InRange(axis.Share(t.Value), -1e-6, 1 + 1e-6));
        }
    }

    [Theory]
    [InlineData(0.0123456, "0.0123")]
    [InlineData(9.996, "10.0")]
    [InlineData(1234.6, "1,235")]
    [InlineData(-0.5, "−0.500")]
    [InlineData(3.2e-7, "3.2×10⁻⁷")]
    [InlineData(double.MaxValue, "1.8×10³⁰⁸")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "−∞")]
    [InlineData(0, "0")]
    public void Numbers_have_a_few_digits(double number, string text) => Assert.Equal(text, PageText.Digits(number));

    [Theory]
    [InlineData(10, "10")]
    [InlineData(-0.01, "−0.01")]
    [InlineData(2.5e-7, "2.5×10⁻⁷")]
    [InlineData(1e20, "1×10²⁰")]
    public void Plain_numbers_have_all_their_digits(double number, string text) => Assert.Equal(text, PageText.Plain(number));

    [Fact]
    public void A_grid_asks_at_the_centres_of_its_cells_from_the_top_left()
    {
        var grid = new PlaneGrid((0, 4), (0, 2), columns: 4, rows: 2);
        Assert.Equal([0.5f, 1.5f, 1.5f, 1.5f], grid.Centres[..4]);
        Assert.Equal([3.5f, 0.5f], grid.Centres[^2..]);
    }

    internal static XElement Parse(string page)
    {
        const string doctype = "<!doctype html>\n";
        Assert.StartsWith(doctype, page, StringComparison.Ordinal);
        return XElement.Parse(page[doctype.Length..]);
    }

    /// <summary>Nothing comes from elsewhere, and nothing was put on the page as markup that came as a text.</summary>
    internal static void CheckSelfContained(string page, XElement html)
    {
        foreach (string foreign in new[] { "http:", "https:", "@import", "<link", "url(h", "<script>alert", "onload" })
        {
            Assert.DoesNotContain(foreign, page, StringComparison.Ordinal);
        }
        foreach (XAttribute a in html.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href"))
        {
            Assert.StartsWith("data:image/png;base64,", a.Value, StringComparison.Ordinal);
        }
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.Contains("@media print", page, StringComparison.Ordinal);
    }

    private static string PageWith(params Block[] blocks) => new Page
    {
        Title = Evil,
        Lead = Evil,
        Conclusion = Evil,
        Headlines = [new(Evil, Evil, Evil)],
        Sections = [new(Evil, blocks)],
        Settings = [(Evil, Evil)],
        Command = Evil,
        Generator = Evil,
    }.ToHtml();
}
