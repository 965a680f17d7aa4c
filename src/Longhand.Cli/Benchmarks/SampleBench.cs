using System.Diagnostics;
using Longhand.Backends.Cpu;
using Longhand.Generation;
using Longhand.Models;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// Tokens written one after another by models of the presets' shapes, with the key/value cache; the largest also with 8-bit weights.
/// Every weight is zero: what a model has learned does not change its speed.
/// <para>
/// A token needs every weight once, so a model that no cache holds can be no faster than the machine reads memory; its share of that
/// limit counts the weights alone, not the keys and values, which grow with the text.
/// </para>
/// </summary>
internal static class SampleBench
{
    private static readonly (string Preset, bool EightBits)[] Models =
        [("capstone", false), ("laptop", false), ("desktop", false), ("gpt2", false), ("desktop", true), ("gpt2", true)];

    /// <summary>Below so many bytes a cache may hold all weights, and memory is no limit.</summary>
    private const double LargerThanCaches = 1e8;

    public static IEnumerable<BenchRow> Run(int threads, CancellationToken cancel)
    {
        int characters = CharTokenizer.FromText(BuiltInCorpus.Text).VocabularySize;
        foreach ((string name, bool eightBits) in Models)
        {
            GptConfig config = Preset.Named(name).Model;
            var model = new Gpt(config with { Vocabulary = Math.Max(characters, name == "gpt2" ? config.Vocabulary : 0) }, rng: null);
            model.MoveTo(new CpuBackend(threads));
            if (eightBits)
            {
                model.Quantize();
            }
            double bandwidth = MachinePeak.Measure(threads).ReadBandwidth;
            double speed = Speed(new Generator(model, new NoText(model.Config.Vocabulary)), cancel);
            // Measured again: a bandwidth that was disturbed would flatter the model.
            bandwidth = Math.Max(bandwidth, MachinePeak.Measure(threads).ReadBandwidth);
            double bytes = BytesPerToken(model.Config, eightBits);
            yield return new BenchRow(
                $"sample {name}{(eightBits ? " 8bit" : "")}", threads, TokensPerSecond: speed,
                ShareOfBandwidth: bytes < LargerThanCaches ? null : speed * bytes / (bandwidth * 1e9));
        }
    }

    /// <summary>The bytes of the weights that one token reads: the matrices of the blocks, and the table of tokens as the output layer.</summary>
    internal static double BytesPerToken(GptConfig model, bool eightBits)
    {
        double C = model.Width;
        return ((model.Layers * 12 * C * C) + (model.Vocabulary * C)) * (eightBits ? 1 : 4);
    }

    private static double Speed(Generator generator, CancellationToken cancel)
    {
        const double warmUp = 1.5, measured = 2.5;       // seconds: time for the compiler to see what is hot
        const int never = 1_000_000_000;
        long begun = Stopwatch.GetTimestamp(), from = 0;
        int count = 0;
        foreach (string _ in generator.Continue("", never, new SamplingOptions()))
        {
            cancel.ThrowIfCancellationRequested();
            if (from == 0)
            {
                if (Stopwatch.GetElapsedTime(begun).TotalSeconds >= warmUp)
                {
                    from = Stopwatch.GetTimestamp();
                }
                continue;
            }
            count++;
            if (Stopwatch.GetElapsedTime(from).TotalSeconds >= measured)
            {
                break;
            }
        }
        return count / Stopwatch.GetElapsedTime(from).TotalSeconds;
    }

    /// <summary>Tokens that stand for nothing, as many as a model wants.</summary>
    private sealed class NoText(int vocabularySize) : ITokenizer
    {
        public int VocabularySize { get; } = vocabularySize;

        public int[] Encode(string text) => [0];

        public string Decode(ReadOnlySpan<int> ids) => "";

        public void Save(string path) => throw new NotSupportedException("Nothing to save: these tokens stand for nothing.");
    }
}
