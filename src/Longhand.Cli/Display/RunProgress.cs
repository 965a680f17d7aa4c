using Longhand.Training;

namespace Longhand.Cli.Display;

/// <summary>What a display knows of a run so far: the last of each kind of event, and the loss smoothed for the eye.</summary>
internal sealed class RunProgress
{
    // The loss of single batches jumps; a weight of 1/20 on the newest shows where it is going.
    private const double Newest = 0.05;

    public StartedEvent? Start { get; private set; }

    public StepEvent? Step { get; private set; }

    public EvalEvent? Eval { get; private set; }

    public DoneEvent? Done { get; private set; }

    public double Loss { get; private set; } = double.NaN;

    public Sparkline Losses { get; } = new();

    public void Add(TrainingEvent e)
    {
        switch (e)
        {
            case StartedEvent start:
                Start = start;
                break;
            case StepEvent step:
                Step = step;
                Loss = double.IsFinite(Loss) ? Loss + Newest * (step.Loss - Loss) : step.Loss;
                Losses.Add(step.Loss);
                break;
            case EvalEvent eval:
                Eval = eval;
                break;
            case DoneEvent done:
                Done = done;
                break;
        }
    }
}
