using Longhand.Labs;

namespace Longhand.Cli.Display;

/// <summary>A lab as lines of text, for logs and pipes: a line when something else begins, and about every tenth of the work.</summary>
internal sealed class PlainLabView(TextWriter data, TextWriter messages, TimeProvider clock) : ILabView
{
    private const int Parts = 10, Unlimited = 100;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);

    private readonly LabPace _pace = new(Parts, s_pause, clock);

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

    public void Done(Lab lab, LabContext context, LabResult result, string? file, double seconds)
    {
        foreach (string line in LabText.Closing(result, file, seconds, Unlimited))
        {
            data.WriteLine(line);
        }
    }
}
