using System.Text.Json;
using System.Text.RegularExpressions;
using Longhand.Cli.Display;
using Longhand.Labs;
using Spectre.Console;

namespace Longhand.Cli.Tests;

public sealed class LabViewTests
{
    private static readonly LabProgress[] Reports =
    [
        .. Enumerable.Range(0, 1001).Select(i => new LabProgress(i / 1000.0, $"network {i / 250} [red]", [("loss", 1000.0 / (i + 1)), ("accuracy", double.NaN)])),
    ];

    [Fact]
    public void Plain_lines_are_few()
    {
        var data = new StringWriter { NewLine = "\n" };
        var view = new PlainLabView(data, TextWriter.Null, TimeProvider.System);
        Array.ForEach(Reports, view.Show);
        string[] lines = data.ToString().TrimEnd('\n').Split('\n');
        Assert.InRange(lines.Length, 11, 16);
        Assert.Equal("  0%  network 0 [red]   loss 1e+03   accuracy NaN", lines[0]);
        Assert.StartsWith("100%  ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_are_few_and_hold_nothing_that_json_cannot()
    {
        var data = new StringWriter { NewLine = "\n" };
        var view = new JsonLabView(data);
        Array.ForEach(Reports, view.Show);
        JsonElement[] lines = [.. data.ToString().TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.InRange(lines.Length, 51, 60);
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("numbers").GetProperty("accuracy").ValueKind);
    }

    [Fact]
    public void The_live_display_keeps_its_height_and_width_and_goes_away()
    {
        (LiveLabView view, StringWriter terminal) = Live();
        foreach (LabProgress report in Reports.Where((_, i) => i % 200 == 0))
        {
            view.Show(report with { Doing = report.Doing + new string('x', 100) });
            Thread.Sleep(110);                                                   // it draws at most ten times a second
        }
        string drawn = terminal.ToString();
        Assert.All(Regex.Matches(drawn, @"\e\[(\d+)A"), up => Assert.Equal("3", up.Groups[1].Value));
        Assert.All(Regex.Replace(drawn, @"\e\[[?0-9;]*[A-Za-z]|\r", "").Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains("network 4 [red]xx", drawn, StringComparison.Ordinal);
        view.End();
        view.End();
        Assert.All(Screen.Of(Regex.Replace(terminal.ToString(), @"\e\[\?25[lh]", "")), line => Assert.Equal("", line.Trim()));
    }

    [Fact]
    public void Ctrl_C_is_answered_at_once_and_said_at_the_end()
    {
        (LiveLabView view, StringWriter terminal) = Live();
        view.Show(Reports[0]);
        view.Stopping();
        Assert.Contains("Stopping; nothing is written…", terminal.ToString(), StringComparison.Ordinal);
        view.End();
        view.Show(Reports[1]);
        Assert.EndsWith("Stopped; nothing was written.\n", terminal.ToString(), StringComparison.Ordinal);
    }

    private static (LiveLabView View, StringWriter Terminal) Live()
    {
        var terminal = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(terminal) });
        console.Profile.Width = 300;
        return (new LiveLabView(console, TimeProvider.System), terminal);
    }
}
