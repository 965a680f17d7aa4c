using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Data;
using Longhand.Files;
using Longhand.Generation;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class TrainerTests
{
    internal static readonly GptConfig Tiny = new() { Layers = 2, Heads = 2, Width = 16, Context = 8 };
    internal static readonly TrainingOptions Short = new()
    {
        Seed = "test",
        Batch = 4,
        Steps = 40,
        LearningRate = 1e-2,
        Warmup = 4,
        EvalEvery = 10,
        SampleEvery = 20,
        SaveEvery = 10,
    };

    /// <summary>Small ones of every kind.</summary>
    private static ModelConfig Small(string kind) => ModelKinds.Find(kind) switch
    {
        GptConfig => Tiny,
        NGramConfig ngram => ngram with { History = 4, Width = 8, Hidden = 16, Context = 8, Dropout = 0.1f },
        // With dropout and without, characters go different ways through the first layer.
        RecurrentConfig recurrent => recurrent with { Width = 16, Context = 8, Dropout = recurrent.Kind == "gru" ? 0.1f : 0 },
        var other => other! with { Context = 8 },
    };

    public static TheoryData<string> Kinds => [.. ModelKinds.Names];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_kind_of_model_learns_and_resumes_byte_for_byte_on_any_number_of_threads(string kind)
    {
        TrainingOptions options = Short with { LearningRate = kind == "bigram" ? 0.1 : 0.02 };
        using TemporaryFolder whole = new(), parts = new();
        List<TrainingEvent> events = await Collect(NewTrainer(whole.Path, options, Small(kind), new CpuBackend(1)));
        double[] losses = [.. events.OfType<EvalEvent>().Select(e => e.ValidationLoss)];
        Assert.True(losses[^1] < losses[0] - 0.5, $"from {losses[0]} to {losses[^1]}");

        using var stop = new CancellationTokenSource();
        await foreach (TrainingEvent e in NewTrainer(parts.Path, options, Small(kind), new CpuBackend(2)).RunAsync(stop.Token))
        {
            if (e is StepEvent { Step: 13 }) await stop.CancelAsync();
        }
        await Collect(NewTrainer(parts.Path, options, Small(kind), new CpuBackend(3)));
        AssertSameRun(whole.Path, parts.Path);

        Run run = Run.Open(whole.Path);
        Assert.Equal(30, new Generator(run.Model, run.Tokenizer!).Write("the ", 30, new SamplingOptions()).Length);
    }

    [Fact]
    public async Task Training_learns_the_text()
    {
        using var folder = new TemporaryFolder();
        List<TrainingEvent> events = await Collect(NewTrainer(folder.Path, Short with { Steps = 200 }));
        EvalEvent[] evaluations = [.. events.OfType<EvalEvent>()];
        Assert.InRange(evaluations[0].ValidationLoss, 2.5, 3.5);            // about ln of the vocabulary's 19 tokens
        Assert.InRange(evaluations[^1].ValidationLoss, 0, 1.0);
        var done = Assert.IsType<DoneEvent>(events[^1]);
        Assert.Equal(StopReason.Finished, done.Reason);
        Assert.True(done.HasLearned);
        Assert.Equal(evaluations.Min(e => e.ValidationLoss), done.ValidationLoss);
        Assert.Equal(Sha256.OfFile(Path.Combine(folder.Path, "model.safetensors")), done.WeightsSha256);
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(folder.Path, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resumed_run_equals_the_uninterrupted_one_byte_for_byte()
    {
        using TemporaryFolder whole = new(), parts = new();
        await Collect(NewTrainer(whole.Path, Short));
        double shown = double.NaN;
        foreach (int stopAt in new[] { 3, 10, 17, 30 })
        {
            using var stop = new CancellationTokenSource();
            await foreach (TrainingEvent e in NewTrainer(parts.Path, Short).RunAsync(stop.Token))
            {
                if (e is StepEvent && e.Step == stopAt) await stop.CancelAsync();
                if (e is StepEvent step) shown = step.SmoothedLoss;
                if (e is DoneEvent done) Assert.Equal((stopAt, StopReason.Interrupted, shown), (done.Step, done.Reason, done.TrainLoss));
            }
        }
        await Collect(NewTrainer(parts.Path, Short));
        AssertSameRun(whole.Path, parts.Path);
    }

    [Fact]
    public async Task A_run_whose_last_checkpoint_was_lost_falls_back_and_ends_the_same()
    {
        using TemporaryFolder whole = new(), damaged = new();
        await Collect(NewTrainer(whole.Path, Short));
        using var stop = new CancellationTokenSource();
        await foreach (TrainingEvent e in NewTrainer(damaged.Path, Short).RunAsync(stop.Token))
        {
            if (e is StepEvent { Step: 27 }) await stop.CancelAsync();
        }
        File.WriteAllText(Path.Combine(damaged.Path, "checkpoints", "step-000027", "model.safetensors"), "gone");
        List<TrainingEvent> events = await Collect(NewTrainer(damaged.Path, Short));
        Assert.Contains("Continuing from step 20", Assert.IsType<StartedEvent>(events[0]).Note, StringComparison.Ordinal);
        AssertSameRun(whole.Path, damaged.Path);
    }

    [Fact]
    public async Task A_run_stopped_before_anything_but_its_first_weights_was_measured_keeps_what_it_has_learned()
    {
        TrainingOptions options = Short with { EvalEvery = 30 };
        using TemporaryFolder whole = new(), stopped = new();
        await Collect(NewTrainer(whole.Path, options));
        using var stop = new CancellationTokenSource();
        await foreach (TrainingEvent e in NewTrainer(stopped.Path, options).RunAsync(stop.Token))
        {
            if (e is StepEvent { Step: 13 }) await stop.CancelAsync();
        }
        byte[] newest = File.ReadAllBytes(Path.Combine(stopped.Path, "checkpoints", "step-000013", "model.safetensors"));
        Assert.Equal(newest, File.ReadAllBytes(Path.Combine(stopped.Path, "model.safetensors")));

        await Collect(NewTrainer(stopped.Path, options));
        AssertSameRun(whole.Path, stopped.Path);
    }

    [Fact]
    public async Task A_damaged_model_file_is_written_again_and_the_run_ends_the_same()
    {
        using TemporaryFolder whole = new(), damaged = new();
        await Collect(NewTrainer(whole.Path, Short));
        await StopAt(27, damaged.Path);
        Assert.Equal(20, RunStanding.Load(damaged.Path)!.WeightsStep);
        File.WriteAllText(damaged["model.safetensors"], "gone");
        await StopAt(28, damaged.Path);
        Assert.Equal((28, 27, double.NaN), RunStanding.Load(damaged.Path) is { } s ? (s.Step, s.WeightsStep, s.WeightsLoss) : default);
        Run.Open(damaged.Path);

        File.Delete(damaged["model.safetensors"]);
        List<TrainingEvent> events = await Collect(NewTrainer(damaged.Path, Short));
        Assert.Equal(
            "model.safetensors was missing; it is written again from the checkpoint of step 28: the newest weights, not those of step 27 that it held. "
                + "Continuing from step 28.",
            Assert.IsType<StartedEvent>(events[0]).Note);
        Assert.True(Assert.IsType<DoneEvent>(events[^1]) is { KeepsBest: true, HasLearned: true });
        AssertSameRun(whole.Path, damaged.Path);
    }

    [Fact]
    public async Task Weights_better_than_the_newest_are_lost_with_their_file_and_that_is_told()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = Short with { LearningRate = 1e-30, Warmup = 0, Patience = 2, EvalEvery = 7 };
        await Collect(NewTrainer(folder.Path, options));                                    // weights that stay as they are: step 0's are kept
        File.Delete(folder["model.safetensors"]);
        List<TrainingEvent> events = await Collect(NewTrainer(folder.Path, options));
        Assert.StartsWith(
            "model.safetensors was missing; it is written again from the checkpoint of step 14: the newest weights, not the best, which were those of step 0",
            Assert.IsType<StartedEvent>(events[0]).Note, StringComparison.Ordinal);
        RunStanding standing = RunStanding.Load(folder.Path)!;
        Assert.Equal((14, 14, true), (standing.Step, standing.WeightsStep, standing.IsFinished));
        Assert.Equal(Assert.IsType<DoneEvent>(events[^1]).ValidationLoss, standing.WeightsLoss);
    }

    [Fact]
    public async Task Weights_do_not_depend_on_the_number_of_threads()
    {
        var hashes = new HashSet<string>();
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using var folder = new TemporaryFolder();
            List<TrainingEvent> events = await Collect(NewTrainer(folder.Path, Short with { Accumulate = 2, Batch = 16 }, Tiny with { Dropout = 0.1f }, new CpuBackend(threads)));
            hashes.Add(Assert.IsType<DoneEvent>(events[^1]).WeightsSha256);
        }
        Assert.Single(hashes);
    }

    [Fact]
    public async Task Accumulated_batches_have_the_gradient_of_one_large_batch()
    {
        using var folder = new TemporaryFolder();
        var (config, tokenizer, data) = Foxes(Short with { Batch = 4, Accumulate = 3 });
        StepEvent first = (await Collect(new Trainer(config, tokenizer, data, folder.Path))).OfType<StepEvent>().First();

        // The same 3 · 4 windows, as one batch of 12.
        var rng = new Rng(Short.Seed);
        var model = config.Model.Create(rng.Fork("weights"));
        var batches = new Batches(data.Train, 4, Tiny.Context, rng);
        int[] inputs = new int[3 * 4 * Tiny.Context], targets = new int[inputs.Length];
        for (int part = 0; part < 3; part++)
        {
            int start = part * 4 * Tiny.Context;
            batches.Fill(0, part, inputs.AsSpan(start, 4 * Tiny.Context), targets.AsSpan(start, 4 * Tiny.Context));
        }
        Tensor loss = model.Loss(new Indices(inputs, (12, Tiny.Context)), new Indices(targets, (12, Tiny.Context)));
        loss.Backward();
        Assert.Equal(loss.ToScalar(), first.Loss, 1e-5);
        Assert.Equal(1, GradientClipping.Norm(model.Parameters) / first.GradientNorm, 1e-5);
    }

    [Theory]
    [InlineData(PositionKind.Learned)]
    [InlineData(PositionKind.Sinusoidal)]
    [InlineData(PositionKind.Rotary)]
    public async Task Every_kind_of_position_trains_saves_and_resumes(PositionKind positions)
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        await foreach (TrainingEvent e in NewTrainer(folder.Path, Short, Tiny with { Positions = positions }).RunAsync(stop.Token))
        {
            if (e is StepEvent { Step: 13 }) await stop.CancelAsync();
        }
        var done = Assert.IsType<DoneEvent>((await Collect(NewTrainer(folder.Path, Short, Tiny with { Positions = positions })))[^1]);
        Assert.Equal((40, StopReason.Finished), (done.Step, done.Reason));
        Assert.Equal(16, new Generator(Run.Open(folder.Path).Model, Run.Open(folder.Path).Tokenizer!).Write("the", 16, new SamplingOptions()).Length);
    }

    [Fact]
    public async Task A_diverged_model_does_not_push_good_checkpoints_out()
    {
        using var folder = new TemporaryFolder();
        Trainer trainer = NewTrainer(folder.Path, Short with { EvalEvery = 40, SampleEvery = 0 });
        Parameter bias = trainer.Model.Parameters.Single(p => p.Name == "transformer.ln_f.bias").Parameter;
        var problem = await Assert.ThrowsAsync<TrainingDivergedException>(async () =>
        {
            await foreach (TrainingEvent e in trainer.RunAsync())
            {
                if (e is StepEvent { Step: 20 }) bias.Write([.. Enumerable.Repeat(float.NaN, 16)]);
            }
        });
        Assert.Contains("transformer.ln_f.bias", problem.Message, StringComparison.Ordinal);
        Assert.Contains("step-000010", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "checkpoints", "step-000020")));
    }

    [Fact]
    public async Task A_run_that_lost_its_checkpoints_keeps_its_best_weights()
    {
        using var folder = new TemporaryFolder();
        await Collect(NewTrainer(folder.Path, Short));
        Directory.Delete(Path.Combine(folder.Path, "checkpoints"), recursive: true);
        byte[] weights = File.ReadAllBytes(Path.Combine(folder.Path, "model.safetensors"));
        var problem = await Assert.ThrowsAsync<BadFileException>(() => Collect(NewTrainer(folder.Path, Short)));
        Assert.Contains("reached step 40, but its checkpoints are gone", problem.Message, StringComparison.Ordinal);
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(folder.Path, "model.safetensors")));
    }

    [Fact]
    public async Task A_run_without_a_checkpoint_is_not_overwritten_by_one_with_other_settings()
    {
        using var folder = new TemporaryFolder();
        await Collect(NewTrainer(folder.Path, Short));
        Directory.Delete(Path.Combine(folder.Path, "checkpoints"), recursive: true);
        var problem = await Assert.ThrowsAsync<BadFileException>(() => Collect(NewTrainer(folder.Path, Short with { LearningRate = 0.5 })));
        Assert.Contains("other settings", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Early_stopping_ends_a_run_that_no_longer_improves()
    {
        using var folder = new TemporaryFolder();
        List<TrainingEvent> events = await Collect(NewTrainer(folder.Path, Short with { Steps = 1000, LearningRate = 1e-30, Patience = 2 }));
        var done = Assert.IsType<DoneEvent>(events[^1]);
        Assert.Equal((20, StopReason.StoppedEarly), (done.Step, done.Reason));
        Assert.False(done.HasLearned);
    }

    [Fact]
    public async Task Divergence_stops_with_the_step_and_the_first_bad_tensor()
    {
        using var folder = new TemporaryFolder();
        Trainer trainer = NewTrainer(folder.Path, Short);
        var bias = trainer.Model.Parameters.Single(p => p.Name == "transformer.h.1.mlp.c_fc.bias").Parameter;
        var problem = await Assert.ThrowsAsync<TrainingDivergedException>(async () =>
        {
            await foreach (TrainingEvent e in trainer.RunAsync())
            {
                if (e is StepEvent { Step: 5 }) bias.Write([.. Enumerable.Repeat(float.NaN, 64)]);
            }
        });
        Assert.Contains("step 5: training diverged; the first number that is not finite is in transformer.h.1.mlp.c_fc.bias", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 1000)]
    [InlineData(1000, 10)]
    public async Task Weights_that_diverge_are_found_by_the_evaluation_or_sample_after_the_step(int evalEvery, int sampleEvery)
    {
        using var folder = new TemporaryFolder();
        Trainer trainer = NewTrainer(folder.Path, Short with { EvalEvery = evalEvery, SampleEvery = sampleEvery });
        var bias = trainer.Model.Parameters.Single(p => p.Name == "transformer.ln_f.bias").Parameter;
        var problem = await Assert.ThrowsAsync<TrainingDivergedException>(async () =>
        {
            await foreach (TrainingEvent e in trainer.RunAsync())
            {
                if (e is StepEvent { Step: 10 }) bias.Write([.. Enumerable.Repeat(float.NaN, 16)]);
            }
        });
        Assert.Contains("step 10: training diverged; the first number that is not finite is in transformer.ln_f.bias", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_of_other_settings_is_refused()
    {
        using var folder = new TemporaryFolder();
        await Collect(NewTrainer(folder.Path, Short));
        var problem = await Assert.ThrowsAsync<BadFileException>(() => Collect(NewTrainer(folder.Path, Short with { LearningRate = 0.5 })));
        Assert.Contains("other settings", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_trainings_in_one_folder_are_refused()
    {
        using var folder = new TemporaryFolder();
        await foreach (TrainingEvent e in NewTrainer(folder.Path, Short).RunAsync())
        {
            if (e is not StartedEvent) continue;
            var problem = await Assert.ThrowsAsync<BadFileException>(() => Collect(NewTrainer(folder.Path, Short)));
            Assert.Contains("another training", problem.Message, StringComparison.Ordinal);
            break;
        }
    }

    internal static Trainer NewTrainer(string folder, TrainingOptions options, ModelConfig? model = null, IBackend? backend = null)
    {
        var (config, tokenizer, data) = Foxes(options, model);
        return new Trainer(config, tokenizer, data, folder, backend);
    }

    private static (RunConfig Config, CharTokenizer Tokenizer, TokenData Data) Foxes(TrainingOptions options, ModelConfig? model = null)
    {
        string text = string.Concat(Enumerable.Range(0, 60).Select(i => $"the {(i % 3 == 0 ? "quick" : "lazy")} fox jumps over the dog.\n"));
        CharTokenizer tokenizer = CharTokenizer.FromText(text);
        var config = new RunConfig(
            (model ?? Tiny) with { Vocabulary = tokenizer.VocabularySize }, options, new CorpusInfo("foxes", "", "", text.Length));
        return (config, tokenizer, TokenData.Encode(tokenizer, text));
    }

    private static async Task StopAt(int step, string folder)
    {
        using var stop = new CancellationTokenSource();
        await foreach (TrainingEvent e in NewTrainer(folder, Short).RunAsync(stop.Token))
        {
            if (e is StepEvent && e.Step == step) await stop.CancelAsync();
        }
    }

    private static async Task<List<TrainingEvent>> Collect(Trainer trainer)
    {
        var events = new List<TrainingEvent>();
        await foreach (TrainingEvent e in trainer.RunAsync()) events.Add(e);
        return events;
    }

    private static void AssertSameRun(string expected, string actual)
    {
        foreach (string file in new[]
        {
            "model.safetensors", "metrics.jsonl", "config.json", "tokenizer.json",
            "checkpoints/step-000040/model.safetensors", "checkpoints/step-000040/optimizer.safetensors",
        })
            Assert.True(File.ReadAllBytes(Path.Combine(expected, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, file))), $"{file} differs");
    }
}
