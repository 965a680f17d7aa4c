using Longhand.Labs;

namespace Longhand.Cli.Display;

/// <summary>Shows a lab while it runs, and what came out.</summary>
internal interface ILabView
{
    void Show(LabProgress progress);

    /// <summary>A person asked to stop; called from another thread.</summary>
    void Stopping();

    /// <summary>The lab is over, whatever the reason: what redraws itself goes away.</summary>
    void End();

    void Done(Lab lab, LabContext context, LabResult result, string file, double seconds);
}
