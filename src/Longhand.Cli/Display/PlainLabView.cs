using Longhand.Labs;

namespace Longhand.Cli.Display;

/// <summary>A lab as lines of text, for logs and pipes: a line when something else begins, and about every tenth of the work.</summary>
internal sealed class PlainLabView(TextWriter data, TextWriter messages, TimeProvider clock) : ILabView
{
    private const int Parts = 10, Unlimited = 100;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);

    private readonly Pace _pace = new(Parts, s_pause, clock);

    public void Show(LabProgress progress)
    {
        if (_pace.IsDue(progress))
        {
            data.WriteLine($"{Display.Show.Percent(progress.Done),4}  {progress.Doing}   {LabText.Numbers(progress)}".TrimEnd());
        }
    }

    public void Stopping() => messages.WriteLine(LabText.Stopping);

    public void End()
    {
    }

    public void Done(Lab lab, LabContext context, LabResult result, string file, double seconds)
    {
        foreach (string line in LabText.Closing(result, file, seconds, Unlimited))
        {
            data.WriteLine(line);
        }
    }

    /// <summary>Which reports are worth a line: the first of each part of the work, and news, but not too often.</summary>
    internal sealed class Pace(int parts, TimeSpan pause, TimeProvider clock)
    {
        private int _part = -1;
        private string? _doing;
        private long _shown;

        public bool IsDue(LabProgress progress)
        {
            int part = (int)(progress.Done * parts);
            bool isNews = progress.Doing != _doing && (_doing is null || clock.GetElapsedTime(_shown) >= pause);
            if (part <= _part && !isNews)
            {
                return false;
            }
            (_part, _doing, _shown) = (Math.Max(part, _part), progress.Doing, clock.GetTimestamp());
            return true;
        }
    }
}
