using Longhand.ByHand;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>ByHand's SkipGram and SkipGramPairs.</summary>
public sealed class ByHandSkipGramTests
{
    private static readonly Rng Random = new("skip-gram");

    [Fact]
    public void Every_gradient_equals_measured_slopes_and_the_engines()
    {
        SkipGram model = New(words: 5, width: 3);
        int[] centres = [0, 3, 3, 1], neighbours = [2, 3, 1, 1], noise = [4, 4, 0, 1, 2, 3, 1, 0];
        SkipGram.Gradients g = model.Backward(model.Forward(centres, neighbours, noise));
        HandCheck.Run(
            "skip-gram", () => HandCheck.Scalar(model.Loss(model.Forward(centres, neighbours, noise))), HandCheck.One,
            [new("V", model.V, g.DV), new("U", model.U, g.DU)],
            v =>
            {
                Tensor x = v[0].GatherRows(new Indices(centres, 4)).Reshape((4, 3, 1));
                Tensor near = v[1].GatherRows(new Indices(neighbours, 4)).Reshape((4, 1, 3)), far = v[1].GatherRows(new Indices(noise, 8)).Reshape((4, 2, 3));
                return (((-near.MatMul(x)).Softplus().Sum() + far.MatMul(x).Softplus().Sum()) * 0.25f).Reshape((1, 1));
            });
    }

    [Theory]
    [InlineData("skip-gram: words that repeat")]
    [InlineData("skip-gram: one pair")]
    public void Equals_PyTorch(string name)
    {
        GoldenCase c = Golden.Case("skip-gram", name);
        int width = c["v"].Shape[1];
        var model = new SkipGram(c["v"].Shape[0], width, Random) { V = Matrix.From(c["v"].Floats(), width), U = Matrix.From(c["u"].Floats(), width) };
        SkipGram.Cache cache = model.Forward(c["centres"].Integers(), c["neighbours"].Integers(), c["noise"].Integers());
        SkipGram.Gradients g = model.Backward(cache);
        Assert.Equal(c["loss"].Value, model.Loss(cache), 1e-9);
        HandCheck.Compare("dV", c["grad.v"].Doubles(), g.DV.Values, 1e-8);
        HandCheck.Compare("dU", c["grad.u"].Doubles(), g.DU.Values, 1e-8);
    }

    [Fact]
    public void Words_that_keep_the_same_company_become_neighbours()
    {
        // 0 cat, 1 dog, 2 eats, 3 sleeps, 4 car, 5 bus, 6 stops, 7 turns
        int[][] sentences = [[0, 2], [0, 3], [1, 2], [1, 3], [4, 6], [4, 7], [5, 6], [5, 7]];
        int[] centres = [.. sentences.SelectMany(s => s)], neighbours = [.. sentences.SelectMany(s => s.Reverse())];
        int[] occurrences = [.. Enumerable.Repeat(2, 8)];
        var model = new SkipGram(8, 6, Random);
        for (int step = 0; step < 300; step++)
        {
            int[] noise = SkipGramPairs.Noise(occurrences, 5 * centres.Length, Random.Fork(step));
            model.Descend(model.Backward(model.Forward(centres, neighbours, noise)), learningRate: 1);
        }
        Assert.True(Cosine(0, 1) > 0.9 && Cosine(4, 5) > 0.9, $"cat and dog {Cosine(0, 1)}, car and bus {Cosine(4, 5)}");
        Assert.True(Cosine(0, 4) < 0.6 && Cosine(1, 5) < 0.6, $"cat and car {Cosine(0, 4)}, dog and bus {Cosine(1, 5)}");

        double Cosine(int a, int b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
        double Dot(int a, int b) => model.V.SelectRows([a]).Hadamard(model.V.SelectRows([b])).Sum();
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        SkipGram model = New(words: 5, width: 3);
        Assert.Contains("1 neighbours", Assert.Throws<ArgumentException>(() => model.Forward([0, 1], [2], [3, 4])).Message, StringComparison.Ordinal);
        Assert.Contains("3 noise words", Assert.Throws<ArgumentException>(() => model.Forward([0, 1], [2, 2], [3, 4, 3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Forward([], [], []));
        Assert.Throws<ArgumentException>(() => SkipGramPairs.Noise([0, 0], 3, Random));
    }

    [Fact]
    public void Pairs_are_neighbours_in_both_directions()
    {
        (int[] centres, int[] neighbours) = SkipGramPairs.Of([7, 8, 9, 5], window: 2);
        Assert.Equal([(7, 8), (7, 9), (8, 7), (8, 9), (8, 5), (9, 7), (9, 8), (9, 5), (5, 8), (5, 9)], centres.Zip(neighbours));
    }

    [Fact]
    public void Noise_follows_the_text_but_more_evenly()
    {
        int[] drawn = SkipGramPairs.Noise([0, 1, 16, 0, 81, 0], 36_000, Random), counts = new int[6];
        foreach (int word in drawn) counts[word]++;
        Assert.Equal(0, counts[0] + counts[3] + counts[5]);
        Assert.Equal(1000, counts[1], 100.0);
        Assert.Equal(8000, counts[2], 250.0);
        Assert.Equal(27000, counts[4], 300.0);
    }

    private static SkipGram New(int words, int width) =>
        new(words, width, Random) { V = HandCheck.Random(words, width, "v"), U = HandCheck.Random(words, width, "u") };
}
