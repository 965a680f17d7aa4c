using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Longhand.Files;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class RunConfigTests : IDisposable
{
    private static readonly RunConfig Full = new(
        new GptConfig
        {
            Layers = 3,
            Heads = 2,
            Width = 24,
            Context = 17,
            Vocabulary = 91,
            Dropout = 0.125f,
            Norm = NormPlacement.Post,
            Positions = PositionKind.Rotary,
            Epsilon = 1e-6f,
        },
        new TrainingOptions
        {
            Seed = "s \"quoted\" é 🦊",
            Batch = 3,
            Accumulate = 2,
            Steps = 77,
            LearningRate = 1.0 / 3,
            FinalShare = 0.05,
            Warmup = 5,
            Beta1 = 0.8,
            Beta2 = 0.95,
            WeightDecay = 0.01,
            Clip = 0.5,
            EvalEvery = 11,
            SampleEvery = 12,
            SaveEvery = 13,
            Patience = 4,
        },
        new CorpusInfo("a text.txt", "/tmp/a text.txt", new string('a', 64), 12_345));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_saved_is_loaded()
    {
        Full.Save(_folder.Path);
        Assert.Equal(Full, RunConfig.Load(_folder.Path));
        Assert.Equal(Full.Sha256, Sha256.OfFile(_folder["config.json"]));
        var bare = new RunConfig(new GptConfig(), null, null);
        bare.Save(_folder.Path);
        Assert.Equal(bare, RunConfig.Load(_folder.Path));
    }

    public static TheoryData<string> Kinds => [.. ModelKinds.Names];

    [Theory, MemberData(nameof(Kinds))]
    public void Every_kind_of_model_comes_back_as_it_was(string kind)
    {
        ModelConfig model = ModelKinds.Find(kind)! with { Context = 21, Vocabulary = 33 };
        if (model.Has(nameof(model.Layers))) model = model with { Layers = 3 };
        if (model.Has(nameof(model.Width))) model = model with { Width = 12 };
        if (model.Has(nameof(model.Dropout))) model = model with { Dropout = 0.125f };
        if (model is NGramConfig ngram) model = ngram with { History = 5, Hidden = 6 };
        var config = new RunConfig(model, Full.Training, Full.Corpus);
        config.Save(_folder.Path);
        Assert.Equal(config, RunConfig.Load(_folder.Path));
    }

    [Fact]
    public void An_unknown_kind_of_model_is_named()
    {
        new RunConfig(new BigramConfig(), null, null).Save(_folder.Path);
        string path = _folder["config.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("bigram", "trigram", StringComparison.Ordinal));
        string message = Assert.Throws<BadFileException>(() => RunConfig.Load(_folder.Path)).Message;
        Assert.Contains("longhand.kind", message, StringComparison.Ordinal);
        Assert.Contains("bigram, ngram, rnn, lstm, gru, gpt", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_field_decides_the_hash()
    {
        var hashes = new HashSet<string> { Full.Sha256 };
        var m = (GptConfig)Full.Model;
        TrainingOptions t = Full.Training!;
        foreach (GptConfig other in new[]
        {
            m with { Layers = 4 }, m with { Heads = 3 }, m with { Width = 48 }, m with { Context = 18 }, m with { Vocabulary = 92 }, m with { Dropout = 0.25f },
            m with { Norm = NormPlacement.Pre }, m with { Positions = PositionKind.Learned }, m with { Epsilon = 1e-5f },
        })
            Assert.True(hashes.Add((Full with { Model = other }).Sha256), other.ToString());
        foreach (TrainingOptions other in new[]
        {
            t with { Seed = "b" }, t with { Batch = 4 }, t with { Accumulate = 3 }, t with { Steps = 78 }, t with { LearningRate = 0.3 }, t with { FinalShare = 0 },
            t with { Warmup = 6 }, t with { Beta1 = 0.9 }, t with { Beta2 = 0.9 }, t with { WeightDecay = 0 }, t with { Clip = 1 }, t with { EvalEvery = 1 },
            t with { SampleEvery = 1 }, t with { SaveEvery = 1 }, t with { Patience = 1 },
        })
            Assert.True(hashes.Add((Full with { Training = other }).Sha256), other.ToString());
    }

    [Fact]
    public void The_keys_of_Hugging_Faces_GPT_2_are_there()
    {
        new RunConfig((GptConfig)Full.Model with { Norm = NormPlacement.Pre, Positions = PositionKind.Learned }, Full.Training, Full.Corpus).Save(_folder.Path);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_folder["config.json"]));
        JsonElement root = document.RootElement;
        Assert.Equal("gpt2", root.GetProperty("model_type").GetString());
        Assert.Equal("GPT2LMHeadModel", root.GetProperty("architectures")[0].GetString());
        Assert.Equal("gelu_new", root.GetProperty("activation_function").GetString());
        foreach ((string key, int value) in new[] { ("n_layer", 3), ("n_head", 2), ("n_embd", 24), ("n_positions", 17), ("n_ctx", 17), ("vocab_size", 91) })
            Assert.Equal(value, root.GetProperty(key).GetInt32());
        foreach (string dropout in new[] { "attn_pdrop", "embd_pdrop", "resid_pdrop" }) Assert.Equal(0.125, root.GetProperty(dropout).GetDouble());
        Assert.Equal(1e-6f, (float)root.GetProperty("layer_norm_epsilon").GetDouble());
        Assert.True(root.GetProperty("tie_word_embeddings").GetBoolean());
        Assert.Equal("learned", root.GetProperty("longhand").GetProperty("positions").GetString());
    }

    [Fact]
    public void A_model_that_is_no_GPT_2_does_not_say_so()
    {
        Full.Save(_folder.Path);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_folder["config.json"]));
        Assert.Equal("longhand", document.RootElement.GetProperty("model_type").GetString());
        Assert.Equal("rotary", document.RootElement.GetProperty("longhand").GetProperty("positions").GetString());
    }

    [Fact]
    public void A_batch_that_no_tensor_can_hold_is_refused()
    {
        var config = new RunConfig(new GptConfig { Context = 4096 }, new TrainingOptions { Batch = 1_000_000 }, null);
        Assert.StartsWith("batch 1000000 with context 4096 and width 64 needs a tensor of", Assert.Throws<ArgumentException>(() => config.Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GPT_2s_own_config_is_read()
    {
        Write("""
            { "activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1, "bos_token_id": 50256, "embd_pdrop": 0.1,
              "eos_token_id": 50256, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05, "model_type": "gpt2", "n_ctx": 1024, "n_embd": 768,
              "n_head": 12, "n_inner": null, "n_layer": 12, "n_positions": 1024, "resid_pdrop": 0.1, "summary_type": "cls_index", "vocab_size": 50257,
              "task_specific_params": { "text-generation": { "do_sample": true, "max_length": 50 } } }
            """);
        RunConfig config = RunConfig.Load(_folder.Path);
        Assert.Equal(124_439_808, config.Model.ParameterCount);
        Assert.Equal(0.1f, config.Model.Dropout);
        Assert.Null(config.Training);
    }

    [Theory]
    [InlineData("\"n_head\": 2", "\"n_head\": 5", "heads is 5 but must divide the width, 24")]
    [InlineData("\"n_head\": 2", "\"n_head\": \"2\"", "n_head: expected a whole number, found \"2\"")]
    [InlineData("\"n_head\": 2", "\"n_head\": 2.5", "n_head: expected a whole number, found 2.5")]
    [InlineData("\"n_head\": 2,", "", "n_head: expected a value, found nothing")]
    [InlineData("\"post\"", "\"beside\"", "longhand.norm: expected one of pre, post, found \"beside\"")]
    [InlineData("\"seed\":", "\"sead\":", "longhand.training.seed: expected a value, found nothing")]
    [InlineData("\"batch\": 3", "\"batch\": 0", "batch is 0 but must be from 1 to 1000000")]
    [InlineData("\"batch\": 3", "\"batch\": 99999999999", "longhand.training.batch: expected a whole number, found 99999999999")]
    [InlineData("\"characters\": 12345", "\"characters\": null", "longhand.corpus.characters: expected a whole number, found null")]
    [InlineData("\"s \\\"", "\"\\ud800 \\\"", "longhand.training.seed: expected a text")]
    [InlineData("\"gelu_new\"", "\"relu\"", "activation_function: expected gelu_new, the only one this model has, found \"relu\"")]
    [InlineData("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false", "tie_word_embeddings: expected true, as this model shares the table, found false")]
    [InlineData("\"n_ctx\": 17", "\"n_inner\": 32", "n_inner: expected null or 96, four times the width, found 32")]
    [InlineData("\"n_ctx\": 17", "\"scale_attn_by_inverse_layer_idx\": true", "scale_attn_by_inverse_layer_idx: expected false, found true")]
    public void A_wrong_field_is_named_with_what_was_expected(string before, string after, string message)
    {
        Full.Save(_folder.Path);
        string text = File.ReadAllText(_folder["config.json"]);
        Assert.Contains(before, text, StringComparison.Ordinal);
        Write(text.Replace(before, after, StringComparison.Ordinal));
        var problem = Assert.Throws<BadFileException>(() => RunConfig.Load(_folder.Path));
        Assert.StartsWith(_folder["config.json"] + ": " + message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("\"text\"")]
    public void What_is_no_object_is_refused(string text)
    {
        Write(text);
        Assert.Throws<BadFileException>(() => RunConfig.Load(_folder.Path));
    }

    [Fact]
    public void A_missing_or_huge_file_is_refused()
    {
        Assert.Contains("no such file", Assert.Throws<BadFileException>(() => RunConfig.Load(_folder.Path)).Message, StringComparison.Ordinal);
        Write(new string(' ', (1 << 20) + 1));
        Assert.Contains("a configuration has at most", Assert.Throws<BadFileException>(() => RunConfig.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_gives_one_clear_error_or_a_valid_configuration()
    {
        Full.Save(_folder.Path);
        byte[] whole = File.ReadAllBytes(_folder["config.json"]);
        var random = new Random(1);
        var clock = Stopwatch.StartNew();
        int refused = 0;
        for (int trial = 0; trial < 20_000; trial++)
        {
            byte[] damaged = Damage(whole, random);
            TemporaryFolder.Overwrite(_folder["config.json"], damaged);
            try
            {
                RunConfig config = RunConfig.Load(_folder.Path);
                config.Model.Validate();
                config.Training?.Validate();
            }
            catch (BadFileException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"trial {trial}: {e.GetType().Name}: {e.Message}\n{Encoding.UTF8.GetString(damaged)}");
            }
        }
        Assert.InRange(refused, 5_000, 19_999);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
    }

    private static ReadOnlySpan<byte> Inserted => "0123456789-+.eE\"\\{}[],:u\u0000\u007f"u8;

    // One to three flipped bits, bytes put in or taken out, or the end cut off.
    internal static byte[] Damage(byte[] whole, Random random)
    {
        if (random.Next(10) == 0) return whole[..random.Next(whole.Length)];
        var bytes = new List<byte>(whole);
        for (int i = random.Next(3); i >= 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes.RemoveAt(at); break;
                case 1: bytes.Insert(at, Inserted[random.Next(Inserted.Length)]); break;
                default: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            }
        }
        return [.. bytes];
    }

    private void Write(string text) => File.WriteAllText(_folder["config.json"], text);
}
