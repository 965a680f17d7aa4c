using System.Diagnostics;
using System.Runtime.CompilerServices;
using Longhand.Backends.Cpu;
using Longhand.Cli.Benchmarks.Results;
using Longhand.Data;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// Whole training steps by the trainer itself: batches, forward, backward, clipping, AdamW and the log. Several bursts of steps, in turn
/// with the machine's peak, after the first steps, in which the program is still being compiled. Evaluations, samples and checkpoints are
/// left out.
/// </summary>
internal static class TrainBench
{
    private const int Rounds = 4;

    /// <summary>
    /// The models and batches of GPT's presets, dropout too, but on the characters of the built-in corpus. The rest of their recipes, rates
    /// and schedules, changes nothing about the cost of a step and is left at its defaults. gpt2's steps take too long here.
    /// </summary>
    public static IReadOnlyList<TrainingShape> Presets { get; } =
    [
        .. Preset.All.Where(preset => preset.Name != "gpt2")
            .Select(preset => new TrainingShape(preset.Name, preset.Model, preset.Training.Batch)),
    ];

    /// <param name="shapes">What to train; the vocabulary is the corpus's.</param>
    /// <param name="threads">How many compute.</param>
    /// <param name="seconds">How long a burst of steps is, and the warm-up; at least one step.</param>
    /// <param name="cancel">Stops after the step that is under way.</param>
    public static async IAsyncEnumerable<BenchRow> Run(
        IEnumerable<TrainingShape> shapes, int threads, double seconds, [EnumeratorCancellation] CancellationToken cancel)
    {
        string text = BuiltInCorpus.Text[..50_000];
        CharTokenizer tokenizer = CharTokenizer.FromText(text);
        foreach (TrainingShape shape in shapes.Select(s => s with { Model = s.Model with { Vocabulary = tokenizer.VocabularySize } }))
        {
            OwnSpeed own = await MeasureAsync(shape, text, tokenizer, threads, seconds, cancel);
            yield return new BenchRow($"train {shape.Name}", threads, own.Gflops, own.ShareOfPeak, own.PerSecond);
        }
    }

    private static async Task<OwnSpeed> MeasureAsync(
        TrainingShape shape, string text, CharTokenizer tokenizer, int threads, double seconds, CancellationToken cancel)
    {
        const int never = 1_000_000_000;
        string folder = Path.Combine(Path.GetTempPath(), $"longhand-bench-{Guid.NewGuid():N}");
        var config = new RunConfig(
            shape.Model,
            new TrainingOptions { Batch = shape.Batch, Steps = never, EvalEvery = never, SampleEvery = 0, SaveEvery = never },
            new CorpusInfo(BuiltInCorpus.Name, "", "", text.Length));
        try
        {
            var trainer = new Trainer(config, tokenizer, TokenData.Encode(tokenizer, text), folder, new CpuBackend(threads));
            await using IAsyncEnumerator<StepEvent> steps = trainer.RunAsync().OfType<StepEvent>().GetAsyncEnumerator();

            // The first step comes after the evaluation with which every run begins.
            await steps.MoveNextAsync();
            await BurstAsync(steps, shape.Tokens, seconds, cancel);
            return await new Side(Comparison.Us, threads, (time, stop) => BurstAsync(steps, shape.Tokens, time, stop))
                .BesidePeakAsync(StepCost.FlopsPerToken(shape.Model), Rounds, seconds, cancel);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    // Between two bursts the trainer waits where it is: it goes on when it is asked for the next step.
    private static async Task<Burst> BurstAsync(IAsyncEnumerator<StepEvent> steps, int tokens, double seconds, CancellationToken cancel)
    {
        long begun = Stopwatch.GetTimestamp();
        for (long count = 1; ; count++)
        {
            cancel.ThrowIfCancellationRequested();
            await steps.MoveNextAsync();
            double taken = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            if (taken >= seconds)
            {
                return new Burst(count * tokens, taken);
            }
        }
    }
}
