using Longhand.Backends;
using Longhand.Generation;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Tensors;
using Longhand.Text;

namespace Longhand.Tests;

/// <summary>What holds for every kind of language model.</summary>
public sealed class LanguageModelTests
{
    private const int V = 7;

    private static readonly ModelConfig[] Configs =
    [
        new GptConfig { Layers = 2, Heads = 2, Width = 8, Context = 12, Vocabulary = V },
        new BigramConfig { Context = 12, Vocabulary = V },
        new NGramConfig { History = 3, Width = 4, Hidden = 10, Context = 12, Vocabulary = V },
        new RecurrentConfig(RecurrentCell.Rnn) { Width = 6, Context = 12, Vocabulary = V },
        new RecurrentConfig(RecurrentCell.Lstm) { Width = 6, Context = 12, Vocabulary = V },
        new RecurrentConfig(RecurrentCell.Gru) { Width = 6, Context = 12, Vocabulary = V },
    ];

    public static TheoryData<string> Kinds => [.. Configs.Select(c => c.Kind)];

    [Theory, MemberData(nameof(Kinds))]
    public void The_configuration_counts_what_the_model_holds(string kind) =>
        Assert.Equal(Config(kind).ParameterCount, Model(kind).ParameterCount);

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_equal_measured_slopes(string kind)
    {
        LanguageModel model = Model(kind);
        ModuleCheck.Gradients(model, x => model.Loss(Ids(2, 5), Ids(2, 5)) * x[0], ModuleCheck.Input(1, "scale"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void No_position_sees_a_later_one(string kind)
    {
        LanguageModel model = Model(kind);
        int[] ids = Ids(1, 10).Values.ToArray();
        float[] before = model.Forward(new Indices([.. ids], (1, 10)))[.., ..6].ToArray();
        for (int i = 6; i < 10; i++) ids[i] = (ids[i] + 1) % V;
        Assert.Equal(before, model.Forward(new Indices(ids, (1, 10)))[.., ..6].ToArray());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_reader_sees_what_a_full_pass_sees(string kind)
    {
        LanguageModel model = Model(kind);
        int[] ids = Ids(1, 10).Values.ToArray();
        float[] full = model.Forward(new Indices(ids, (1, 10))).ToArray(), logits = new float[V];
        ITextReader reader = model.NewReader();
        reader.Read(ids.AsSpan(0, 4), logits);
        for (int t = 3; ; t++)
        {
            Assert.Equal(full.AsSpan(t * V, V).ToArray(), logits);
            if (t == 9) break;
            reader.Read([ids[t + 1]], logits);
        }
        Assert.All(model.Parameters, p => Assert.True(p.Parameter.IsTrainable));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void It_writes_more_than_its_context_from_a_prompt_longer_than_that(string kind)
    {
        CharTokenizer letters = CharTokenizer.FromText("abcdefg");
        var generator = new Generator(Model(kind), letters);
        string text = generator.Write("abcdefgabcdefgabcdefg", 40, new SamplingOptions());
        Assert.Equal(40, text.Length);
        Assert.Equal(text, generator.Write("abcdefgabcdefgabcdefg", 40, new SamplingOptions()));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_field_out_of_range_is_named(string kind) =>
        Assert.Contains("vocabulary", Assert.Throws<ArgumentException>(() => (Config(kind) with { Vocabulary = 0 }).Validate()).Message, StringComparison.Ordinal);

    [Fact]
    public void Only_a_gpt_can_be_held_in_8_bits() =>
        Assert.Contains("lstm", Assert.Throws<NotSupportedException>(Model("lstm").Quantize).Message, StringComparison.Ordinal);

    [Fact]
    public void Counting_gives_the_relative_frequencies_and_the_least_loss()
    {
        int[] text = [0, 1, 0, 2, 0, 1, 1, 0, 1, 2];
        BigramModel counted = BigramModel.FromCounts(text, vocabulary: 3);
        float[] p = counted.Table.Value.Softmax().ToArray();
        float[] expected = [0, 3f / 4, 1f / 4, 2f / 4, 1f / 4, 1f / 4, 1, 0, 0];
        for (int i = 0; i < 9; i++) Assert.Equal(expected[i], p[i], 1e-6f);

        Indices ids = new(text[..^1], (1, 9)), targets = new(text[1..], (1, 9));
        double least = -((3 * Math.Log(0.75)) + Math.Log(0.25) + (2 * Math.Log(0.5)) + (2 * Math.Log(0.25))) / 9;
        Assert.Equal(least, counted.Loss(ids, targets).ToScalar(), 1e-6);
        Assert.True(BigramModel.FromCounts(text, vocabulary: 3, smoothing: 1).Loss(ids, targets).ToScalar() > least);
    }

    [Fact]
    public void Counting_refuses_tokens_outside_the_vocabulary_and_a_smoothing_that_is_none()
    {
        Assert.Equal("BigramModel: token 2 of the text is 3 but must be from 0 to 2.",
            Assert.Throws<ArgumentException>(() => BigramModel.FromCounts([0, 1, 3, 1], vocabulary: 3)).Message);
        Assert.Throws<ArgumentException>(() => BigramModel.FromCounts([0, -1], vocabulary: 3));
        Assert.Contains("vocabulary", Assert.Throws<ArgumentException>(() => BigramModel.FromCounts([], vocabulary: 100_000)).Message, StringComparison.Ordinal);
        foreach (double smoothing in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => BigramModel.FromCounts([0, 1], vocabulary: 3, smoothing));
        }
    }

    [Fact]
    public void Smoothing_leaves_no_pair_impossible()
    {
        float[] p = BigramModel.FromCounts([0, 1, 0], vocabulary: 3, smoothing: 1).Table.Value.Softmax().ToArray();
        Assert.Equal([1f / 4, 2f / 4, 1f / 4, 2f / 4, 1f / 4, 1f / 4, 1f / 3, 1f / 3, 1f / 3], p, new Near());
    }

    private static ModelConfig Config(string kind) => Configs.Single(c => c.Kind == kind);

    private static LanguageModel Model(string kind) => Config(kind).Create(new Rng(kind));

    private static Indices Ids(int rows, int steps)
    {
        int[] ids = new int[rows * steps];
        for (int i = 0; i < ids.Length; i++) ids[i] = ((i * 5) + (i / 2)) % V;
        return new Indices(ids, (rows, steps));
    }

    private sealed class Near : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) < 1e-5f;

        public int GetHashCode(float x) => 0;
    }
}
