using Longhand.Backends.Cpu;
using Longhand.Data;
using Longhand.Models;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Bits;

/// <summary>
/// A training run that is over in a second even without vector instructions, and touches everything a long one does: dropout, clipping,
/// accumulation, evaluation, sampling. Its weights must have the same bits on every machine.
/// </summary>
public static class ShortRun
{
    public static async Task<string> Fingerprint(int threads)
    {
        string text = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i} and {i * 7 % 40} make {i + (i * 7 % 40)};\n"));
        CharTokenizer tokenizer = CharTokenizer.FromText(text);
        var config = new RunConfig(
            new GptConfig { Layers = 2, Heads = 2, Width = 24, Context = 12, Vocabulary = tokenizer.VocabularySize, Dropout = 0.1f },
            new TrainingOptions { Seed = "bits", Batch = 6, Accumulate = 2, Steps = 12, Warmup = 3, EvalEvery = 6, SampleEvery = 12, SaveEvery = 100 },
            new CorpusInfo("sums", "", "", text.Length));
        string folder = Directory.CreateTempSubdirectory("longhand-bits-").FullName;
        try
        {
            string hash = "";
            await foreach (TrainingEvent e in new Trainer(config, tokenizer, TokenData.Encode(tokenizer, text), folder, new CpuBackend(threads)).RunAsync())
            {
                if (e is DoneEvent done) hash = done.WeightsSha256;
            }
            return hash;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
