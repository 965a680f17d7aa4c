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

    /// <param name="lab">What was run.</param>
    /// <param name="context">With which settings.</param>
    /// <param name="result">What came out.</param>
    /// <param name="file">Its page; null if that could not be written.</param>
    /// <param name="seconds">How long it took.</param>
    void Done(Lab lab, LabContext context, LabResult result, string? file, double seconds);
}
