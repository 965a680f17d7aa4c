using Longhand.Training;

namespace Longhand.Cli.Display;

/// <summary>A way to show a training run.</summary>
internal interface ITrainingView
{
    /// <summary>Shows the events as they come, until the run ends; gives the last one, null if the run ended without it.</summary>
    Task<DoneEvent?> ShowAsync(IAsyncEnumerable<TrainingEvent> events);

    /// <summary>What it knows of the run so far.</summary>
    RunProgress Progress { get; }

    /// <summary>Says at once, from another thread, that the run is about to stop because a person asked for it.</summary>
    void Stopping();

    /// <summary>Says, from another thread, what is kept of a run that ends at once, unfinished and unsaved.</summary>
    void Abandoned();
}
