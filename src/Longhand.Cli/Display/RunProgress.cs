using Longhand.Training;

namespace Longhand.Cli.Display;

/// <summary>What a display knows of a run so far: the last of each kind of event, and the losses as a small curve.</summary>
internal sealed class RunProgress
{
    public StartedEvent? Start { get; private set; }

    public StepEvent? Step { get; private set; }

    public EvalEvent? Eval { get; private set; }

    /// <summary>The evaluation that is going on.</summary>
    public EvaluatingEvent? Evaluating { get; private set; }

    public CheckpointEvent? Checkpoint { get; private set; }

    public DoneEvent? Done { get; private set; }

    /// <summary>The step of the newest checkpoint; null while there is none.</summary>
    public int? SavedStep => Checkpoint?.Step ?? (Start is { Step: > 0 } resumed ? resumed.Step : null);

    /// <summary>The smoothed one: the losses of single batches jump.</summary>
    public double Loss => Step?.SmoothedLoss ?? double.NaN;

    public Sparkline Losses { get; } = new();

    public void Add(TrainingEvent e)
    {
        Evaluating = e as EvaluatingEvent;
        switch (e)
        {
            case StartedEvent start:
                Start = start;
                break;
            case StepEvent step:
                Step = step;
                Losses.Add(step.Loss);
                break;
            case EvalEvent eval:
                Eval = eval;
                break;
            case CheckpointEvent checkpoint:
                Checkpoint = checkpoint;
                break;
            case DoneEvent done:
                Done = done;
                break;
        }
    }
}
