using System.Diagnostics;
using System.Runtime.CompilerServices;
using Longhand.Backends.Cpu;
using Longhand.Data;
using Longhand.Models;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// Whole training steps of the presets, by the trainer itself: batches, forward, backward, clipping, AdamW and the log. The median step
/// counts, after the first ones, in which the program is still being compiled. Evaluations, samples and checkpoints are left out.
/// </summary>
internal static class TrainBench
{
    private static readonly string[] Presets = ["capstone", "laptop", "desktop"];

    public static async IAsyncEnumerable<BenchRow> Run(int threads, [EnumeratorCancellation] CancellationToken cancel)
    {
        MachinePeak peak = MachinePeak.Measure(threads);
        foreach (string name in Presets)
        {
            Preset preset = Preset.Named(name);
            double speed = preset.Training.Batch * preset.Model.Context / await MedianStepAsync(preset, threads, cancel);
            // Measured again beside each preset, since one disturbed measurement would flatter them all.
            peak = Peaks.Again(peak, threads);
            double gflops = speed * FlopsPerToken((GptConfig)preset.Model) / 1e9;
            yield return new BenchRow($"train {name}", threads, gflops, gflops / peak.AllThreads, speed);
        }
    }

    private static async Task<double> MedianStepAsync(Preset preset, int threads, CancellationToken cancel)
    {
        const double warmUp = 1, measured = 4;
        const int never = 1_000_000_000;
        string folder = Path.Combine(Path.GetTempPath(), $"longhand-bench-{Guid.NewGuid():N}");
        string text = BuiltInCorpus.Text[..50_000];
        CharTokenizer tokenizer = CharTokenizer.FromText(text);
        var config = new RunConfig(
            preset.Model with { Vocabulary = tokenizer.VocabularySize },
            preset.Training with { Steps = never, EvalEvery = never, SampleEvery = 0, SaveEvery = never },
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

    /// <summary>
    /// The operations that training on one token needs: 6 for each weight of a matrix product (2 forward, 4 backward), with the tied
    /// embedding counted once, as the output; and for attention, where a position looks back over (T + 1)/2 others on average,
    /// 2·2·C·(T + 1)/2 forward in each layer and twice that backward.
    /// </summary>
    internal static double FlopsPerToken(GptConfig model)
    {
        double C = model.Width, T = model.Context;
        double weights = (model.Layers * 12 * C * C) + (model.Vocabulary * C);
        return (6 * weights) + (model.Layers * 6 * C * (T + 1));
    }
}
