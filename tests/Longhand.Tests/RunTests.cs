using System.Diagnostics;
using Longhand.Files;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class RunTests : IDisposable
{
    private static readonly GptConfig Config = new() { Layers = 1, Heads = 2, Width = 8, Context = 4, Vocabulary = 5 };

    private readonly TemporaryFolder _folder = new();
    private readonly Gpt _model = new(Config, new Rng("run"));

    public RunTests()
    {
        new RunConfig(Config, new TrainingOptions(), null).Save(_folder.Path);
        CharTokenizer.FromText("abcde").Save(_folder["tokenizer.json"]);
        using FileStream stream = File.Create(Weights);
        ModelFile.Write(stream, _model);
    }

    private string Weights => _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Settings_are_told_as_names_and_values()
    {
        Run run = Run.Open(_folder.Path);
        Assert.Contains(run.Settings, row => row is { Name: "layers", Value: "1" });
        Assert.Contains(run.Settings, row => row.Name == "seed");
    }

    [Fact]
    public void A_run_is_opened_with_its_weights_as_constants()
    {
        Assert.True(Run.IsRun(_folder.Path));
        Run run = Run.Open(_folder.Path);
        Assert.Equal(Config, run.Config.Model);
        Assert.Equal(5, run.Tokenizer!.VocabularySize);
        Assert.Equal(Sha256.OfFile(Weights), run.WeightsSha256());
        foreach (((string name, Parameter expected), (_, Parameter actual)) in _model.Parameters.Zip(run.Model.Parameters))
        {
            Assert.True(expected.Value.ToArray().AsSpan().SequenceEqual(actual.Value.ToArray()), name);
            Assert.False(actual.IsTrainable);
        }
    }

    [Fact]
    public void A_model_without_a_tokenizer_can_be_opened()
    {
        File.Delete(_folder["tokenizer.json"]);
        Assert.Null(Run.Open(_folder.Path).Tokenizer);
    }

    [Fact]
    public void A_folder_that_is_not_there_or_no_run_is_refused()
    {
        Assert.Equal($"{_folder["none"]}: there is no such folder.", Assert.Throws<BadFileException>(() => Run.Open(_folder["none"])).Message);
        File.Delete(_folder["config.json"]);
        Assert.False(Run.IsRun(_folder.Path));
        AssertRefused($"{_folder.Path}: this is not a run folder: it has no config.json. Hint: name a folder that 'longhand train' made");
    }

    [Fact]
    public void A_run_without_weights_is_refused()
    {
        File.Delete(Weights);
        AssertRefused($"{Weights}: there is no such file: the run has not evaluated its model yet");
    }

    [Fact]
    public void A_tokenizer_of_another_size_is_refused()
    {
        CharTokenizer.FromText("abcdef").Save(_folder["tokenizer.json"]);
        AssertRefused($"{_folder["tokenizer.json"]}: vocabulary: expected 5 tokens, as config.json says, found 6.");
    }

    [Fact]
    public void Truncated_weights_are_refused()
    {
        byte[] whole = File.ReadAllBytes(Weights);
        for (int length = 0; length < whole.Length; length += 61)
        {
            TemporaryFolder.Overwrite(Weights, whole[..length]);
            Assert.Throws<BadFileException>(() => Run.Open(_folder.Path));
        }
    }

    [Fact]
    public void A_flipped_bit_in_the_weights_header_is_refused_or_harmless()
    {
        byte[] whole = File.ReadAllBytes(Weights);
        int header = 8 + (int)BitConverter.ToInt64(whole, 0), refused = 0, trials = 0;
        for (int at = 0; at < header; at += 3)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at % 8));
            TemporaryFolder.Overwrite(Weights, damaged);
            trials++;
            try
            {
                Run.Open(_folder.Path);                         // a changed letter of "format", or other white space
            }
            catch (BadFileException)
            {
                refused++;
            }
        }
        Assert.InRange(refused / (double)trials, 0.9, 1);
    }

    [Theory]
    [InlineData(1000, 65_536, 1_048_576, 10_000_000)]
    [InlineData(1, 8, 1_048_576, 5)]
    [InlineData(1, 8, 4, 10_000_000)]
    public void A_configuration_of_a_huge_model_is_refused_before_it_is_made(int layers, int width, int context, int vocabulary)
    {
        File.Delete(_folder["tokenizer.json"]);
        new RunConfig(Config with { Layers = layers, Width = width, Context = context, Vocabulary = vocabulary }, null, null).Save(_folder.Path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        AssertRefused(_folder.Path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public void A_configuration_of_another_model_is_refused()
    {
        new RunConfig(Config with { Context = 3 }, null, null).Save(_folder.Path);
        AssertRefused($"{Weights}: transformer.wpe.weight: expected the shape (3, 8), as config.json says, found (4, 8).");
        new RunConfig(Config with { Positions = PositionKind.Rotary }, null, null).Save(_folder.Path);
        AssertRefused($"{Weights}: transformer.wpe.weight: expected only the tensors that config.json asks for, found this one more.");
    }

    private void AssertRefused(string start) =>
        Assert.StartsWith(start, Assert.Throws<BadFileException>(() => Run.Open(_folder.Path)).Message, StringComparison.Ordinal);
}
