using System.Diagnostics;
using System.Runtime.CompilerServices;
using Longhand.Backends.Cpu;
using Longhand.Data;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// Whole training steps by the trainer itself: batches, forward, backward, clipping, AdamW and the log. The median step
/// counts, after the first ones, in which the program is still being compiled. Evaluations, samples and checkpoints are left out.
/// </summary>
internal static class TrainBench
{
    /// <summary>GPT's presets as they are; gpt2's steps take too long here.</summary>
    public static IReadOnlyList<TrainingShape> Presets { get; } =
        [.. Preset.All.Where(preset => preset.Name != "gpt2").Select(preset => new TrainingShape(preset.Name, preset.Model, preset.Training.Batch))];

    public static async IAsyncEnumerable<BenchRow> Run(IEnumerable<TrainingShape> shapes, int threads, [EnumeratorCancellation] CancellationToken cancel)
    {
        MachinePeak peak = MachinePeak.Measure(threads);
        foreach (TrainingShape shape in shapes)
        {
            double speed = shape.Tokens / await MedianStepAsync(shape, threads, cancel);
            // Measured again beside each shape, since one disturbed measurement would flatter them all.
            peak = Peaks.Again(peak, threads);
            double gflops = speed * StepCost.FlopsPerToken(shape.Model) / 1e9;
            yield return new BenchRow($"train {shape.Name}", threads, gflops, gflops / peak.AllThreads, speed);
        }
    }

    private static async Task<double> MedianStepAsync(TrainingShape shape, int threads, CancellationToken cancel)
    {
        const double warmUp = 1, measured = 4;
        const int never = 1_000_000_000;
        string folder = Path.Combine(Path.GetTempPath(), $"longhand-bench-{Guid.NewGuid():N}");
        string text = BuiltInCorpus.Text[..50_000];
        CharTokenizer tokenizer = CharTokenizer.FromText(text);
        var config = new RunConfig(
            shape.Model with { Vocabulary = tokenizer.VocabularySize },
            new TrainingOptions { Batch = shape.Batch, Steps = never, EvalEvery = never, SampleEvery = 0, SaveEvery = never },
            new CorpusInfo(BuiltInCorpus.Name, "", "", text.Length));
        try
        {
            var trainer = new Trainer(config, tokenizer, TokenData.Encode(tokenizer, text), folder, new CpuBackend(threads));
            var seconds = new List<double>();
            long begun = 0, last = 0;
            await foreach (StepEvent step in trainer.RunAsync().OfType<StepEvent>())
            {
                cancel.ThrowIfCancellationRequested();
                long now = Stopwatch.GetTimestamp();
                if (begun == 0)
                {
                    begun = now;
                }
                else if (Stopwatch.GetElapsedTime(begun, last).TotalSeconds >= warmUp || step.Step > 50)
                {
                    seconds.Add(Stopwatch.GetElapsedTime(last, now).TotalSeconds);
                }
                last = now;
                if (seconds.Count >= 3 && Stopwatch.GetElapsedTime(begun, now).TotalSeconds >= warmUp + measured)
                {
                    break;
                }
            }
            return seconds.Order().ElementAt(seconds.Count / 2);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
