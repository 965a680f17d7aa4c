using System.Diagnostics;
using Longhand.Backends.Cpu;
using Longhand.Generation;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// Tokens written one after another by models of the presets' shapes, with the key/value cache. Their weights are random: what
/// a model has learned does not change its speed.
/// </summary>
internal static class SampleBench
{
    private static readonly string[] Presets = ["capstone", "laptop", "desktop"];

    public static IEnumerable<BenchRow> Run(int threads, CancellationToken cancel)
    {
        CharTokenizer tokenizer = CharTokenizer.FromText(BuiltInCorpus.Text);
        foreach (string name in Presets)
        {
            var model = new Gpt(Preset.Named(name).Model with { Vocabulary = tokenizer.VocabularySize }, new Rng("bench"));
            model.MoveTo(new CpuBackend(threads));
            yield return new BenchRow($"sample {name}", threads, TokensPerSecond: Speed(new Generator(model, tokenizer), cancel));
        }
    }

    private static double Speed(Generator generator, CancellationToken cancel)
    {
        const int warmUp = 200, measured = 2000;
        long begun = 0;
        int count = 0;
        foreach (string _ in generator.Continue("", warmUp + measured, new SamplingOptions()))
        {
            cancel.ThrowIfCancellationRequested();
            if (++count == warmUp)
            {
                begun = Stopwatch.GetTimestamp();
            }
            else if (count > warmUp && Stopwatch.GetElapsedTime(begun).TotalSeconds > 3)
            {
                break;
            }
        }
        return (count - warmUp) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
