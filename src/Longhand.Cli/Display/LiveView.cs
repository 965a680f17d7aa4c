using System.Globalization;
using Longhand.Training;
using Spectre.Console;
using Spectre.Console.Rendering;
using Words = Spectre.Console.Text;

namespace Longhand.Cli.Display;

/// <summary>
/// A run at a terminal: three lines that redraw themselves (a bar, the numbers, the loss as a curve), and above them the
/// samples as the model writes them.
/// </summary>
internal sealed class LiveView(IAnsiConsole console, string program, TimeProvider clock) : ITrainingView
{
    // Often enough to look alive, seldom enough to cost the training nothing.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly LiveBlock _block = new(console);
    private readonly RunProgress _progress = new();
    private volatile bool _stopping;

    public async Task<DoneEvent?> ShowAsync(IAsyncEnumerable<TrainingEvent> events)
    {
        long drawn = clock.GetTimestamp();
        console.Cursor.Hide();
        try
        {
            _block.Show(Lines());
            await foreach (TrainingEvent e in events)
            {
                _progress.Add(e);
                if (e is not StepEvent || clock.GetElapsedTime(drawn) >= Pause)
                {
                    _block.Show(Lines(), Above(e));
                    drawn = clock.GetTimestamp();
                }
            }
        }
        finally
        {
            _block.Remove();
            console.Cursor.Show();
        }
        if (_progress.Done is { } done)
        {
            foreach (string line in Summary.Closing(done, program))
            {
                console.WriteLine(line);
            }
        }
        return _progress.Done;
    }

    public void Stopping() => _stopping = true;

    private List<IRenderable> Above(TrainingEvent e)
    {
        switch (e)
        {
            case StartedEvent start:
                return [.. Summary.Opening(start).Select(line => new Words(line))];
            case SampleEvent sample:
                string loss = _progress.Eval is { } eval ? $", validation loss {Show.Loss(eval.ValidationLoss)}" : "";
                var rule = new Rule($"step {Show.Count(sample.Step)}{loss}") { Justification = Justify.Left, Style = new Style(Color.Grey) };
                return [rule, new Words(Show.Harmless(sample.Text).TrimEnd()), new Words(" ")];
            default:
                return [];
        }
    }

    private List<IRenderable> Lines()
    {
        if (_progress.Start is not { } start)
        {
            return [new Words("Getting ready…", new Style(Color.Grey))];
        }
        int width = Math.Min(console.Profile.Width, 100);
        int step = _progress.Step?.Step ?? start.Step;
        double share = start.Steps > 0 ? Math.Clamp((double)step / start.Steps, 0, 1) : 1;
        return [Bar(step, start.Steps, share, width), Numbers(), new Words(_progress.Losses.Draw(width - 1), new Style(Color.Blue))];
    }

    private Paragraph Bar(int step, int steps, double share, int width)
    {
        string count = $"{Show.Count(step)}/{Show.Count(steps)}";
        string end = _stopping ? "finishing this step, saving…" : $"{Show.Clock(_progress.Step?.SecondsLeft ?? double.NaN)} left";
        string percent = share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
        int room = Math.Max(5, width - count.Length - percent.Length - end.Length - 8);
        int filled = (int)Math.Round(share * room);
        return new Paragraph($"step {count} ")
            .Append(new string('━', filled), new Style(Color.Green))
            .Append(new string('─', room - filled), new Style(Color.Grey))
            .Append($" {percent} ")
            .Append(end, new Style(_stopping ? Color.Yellow : Color.Grey));
    }

    private Paragraph Numbers()
    {
        var line = new Paragraph($"loss {Show.Loss(_progress.Loss)}");
        if (_progress.Eval is { } eval)
        {
            line.Append($"   validation {Show.Loss(eval.ValidationLoss)}", new Style(Color.Orange1)).Append(eval.IsBest ? " (best)" : "");
        }
        if (_progress.Step is { } step)
        {
            line.Append($"   {Show.Count(step.TokensPerSecond)} tokens/s   learning rate {Show.Short(step.LearningRate)}", new Style(Color.Grey));
        }
        return line;
    }
}
