using System.Text.Json;
using Longhand.Cli.Display;
using Longhand.Training;
using Spectre.Console;

namespace Longhand.Cli.Tests;

public sealed class TrainingViewTests
{
    private static readonly TrainingEvent[] Events =
    [
        new StartedEvent(0, Steps: 200, Parameters: 206_464, TrainTokens: 1_003_854, ValidationTokens: 111_540, Run: "runs/two words", Note: "A note."),
        new EvalEvent(0, ValidationLoss: 4.25, IsBest: true),
        new SampleEvent(0, "x\u001b[31mQ!\nž<b>[red]\"\n"),
        .. Enumerable.Range(1, 200).Select(i => new StepEvent(i, 4.0 - i / 100.0, 4.2 - i / 100.0, 1e-3, 0.9, 184_532, 200 - i)),
        new StepEvent(200, double.NaN, double.NaN, 1e-3, double.PositiveInfinity, 184_532, 0),
        new EvalEvent(200, ValidationLoss: 1.75, IsBest: true),
        new CheckpointEvent(200, "runs/two words/checkpoints/step-000200"),
        new DoneEvent(200, 1.5, 1.75, 184_532, 61.4, "9f86d081", "runs/two words", StopReason.Finished),
    ];

    [Fact]
    public async Task Json_is_one_object_per_event_with_the_promised_members()
    {
        var data = new StringWriter { NewLine = "\n" };
        DoneEvent? done = await new JsonView(data).ShowAsync(Stream(Events));
        Assert.Same(Events[^1], done);
        JsonElement[] lines = [.. data.ToString().TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(Events.Length, lines.Length);
        Assert.Equal(["start", "eval", "sample", "step"], lines.Take(4).Select(l => l.GetProperty("event").GetString()));
        Assert.Equal("x\u001b[31mQ!\nž<b>[red]\"\n", lines[2].GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, lines[^4].GetProperty("loss").ValueKind);
        Assert.Equal(["event", "step", "train_loss", "val_loss", "perplexity", "tokens_per_second", "seconds", "weights_sha256", "run", "stopped"],
            lines[^1].EnumerateObject().Select(m => m.Name));
        Assert.Equal(Math.Exp(1.75), lines[^1].GetProperty("perplexity").GetDouble());
    }

    [Fact]
    public async Task Plain_lines_hold_no_terminal_commands_and_stay_few()
    {
        string text = await Plain(Events);
        Assert.DoesNotContain('\u001b', text);
        string[] lines = text.Split('\n');
        Assert.InRange(lines.Length, 45, 70);
        Assert.Contains("Training for 200 steps: 206,464 parameters, in runs/two words", lines);
        Assert.Contains("A note.", lines);
        Assert.Contains(lines, line => line.StartsWith("step 100/200  loss 3.2000  ", StringComparison.Ordinal)); // the smoothed one
        Assert.Contains("step 200/200  validation loss 1.7500, the best so far", lines);
        Assert.Contains("    x·[31mQ!", lines);
        Assert.Contains("Done: step 200 in 1:01, 184,532 tokens/s.", lines);
        Assert.Contains("Go on    ./longhand sample 'runs/two words'", lines);
    }

    [Fact]
    public async Task A_stopped_run_says_how_to_resume()
    {
        var stopped = (DoneEvent)Events[^1] with { Step = 17, Reason = StopReason.Interrupted };
        string text = await Plain([Events[0], stopped]);
        Assert.Contains("Stopped and saved: step 17", text, StringComparison.Ordinal);
        Assert.Contains("Go on    ./longhand train --resume --out 'runs/two words'", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_ends_before_its_first_evaluation_names_no_weights()
    {
        var stopped = (DoneEvent)Events[^1] with { Step = 0, ValidationLoss = double.PositiveInfinity, WeightsSha256 = "", Reason = StopReason.Interrupted };
        string text = await Plain([Events[0], stopped]);
        Assert.Contains("Stopped and saved: step 0.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Weights", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SHA-256", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_run_says_so_when_resumed()
    {
        string[] lines = (await Plain([(StartedEvent)Events[0] with { Step = 200 }, Events[^1]])).Split('\n');
        Assert.Equal("This run is already finished: 200 steps are done.", lines[0]);
        Assert.DoesNotContain(lines, line => line.Contains("tokens/s", StringComparison.Ordinal));
        Assert.Contains("Go on    ./longhand sample 'runs/two words'", lines);
    }

    [Fact]
    public async Task A_model_that_did_not_learn_is_no_secret()
    {
        string text = await Plain([.. Events[..^1], (DoneEvent)Events[^1] with { HasLearned = false }]);
        Assert.Contains("The model did not learn", text, StringComparison.Ordinal);
        Assert.DoesNotContain("did not learn", await Plain(Events), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_evaluation_is_announced_once_and_a_short_one_not_at_all()
    {
        string text = await Plain([Events[0], .. Evaluating(0, seconds: 4), Events[1], .. Evaluating(200, seconds: 1), Events[^1]]);
        string line = Assert.Single(text.Split('\n'), l => l.Contains("measuring", StringComparison.Ordinal));
        Assert.Equal("step   0/200  measuring on 1,000 characters, about 0:01 left", line);
    }

    [Fact]
    public void A_second_ctrl_c_tells_what_is_kept()
    {
        var progress = new RunProgress();
        Assert.Empty(Summary.Abandoned(progress, "./longhand"));
        progress.Add(Events[0]);
        Assert.Contains("no checkpoint yet", Summary.Abandoned(progress, "./longhand").First(), StringComparison.Ordinal);
        progress.Add(Events[^2]);
        Assert.Equal(
            ["Stopped at once. The checkpoint of step 200 is kept.", "Go on    ./longhand train --resume --out 'runs/two words'"],
            Summary.Abandoned(progress, "./longhand"));
    }

    [Fact]
    public async Task The_live_display_answers_ctrl_c_and_shows_how_far_an_evaluation_is()
    {
        var terminal = new StringWriter();
        var view = new LiveView(Terminal(terminal, width: 100), "./longhand", TimeProvider.System);
        await view.ShowAsync(Ctrl());
        Assert.Contains("Finishing this step, then saving… (Ctrl-C again stops at once.)", terminal.ToString(), StringComparison.Ordinal);
        Assert.Contains("measuring on 1,000 characters… 50%", terminal.ToString(), StringComparison.Ordinal);

        async IAsyncEnumerable<TrainingEvent> Ctrl()
        {
            yield return Events[0];
            foreach (TrainingEvent e in Evaluating(0, seconds: 1)) yield return e;
            view.Stopping();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task The_block_keeps_its_height_and_80_columns_whatever_the_numbers()
    {
        var terminal = new StringWriter();
        StepEvent[] steps = [.. new[] { 0.02, 0.000645, 1.23e-05 }.Select((rate, i) => new StepEvent(i + 1, 12.3456, 12.3456, rate, 1, 1_184_532, 36_000))];
        TrainingEvent[] events = [Events[0], new EvalEvent(0, 4.25, IsBest: true), .. steps.SelectMany(s => new TrainingEvent[] { s, new CheckpointEvent(s.Step, "x") })];
        await new LiveView(Terminal(terminal, width: 300), "./longhand", TimeProvider.System).ShowAsync(Stream(events));
        string[] ups = [.. System.Text.RegularExpressions.Regex.Matches(terminal.ToString(), @"\e\[(\d+)A").Select(m => m.Groups[1].Value)];
        Assert.All(ups[1..], up => Assert.Equal("3", up));
        Assert.All(System.Text.RegularExpressions.Regex.Replace(terminal.ToString(), @"\e\[[?0-9;]*[A-Za-z]|\r", "").Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(40, 1)]
    [InlineData(41, 2)]
    [InlineData(200, 5)]
    [InlineData(2000, 50)]
    [InlineData(int.MaxValue, 100_000_000)]
    public void Progress_lines_are_a_round_number_of_steps_apart(int steps, int every) => Assert.Equal(every, PlainView.Every(steps));

    [Theory]
    [InlineData(100)]
    [InlineData(30)]
    public async Task The_live_display_leaves_the_samples_and_the_end_on_the_screen(int width)
    {
        var terminal = new StringWriter();
        await new LiveView(Terminal(terminal, width), "./longhand", TimeProvider.System).ShowAsync(Stream(Events));
        string[] screen = Screen.Of(terminal.ToString());
        string all = string.Join('\n', screen);
        Assert.Contains("Q!", all, StringComparison.Ordinal);
        Assert.Contains("ž<b>[red]\"", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Getting ready", all, StringComparison.Ordinal);
        Assert.DoesNotContain('━', all);
        Assert.All(screen, line => Assert.InRange(line.Length, 0, width));
        Assert.Contains("Done: step 200", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cursor_comes_back_and_the_block_goes_when_a_run_fails()
    {
        var terminal = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Out = new AnsiConsoleOutput(terminal) });
        await Assert.ThrowsAsync<InvalidOperationException>(() => new LiveView(console, "longhand", TimeProvider.System).ShowAsync(Failing()));
        Assert.EndsWith("\u001b[?25h", terminal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("left", string.Concat(Screen.Of(terminal.ToString())), StringComparison.Ordinal);
    }

    private static IAnsiConsole Terminal(StringWriter terminal, int width)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(terminal),
        });
        console.Profile.Width = width;
        return console;
    }

    // Four reports, a quarter of the predictions each.
    private static IEnumerable<EvaluatingEvent> Evaluating(int step, double seconds) =>
        Enumerable.Range(1, 4).Select(i => new EvaluatingEvent(step, Done: 250 * i, Total: 1000, seconds * i / 4));

    private static async Task<string> Plain(IEnumerable<TrainingEvent> events)
    {
        var data = new StringWriter { NewLine = "\n" };
        await new PlainView(data, messages: new StringWriter(), "./longhand").ShowAsync(Stream(events));
        return data.ToString();
    }

    private static async IAsyncEnumerable<TrainingEvent> Stream(IEnumerable<TrainingEvent> events)
    {
        foreach (TrainingEvent e in events)
        {
            await Task.Yield();
            yield return e;
        }
    }

    private static async IAsyncEnumerable<TrainingEvent> Failing()
    {
        yield return Events[0];
        await Task.Yield();
        throw new InvalidOperationException();
    }
}
