using System.Text.RegularExpressions;
using System.Xml.Linq;
using Longhand.Labs;

namespace Longhand.Tests;

/// <summary>What is true of every lab, and of what labs are made with. What a lab claims is tested under its own name.</summary>
public sealed class LabTests
{
    public static TheoryData<string> Names => [.. LabCatalogue.All.Select(lab => lab.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_lab_says_what_it_is(string name)
    {
        Lab lab = LabCatalogue.Find(name)!;
        Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", lab.Name);
        Assert.InRange(lab.Summary.Length, 20, 90);                               // one line of the table
        Assert.False(lab.Summary.EndsWith('.'), lab.Summary);
        Assert.EndsWith("?", lab.Question, StringComparison.Ordinal);
        Assert.EndsWith(".", lab.About, StringComparison.Ordinal);
        Assert.Distinct(lab.Knobs.Select(k => k.Name));
        Assert.All(lab.Knobs, knob =>
        {
            Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", knob.Name);
            Assert.DoesNotContain(knob.Name, new[] { "seed", "out", "plain", "json", "help", "version" });
            Assert.EndsWith(".", knob.About, StringComparison.Ordinal);
            Assert.Null(knob.Problem(knob.Usual));
        });
    }

    [Fact]
    public void Names_are_different_and_found()
    {
        Assert.Distinct(LabCatalogue.All.Select(lab => lab.Name));
        Assert.Null(LabCatalogue.Find("nothing"));
    }

    [Fact]
    public void Knobs_have_ranges_and_defaults()
    {
        var context = new LabContext(new Sample(), settings: new Dictionary<string, object> { ["steps"] = 7, ["shape"] = "round" });
        Assert.Equal((7, 0.5, "round"), (context[Sample.Steps], context[Sample.Rate], context[Sample.Shape]));
        Assert.Equal("longhand", context.Seed);
        foreach ((string knob, object value, string says) in new (string, object, string)[]
        {
            ("steps", 0, "steps: expected a whole number from 1 to 10, found 0."), ("steps", 2.0, "expected a whole number"),
            ("rate", 0.0, "rate: expected a number above 0 to 1, found 0."), ("rate", double.NaN, "found NaN"),
            ("shape", "flat", "shape: expected one of square, round, found flat."), ("colour", 1, "has no knob \"colour\". It has: steps, rate, shape."),
        })
        {
            var problem = Assert.Throws<ArgumentException>(() => new LabContext(new Sample(), settings: new Dictionary<string, object> { [knob] = value }));
            Assert.Contains(says, problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Reports_reach_the_listener_and_a_stop_ends_the_run()
    {
        var heard = new List<LabProgress>();
        using var stop = new CancellationTokenSource();
        var context = new LabContext(new Sample(), listener: heard.Add, cancel: stop.Token);
        context.Report(2, "much", ("loss", 0.5));
        Assert.Equal((1.0, "much", ("loss", 0.5)), (heard[0].Done, heard[0].Doing, heard[0].Numbers[0]));
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => new Sample().Run(context));
    }

    [Fact]
    public void The_page_has_the_question_the_answer_the_settings_and_the_command()
    {
        var lab = new Sample();
        var context = new LabContext(lab, "my seed", new Dictionary<string, object> { ["steps"] = 7, ["rate"] = 0.5 });
        string page = LabReport.Page(lab, context, lab.Run(context));
        XElement html = PicturesTests.Parse(page);
        PicturesTests.CheckSelfContained(page, html);
        Assert.True(LabReport.IsOurs(page));
        Assert.False(LabReport.IsOurs("<html>longhand lab</html>"));
        string text = html.Value;
        foreach (string shown in new[] { "Is it so?", "It is: 7.", "longhand lab sample --seed \"my seed\" --steps 7", "my seed" })
        {
            Assert.Contains(shown, text, StringComparison.Ordinal);
        }
        Assert.Equal(page, LabReport.Page(lab, context, lab.Run(context)));
    }

    /// <summary>Runs a lab as its test wants it, and checks what holds for every result.</summary>
    internal static (LabResult Result, string Page) Run(string name, params (string Knob, object Value)[] settings) => Run(name, LabContext.DefaultSeed, settings);

    /// <summary>The same with a seed.</summary>
    internal static (LabResult Result, string Page) Run(string name, string seed, params (string Knob, object Value)[] settings)
    {
        Lab lab = LabCatalogue.Find(name)!;
        var heard = new List<LabProgress>();
        var context = new LabContext(lab, seed, settings.ToDictionary(s => s.Knob, s => s.Value), heard.Add);
        LabResult result = lab.Run(context);
        Assert.NotEmpty(heard);
        Assert.Equal(heard.OrderBy(p => p.Done), heard);
        Assert.InRange(result.Conclusion.Length, 80, 900);
        Assert.NotEmpty(result.Numbers);
        Assert.Distinct(result.Numbers.Select(n => n.Name));
        Assert.All(result.Numbers, n => Assert.Matches("^[a-z][a-z0-9_]*$", n.Name));
        string page = LabReport.Page(lab, context, result);
        PicturesTests.CheckSelfContained(page, PicturesTests.Parse(page));
        Assert.InRange(page.Length, 1000, 4_000_000);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(new Regex("=\"[^\"]*NaN", RegexOptions.None), Regex.Replace(page, "(aria-label|data-label|alt|href|src)=\"[^\"]*\"", ""));
        return (result, page);
    }

    /// <summary>The measured number of this name.</summary>
    internal static double Number(LabResult result, string name) => result.Numbers.Single(n => n.Name == name).Value;

    private sealed class Sample : Lab
    {
        public static readonly WholeKnob Steps = new("steps", "How many.", 5, 1, 10);
        public static readonly NumberKnob Rate = new("rate", "How fast.", 0.5, 0, 1, OpenBelow: true);
        public static readonly ChoiceKnob Shape = new("shape", "What form.", "square", "round");

        public override string Name => "sample";

        public override string Summary => "something to test with";

        public override string Question => "Is it so?";

        public override string About => "Looks whether it is so.";

        public override IReadOnlyList<Knob> Knobs => [Steps, Rate, Shape];

        public override LabResult Run(LabContext context)
        {
            context.Report(0.5, "half");
            return new LabResult { Conclusion = FormattableString.Invariant($"It is: {context[Steps]}."), Numbers = [("steps", context[Steps])], Sections = [] };
        }
    }
}
