using Longhand.Files;
using Longhand.Models;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class RunStandingTests : IDisposable
{
    private static readonly GptConfig Config = new() { Layers = 1, Heads = 2, Width = 8, Context = 4, Vocabulary = 5 };

    private readonly TemporaryFolder _folder = new();

    public RunStandingTests() => new RunConfig(Config, new TrainingOptions { Steps = 30, Warmup = 0, Patience = 3 }, null).Save(_folder.Path);

    private RunStanding? Standing => RunStanding.Load(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_checkpoint_the_log_tells()
    {
        Assert.Null(Standing);
        using RunLog log = RunLog.Open(_folder["metrics.jsonl"]);
        log.Append(Metrics.Evaluation(0, 4.1));
        log.Append(Metrics.Step(7, 3, 0.01, 1));
        Assert.Equal(new RunStanding(7, 30, IsFinished: false, WeightsStep: 0, WeightsLoss: 4.1, BestLoss: 4.1), Standing);
        log.Append(Metrics.Evaluation(10, 2.5));
        log.Append(Metrics.Evaluation(20, 2.6));
        // The training that writes it is still going on.
        Assert.Equal(new RunStanding(20, 30, IsFinished: false, WeightsStep: 10, WeightsLoss: 2.5, BestLoss: 2.5), Standing);
    }

    [Fact]
    public void A_checkpoint_knows_which_weights_are_kept_until_better_ones_are_logged()
    {
        using RunLog log = RunLog.Open(_folder["metrics.jsonl"]);
        log.Append(Metrics.Evaluation(10, 2.5));
        log.Append(Metrics.Evaluation(20, 2.6));
        // The best were lost, so those of step 20 are kept.
        Save(new TrainingState { Step = 20, EvaluatedAt = 20, BestStep = 20, BestLoss = 2.6, KeptStep = 20 });
        Assert.Equal(new RunStanding(20, 30, IsFinished: false, WeightsStep: 20, WeightsLoss: 2.6, BestLoss: 2.5), Standing);
        log.Append(Metrics.Evaluation(25, 2.55));
        log.Append(Metrics.Evaluation(30, 2.7));
        Assert.Equal(new RunStanding(30, 30, IsFinished: false, WeightsStep: 25, WeightsLoss: 2.55, BestLoss: 2.5), Standing);
    }

    [Fact]
    public void A_run_is_finished_when_all_is_done_or_it_stopped_early()
    {
        Save(new TrainingState { Step = 30, EvaluatedAt = 20 });
        Assert.False(Standing!.IsFinished);
        Save(new TrainingState { Step = 30, EvaluatedAt = 30 });
        Assert.True(Standing!.IsFinished);
        Save(new TrainingState { Step = 20, EvaluatedAt = 20, Waited = 3 });
        Assert.True(Standing!.IsFinished);
    }

    [Fact]
    public void A_model_from_elsewhere_has_none_and_damage_is_told()
    {
        File.WriteAllText(_folder["metrics.jsonl"], "torn\n");
        Assert.Contains("metrics.jsonl", Assert.Throws<BadFileException>(() => Standing).Message, StringComparison.Ordinal);
        new RunConfig(Config, null, null).Save(_folder.Path);
        Assert.Null(Standing);
    }

    private void Save(TrainingState state) =>
        CheckpointFolder.Save(_folder.Path, state.Step, [(TrainingState.FileName, state.Write)], new Dictionary<string, string>());
}
