using Longhand.Generation;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;
using Longhand.Text;

namespace Longhand.Tests;

public sealed class GeneratorTests
{
    private static readonly CharTokenizer Tokenizer = CharTokenizer.FromText("\nabcdefghij🦊");
    private static readonly Gpt Model = NewModel(context: 16);

    [Fact]
    public void Pieces_joined_are_the_text()
    {
        var generator = new Generator(Model, Tokenizer);
        var options = new SamplingOptions { Temperature = 1 };
        string[] pieces = [.. generator.Continue("abc", 40, options)];
        Assert.Equal(40, pieces.Length);
        Assert.All(pieces, piece => Assert.Single(Tokenizer.Encode(piece)));
        Assert.Equal(string.Concat(pieces), generator.Write("abc", 40, options));
    }

    [Fact]
    public void The_same_seed_writes_the_same_text_and_another_one_another()
    {
        var options = new SamplingOptions { Temperature = 1, Seed = "a" };
        string text = new Generator(Model, Tokenizer).Write("abc", 50, options);
        Assert.Equal(text, new Generator(Model, Tokenizer).Write("abc", 50, options));
        Assert.NotEqual(text, new Generator(Model, Tokenizer).Write("abc", 50, options with { Seed = "b" }));
        Assert.StartsWith(new Generator(Model, Tokenizer).Write("abc", 20, options), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PositionKind.Learned)]
    [InlineData(PositionKind.Sinusoidal)]
    [InlineData(PositionKind.Rotary)]
    public void Within_the_context_the_cache_writes_what_full_passes_write(PositionKind positions)
    {
        Gpt model = NewModel(context: 16, positions);
        var text = new List<int>(Tokenizer.Encode("fed"));
        while (text.Count < 17) text.Add(Greedy(model, text));
        Assert.Equal(Tokenizer.Decode([.. text[3..]]), new Generator(model, Tokenizer).Write("fed", 14, new SamplingOptions { Greedy = true }));
    }

    [Fact]
    public void A_text_longer_than_the_context_goes_on_from_its_last_half()
    {
        const int context = 8;
        Gpt model = NewModel(context);
        List<int> text = [.. Tokenizer.Encode("a")], window = [.. text];
        for (int i = 0; i < 30; i++)
        {
            if (window.Count > context) window = text[^(context / 2)..];
            int next = Greedy(model, window);
            text.Add(next);
            window.Add(next);
        }
        Assert.Equal(Tokenizer.Decode([.. text[1..]]), new Generator(model, Tokenizer).Write("a", 30, new SamplingOptions { Greedy = true }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Even_the_smallest_contexts_write(int context) =>
        Assert.Equal(20, Tokenizer.Encode(new Generator(NewModel(context), Tokenizer).Write("abcabc", 20, new SamplingOptions())).Length);

    [Fact]
    public void Of_a_prompt_longer_than_the_context_the_end_counts()
    {
        var generator = new Generator(Model, Tokenizer);
        string end = "abcdefghijabcdef";
        var options = new SamplingOptions { Greedy = true };
        Assert.Equal(generator.Write(end, 1, options), generator.Write("jihgfedcba" + end, 1, options));
    }

    [Fact]
    public void An_empty_prompt_starts_after_a_line_end_or_the_first_token()
    {
        var options = new SamplingOptions { Greedy = true };
        Assert.Equal(new Generator(Model, Tokenizer).Write("\n", 10, options), new Generator(Model, Tokenizer).Write("", 10, options));
        CharTokenizer letters = CharTokenizer.FromText("abcdefghijkl");
        Assert.Equal(new Generator(Model, letters).Write("a", 10, options), new Generator(Model, letters).Write("", 10, options));
        Assert.Equal("", new Generator(Model, Tokenizer).Write("abc", 0, options));
    }

    [Fact]
    public void Characters_the_model_has_never_seen_are_listed_at_once()
    {
        var problem = Assert.Throws<UnknownCharactersException>(() => { new Generator(Model, Tokenizer).Continue("axbyé", 5, new SamplingOptions()); });
        Assert.Equal(['x', 'y', 'é'], problem.Characters.Select(c => (char)c));
        Assert.Contains("'x' 'y' 'é'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_and_another_tokenizer_are_refused_at_once()
    {
        Assert.Throws<ArgumentException>(() => { new Generator(Model, Tokenizer).Continue("a", 5, new SamplingOptions { TopP = 2 }); });
        Assert.Equal("The tokenizer has 2 tokens but the model was made for 12.",
            Assert.Throws<ArgumentException>(() => new Generator(Model, CharTokenizer.FromText("ab"))).Message);
    }

    [Fact]
    public void Parameters_stay_trainable_or_frozen_as_they_were()
    {
        Gpt model = NewModel(context: 8);
        model.Parameters[0].Parameter.IsTrainable = false;
        new Generator(model, Tokenizer).Write("a", 3, new SamplingOptions());
        Assert.Equal(1, model.Parameters.Count(p => !p.Parameter.IsTrainable));
    }

    [Fact]
    public void A_text_that_was_left_halfway_does_not_disturb_the_next()
    {
        var generator = new Generator(Model, Tokenizer);
        string expected = generator.Write("abc", 10, new SamplingOptions());
        foreach (string piece in generator.Continue("jjj", 10, new SamplingOptions()).Take(3)) Assert.NotEmpty(piece);
        Assert.Equal(expected, generator.Write("abc", 10, new SamplingOptions()));
    }

    private static int Greedy(Gpt model, List<int> text)
    {
        float[] logits = model.Forward(new Indices([.. text], (1, text.Count))).ToArray()[^12..];
        return Array.IndexOf(logits, logits.Max());
    }

    // Weights large enough that the likeliest token changes from place to place.
    private static Gpt NewModel(int context, PositionKind positions = PositionKind.Learned)
    {
        var config = new GptConfig { Layers = 2, Heads = 2, Width = 16, Context = context, Vocabulary = 12, Positions = positions };
        var model = new Gpt(config, new Rng("generator"));
        ModuleCheck.Randomise(model);
        return model;
    }
}
