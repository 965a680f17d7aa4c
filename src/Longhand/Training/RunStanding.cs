using Longhand.Files;

namespace Longhand.Training;

/// <summary>
/// How far a run's training came and which of its weights lie in model.safetensors, by its newest checkpoint and by what it logged after
/// that. The two differ as a rule: the weights are the best that were measured, not the newest.
/// <para>Left out: the weights themselves; nothing here says whether that file is whole.</para>
/// </summary>
/// <param name="Step">Optimizer steps done, as far as they were logged.</param>
/// <param name="StepsAsked">Those the run was asked for.</param>
/// <param name="IsFinished">Whether training has nothing left to do: all steps are done, or it stopped early.</param>
/// <param name="WeightsStep">The step whose weights are in model.safetensors; −1 while there are none.</param>
/// <param name="WeightsLoss">Their validation loss; NaN when it was not measured.</param>
/// <param name="BestLoss">The lowest validation loss of all; NaN when none was measured.</param>
public sealed record RunStanding(int Step, int StepsAsked, bool IsFinished, int WeightsStep, double WeightsLoss, double BestLoss)
{
    /// <summary>Null when the model was not trained here, or nothing was logged and saved yet.</summary>
    /// <exception cref="BadFileException">The folder is no run, or its settings, its log or its newest checkpoint's state are damaged.</exception>
    public static RunStanding? Load(string folder)
    {
        Run.CheckFolder(folder);
        if (RunConfig.Load(folder).Training is not { } training) return null;
        string path = Path.Combine(folder, Run.MetricsFile);
        var (steps, evaluations, _) = File.Exists(path) ? Metrics.Read(path, RunRecord.Lines(path)) : ([], [], []);
        StoredCheckpoint? checkpoint = Newest(folder);
        if (checkpoint is null && steps.Count + evaluations.Count == 0) return null;
        TrainingState state = checkpoint is null ? new TrainingState() : TrainingState.Read(checkpoint[TrainingState.FileName]);

        // What was evaluated after the checkpoint, or before a kill, was written to model.safetensors before it was logged.
        int kept = state.KeptStep;
        double best = state.BestLoss;
        foreach (ReportEval evaluation in evaluations.Where(e => e.Step > state.EvaluatedAt))
        {
            if (evaluation.Loss < best) (kept, best) = (evaluation.Step, evaluation.Loss);
        }
        int step = Math.Max(state.Step, Math.Max(steps.Count > 0 ? steps[^1].Step : 0, evaluations.Count > 0 ? evaluations[^1].Step : 0));
        return new RunStanding(
            step, training.Steps,
            IsFinished: (state.Step >= training.Steps && state.EvaluatedAt == state.Step) || (training.Patience > 0 && state.Waited >= training.Patience),
            kept,
            evaluations.Where(e => e.Step == kept).Select(e => e.Loss).DefaultIfEmpty(double.NaN).First(),
            evaluations.Select(e => e.Loss).DefaultIfEmpty(double.NaN).Min());
    }

    // With every checkpoint damaged, the log has to do.
    private static StoredCheckpoint? Newest(string folder)
    {
        try
        {
            return CheckpointFolder.LoadNewest(folder, _ => { });
        }
        catch (BadFileException)
        {
            return null;
        }
    }
}
