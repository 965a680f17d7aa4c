using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class ReportTests
{
    [Fact]
    public void Shows_the_headline_numbers()
    {
        string page = Page(Learned(steps: 2000));
        foreach (string shown in new[]
        {
            "capstone on fables", "1.700", "5.47", "2.453", "206,464", "184,532", "1 min 52 s", "ln 65 = 4.174", "best 1.700 at step 2,000",
            "learning rate (×10⁻³)", "gradient norm", "loss (nats per token)", "9f86d081", "weight decay", "longhand sample",
        })
        {
            Assert.Contains(shown, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_first_tile_says_whose_loss_it_shows()
    {
        ReportData data = Learned(steps: 20);
        Assert.Contains("<span>Best validation loss</span><b>1.700</b><small>nats per token, lower is better<", Page(data), StringComparison.Ordinal);
        ReportData worse = data with { Evaluations = [new(0, 4.186), new(20, 78.3)], ValidationLoss = 4.186 };
        Assert.Contains("<span>Best validation loss</span><b>4.186</b><small>nats per token; the last was 78.300<", Page(worse), StringComparison.Ordinal);
        ReportData lost = data with { Evaluations = [new(0, 4.186), new(10, 1.6), new(20, 1.7)] };
        Assert.Contains("<span>Validation loss</span><b>1.700</b><small>nats per token, of the weights kept; the best was 1.600<", Page(lost), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(777)]
    [InlineData(100_000)]
    public void Any_number_of_steps_gives_a_page_of_bounded_size_with_well_formed_drawings(int steps)
    {
        string page = Page(Learned(steps));
        Assert.InRange(page.Length, 1, 150_000);
        CheckDrawings(page);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    [InlineData(1e30)]
    [InlineData(0.0)]
    public void Strange_numbers_stay_out_of_the_drawings(double strange)
    {
        ReportData data = Learned(steps: 50);
        List<ReportStep> steps = [.. data.Steps.Select(s => s.Step % 7 < 3 ? new ReportStep(s.Step, strange, strange, strange) : s)];
        CheckDrawings(Page(data with { Steps = steps, Evaluations = [new(0, strange), new(50, 3)], ValidationLoss = strange, Seconds = strange }));
        List<ReportStep> all = [.. data.Steps.Select(s => new ReportStep(s.Step, strange, strange, strange))];
        CheckDrawings(Page(data with { Steps = all, Evaluations = [new(0, strange)], TokensPerSecond = strange, Clip = strange }));
    }

    [Fact]
    public void Every_text_is_escaped()
    {
        const string evil = "<script>alert('1')</script>&\"\u0007\uD800";
        ReportData data = Learned(steps: 3) with
        {
            Model = evil,
            Corpus = evil,
            Note = evil,
            WeightsSha256 = evil,
            Samples = [new(1, evil)],
            Settings = [new(evil, evil)],
            Machine = [new(evil, evil)],
            Next = [new(evil, evil)],
        };
        string page = Page(data);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0007', page);
        Assert.DoesNotContain('\uD800', page);
        Assert.Contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;\uFFFD\uFFFD", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_samples_and_many_of_them_are_cut()
    {
        ReportData data = Learned(steps: 10) with
        {
            Samples = [.. Enumerable.Range(0, 5000).Select(i => new ReportSample(i, new string('x', 100_000)))],
        };
        string page = Page(data);
        Assert.InRange(page.Length, 1, 100_000);
        Assert.Contains("Step 0 ", page, StringComparison.Ordinal);
        Assert.Contains("Step 4,999 ", page, StringComparison.Ordinal);
        Assert.Contains("24 of 5,000 samples", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetches_nothing_and_runs_nothing()
    {
        string page = Page(Learned(steps: 100));
        foreach (string foreign in new[] { "http:", "https:", "src=", "href=", "@import", "<script", "<link", "url(h" })
        {
            Assert.DoesNotContain(foreign, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void On_a_narrow_screen_charts_scroll_and_legends_break_between_entries()
    {
        string page = Page(Learned(steps: 100));
        Assert.Equal(Regex.Count(page, "<svg"), Regex.Count(page, "<div class=\"plot\">\n<svg"));
        Assert.Equal(4, Regex.Count(page, "<span><i class=\"key [a-z]*\"></i>[^<]+</span>"));
    }

    [Fact]
    public void The_culture_does_not_matter()
    {
        string expected = Page(Learned(steps: 100));
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        commas.NumberFormat.NumberGroupSeparator = ".";
        commas.NumberFormat.NegativeSign = "~";
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(expected, Page(Learned(steps: 100)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Page(ReportData data)
    {
        var page = new StringWriter();
        Report.Write(page, data);
        return page.ToString();
    }

    private static void CheckDrawings(string page)
    {
        foreach (Match svg in Regex.Matches(page, "<svg.*?</svg>", RegexOptions.Singleline))
        {
            XElement drawing = XElement.Parse(svg.Value);
            foreach (XAttribute a in drawing.Descendants().Attributes().Where(a => a.Name.LocalName is "d" or "x" or "y" or "cx" or "cy"))
            {
                Assert.Matches(@"^[-0-9. MLHVhv]*(\.35em)?$", a.Value);
            }
        }
    }

    private static ReportData Learned(int steps) => new()
    {
        Model = "capstone",
        Corpus = "fables",
        Vocabulary = 65,
        Parameters = 206_464,
        StepsDone = steps,
        StepsAsked = steps,
        ValidationLoss = 1.7,
        TokensPerSecond = 184_532,
        Seconds = 112.3,
        Clip = 1,
        WeightsSha256 = "9f86d081884c7d659a2feaa0c55ad015",
        Steps = [.. Enumerable.Range(1, steps).Select(i => new ReportStep(i, 1.6 + 2.5 * Math.Exp(-i * 5.0 / steps), 0.006 * i / steps, 1 + i % 5))],
        Evaluations = steps == 0 ? [] : [new(0, 4.3), new(steps, 1.7)],
        Samples = [new(steps, "The fox said:\n“Come.”")],
        Settings = [new("weight decay", "0.1")],
        Machine = ReportMachine.Rows(threads: 2),
        Next = [new("Let it write", "longhand sample runs/fables --prompt \"The fox\"")],
    };
}
