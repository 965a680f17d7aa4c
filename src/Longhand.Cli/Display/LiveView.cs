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

    // The usual width of a terminal, and where eyes that read the end of a line still see its beginning.
    private const int Widest = 80;

    private readonly LiveBlock _block = new(console);
    private readonly Lock _drawing = new();
    private bool _isStopping, _isAbandoned;

    public RunProgress Progress { get; } = new();

    private int Width => Math.Min(console.Profile.Width, Widest);

    public async Task<DoneEvent?> ShowAsync(IAsyncEnumerable<TrainingEvent> events)
    {
        long drawn = clock.GetTimestamp();
        console.Cursor.Hide();
        try
        {
            Draw([]);
            await foreach (TrainingEvent e in events)
            {
                Progress.Add(e);
                if (e is not StepEvent || clock.GetElapsedTime(drawn) >= Pause)
                {
                    Draw(Above(e));
                    drawn = clock.GetTimestamp();
                }
            }
        }
        finally
        {
            Remove();
            console.Cursor.Show();
        }
        Print(Summary.Closing(Progress, program));
        return Progress.Done;
    }

    // A step may take long, so the answer does not wait for the next event.
    public void Stopping()
    {
        lock (_drawing)
        {
            _isStopping = true;
            Draw([]);
        }
    }

    public void Abandoned()
    {
        lock (_drawing)
        {
            Remove();
            _isAbandoned = true;
            Print(Summary.Abandoned(Progress, program));
        }
    }

    private void Draw(IReadOnlyList<IRenderable> above)
    {
        lock (_drawing)
        {
            if (!_isAbandoned)
            {
                _block.Show(Lines(), above);
            }
        }
    }

    private void Remove()
    {
        lock (_drawing)
        {
            if (!_isAbandoned)
            {
                _block.Remove();
            }
        }
    }

    private void Print(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            console.WriteLine(line);
        }
    }

    private List<IRenderable> Above(TrainingEvent e)
    {
        switch (e)
        {
            case StartedEvent start:
                return [.. Summary.Opening(start).Select(line => new Words(line))];
            case SampleEvent sample:
                string loss = Progress.Eval is { } eval ? $", validation loss {Show.Loss(eval.ValidationLoss)}" : "";
                var rule = new Rule($"step {Show.Count(sample.Step)}{loss}") { Justification = Justify.Left, Style = new Style(Color.Grey) };
                return [rule, new Words(Show.Harmless(sample.Text).TrimEnd()), new Words(" ")];
            default:
                return [];
        }
    }

    private List<IRenderable> Lines()
    {
        if (Progress.Start is not { } start)
        {
            return [new Words("Getting ready…", new Style(Color.Grey))];
        }
        int step = Progress.Step?.Step ?? start.Step;
        double share = start.Steps > 0 ? Math.Clamp((double)step / start.Steps, 0, 1) : 1;
        List<IRenderable> lines = [Bar(step, start.Steps, share), Numbers(), new Words(Progress.Losses.Draw(Width - 1), new Style(Color.Blue))];
        if (_isStopping)
        {
            lines.Add(new Words(Summary.Stopping, new Style(Color.Yellow)));
        }
        return lines;
    }

    private Paragraph Bar(int step, int steps, double share)
    {
        string count = $"{Show.Count(step)}/{Show.Count(steps)}", percent = Show.Percent(share);
        string end = $"{Show.Clock(Progress.Step?.SecondsLeft ?? double.NaN)} left";
        int room = Math.Max(5, Width - count.Length - percent.Length - end.Length - 8);
        int filled = (int)Math.Round(share * room);
        return new Paragraph($"step {count} ")
            .Append(new string('━', filled), new Style(Color.Green))
            .Append(new string('─', room - filled), new Style(Color.Grey))
            .Append($" {percent} ")
            .Append(end, new Style(Color.Grey));
    }

    // One line, whatever the numbers: what does not fit is left out, since a block that changes its height would jump.
    private Paragraph Numbers()
    {
        var grey = new Style(Color.Grey);
        List<(string Text, Style? Style)> parts = [($"loss {Show.Loss(Progress.Loss)}", null)];
        if (Progress.Evaluating is { } measuring)
        {
            parts = [($"{Summary.Measuring(measuring.Total)}… {Show.Percent((double)measuring.Done / measuring.Total)}", grey)];
        }
        else if (Progress.Eval is { } eval)
        {
            parts.Add(($"validation {Show.Loss(eval.ValidationLoss)}{(eval.IsBest ? " (best)" : "")}", new Style(Color.Orange1)));
        }
        if (Progress.Step is { } step)
        {
            parts.Add(($"{Show.Count(step.TokensPerSecond)} tokens/s", grey));
            parts.Add(($"learning rate {Show.Short(step.LearningRate)}", grey));
        }
        var line = new Paragraph();
        int used = 0;
        foreach ((string text, Style? style) in parts)
        {
            string part = used == 0 ? text : $"   {text}";
            if (used + part.Length < Width)
            {
                line.Append(part, style);
                used += part.Length;
            }
        }
        return line;
    }
}
