using Longhand.Labs;

namespace Longhand.Cli.Display;

/// <summary>Which of a lab's many reports are worth a line: the first of each part of the work, and news, but not too often.</summary>
internal sealed class LabPace(int parts, TimeSpan pause, TimeProvider clock)
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
