using System.Diagnostics;
using Longhand.Backends.Cpu;
using Longhand.Cli.Benchmarks.Results;
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

    public static IEnumerable<WritingSpeed> Run(int threads, CancellationToken cancel)
    {
        int characters = CharTokenizer.FromText(BuiltInCorpus.Text).VocabularySize;
        foreach ((string name, bool eightBits) in Models)
        {
            var config = (GptConfig)Preset.Named(name).Model;
            var model = new Gpt(config with { Vocabulary = Math.Max(characters, name == "gpt2" ? config.Vocabulary : 0) }, rng: null);
            model.MoveTo(new CpuBackend(threads));
            if (eightBits)
            {
                model.Quantize();
            }
            double bytes = BytesPerToken(model.Config, eightBits);
            var generator = new Generator(model, new NoText(model.Config.Vocabulary));
            (double speed, double? share) = Measure(generator, bytes < LargerThanCaches ? null : bytes, threads, cancel);
            yield return new WritingSpeed($"{name}{(eightBits ? " 8bit" : "")}", threads, speed, share);
        }
    }

    /// <summary>The bytes of the weights that one token reads: the matrices of the blocks, and the table of tokens as the output layer.</summary>
    internal static double BytesPerToken(GptConfig model, bool eightBits)
    {
        double C = model.Width;
        return ((model.Layers * 12 * C * C) + (model.Vocabulary * C)) * (eightBits ? 1 : 4);
    }

    // Texts and readings of memory in turn, because the speed of memory can change from one second to the next. The greater reading on
    // either side of a text counts: one that was disturbed would flatter the model. Medians of all texts.
    private static (double Speed, double? Share) Measure(Generator generator, double? bytes, int threads, CancellationToken cancel)
    {
        const double warmUp = 1.5, text = 0.5;           // seconds: time for the compiler to see what is hot; short texts, few keys and values
        const int texts = 5;
        Speed(generator, warmUp, cancel);
        double[] speeds = new double[texts], shares = new double[texts];
        double before = Bandwidth();
        for (int i = 0; i < texts; i++)
        {
            speeds[i] = Speed(generator, text, cancel);
            double after = Bandwidth();
            shares[i] = speeds[i] * (bytes ?? 0) / (Math.Max(before, after) * 1e9);
            before = after;
        }
        Array.Sort(speeds);
        Array.Sort(shares);
        return (speeds[texts / 2], bytes is null ? null : shares[texts / 2]);

        double Bandwidth() => bytes is null ? 1 : MachinePeak.Measure(threads).ReadBandwidth;
    }

    /// <summary>Tokens per second of a text that takes this many seconds, after its first token.</summary>
    private static double Speed(Generator generator, double seconds, CancellationToken cancel)
    {
        const int never = 1_000_000_000;
        using IEnumerator<string> tokens = generator.Continue("", never, new SamplingOptions()).GetEnumerator();
        tokens.MoveNext();
        long begun = Stopwatch.GetTimestamp();
        int count = 0;
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds)
        {
            cancel.ThrowIfCancellationRequested();
            tokens.MoveNext();
            count++;
        }
        return count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
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
