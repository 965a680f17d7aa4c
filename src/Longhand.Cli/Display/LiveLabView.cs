using Longhand.Labs;
using Spectre.Console;
using Spectre.Console.Rendering;
using Words = Spectre.Console.Text;

namespace Longhand.Cli.Display;

/// <summary>A lab at a terminal: a bar, what it is doing, the numbers to watch and the course of the first of them, redrawn in place.</summary>
internal sealed class LiveLabView(IAnsiConsole console, TimeProvider clock) : ILabView
{
    private const int Widest = 80;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly LiveBlock _block = new(console);
    private readonly Lock _drawing = new();
    private readonly long _start = clock.GetTimestamp();
    private LabProgress _last = new(0, "Getting ready…", []);
    private Sparkline _course = new();
    private string? _courseOf;
    private long? _drawn;
    private bool _isStopping, _isOver;

    private int Width => Math.Min(console.Profile.Width, Widest);

    public void Show(LabProgress progress)
    {
        lock (_drawing)
        {
            if (progress.Numbers.Count > 0)
            {
                (string name, double value) = progress.Numbers[0];
                (_course, _courseOf) = name == _courseOf ? (_course, name) : (new Sparkline(), name);
                _course.Add(value);
            }
            _last = progress;
            if (_drawn is not { } drawn || clock.GetElapsedTime(drawn) >= s_pause)
            {
                Draw();
                _drawn = clock.GetTimestamp();
            }
        }
    }

    public void Stopping()
    {
        lock (_drawing)
        {
            _isStopping = true;
            Draw();
        }
    }

    public void End()
    {
        lock (_drawing)
        {
            if (!_isOver)
            {
                _block.Remove();
                console.Cursor.Show();
                _isOver = true;
                if (_isStopping)
                {
                    console.WriteLine(LabText.Stopped);
                }
            }
        }
    }

    public void Done(Lab lab, LabContext context, LabResult result, string? file, double seconds)
    {
        foreach (string line in LabText.Closing(result, file, seconds, console.Profile.Width))
        {
            console.WriteLine(line);
        }
    }

    private void Draw()
    {
        if (_isOver)
        {
            return;
        }
        if (_drawn is null)
        {
            console.Cursor.Hide();
        }
        var grey = new Style(Color.Grey);
        string percent = Display.Show.Percent(_last.Done), time = Display.Show.Clock(clock.GetElapsedTime(_start).TotalSeconds);
        int room = Math.Max(5, Width - percent.Length - time.Length - 3);
        int filled = (int)Math.Round(_last.Done * room);
        List<IRenderable> lines =
        [
            new Paragraph(new string('━', filled), new Style(Color.Green)).Append(new string('─', room - filled), grey).Append($" {percent} ").Append(time, grey),
            new Words(Cut($"{_last.Doing}   {LabText.Numbers(_last)}".TrimEnd())),
            new Words(_course.Draw(Width - 1), new Style(Color.Blue)),
        ];
        if (_isStopping)
        {
            lines.Add(new Words(LabText.Stopping, new Style(Color.Yellow)));
        }
        _block.Show(lines);
    }

    private string Cut(string line) => line.Length < Width ? line : $"{line[..(Width - 2)]}…";
}
