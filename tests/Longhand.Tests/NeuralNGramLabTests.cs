using Longhand.Labs;
using Longhand.Labs.Experiments;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Tensors;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class NeuralNGramLabTests
{
    [Fact]
    public void A_longer_history_helps_the_network_and_starves_laplaces_rule()
    {
        (LabResult result, _) = Run("neural-ngram", ("steps", 150), ("longest", 4));
        Assert.True(Number(result, "network_4") < Number(result, "network_1"), result.Conclusion);
        Assert.True(Number(result, "laplace_2") < Number(result, "laplace_1"));
        // To fall back is never much worse with a longer history.
        Assert.True(Number(result, "witten_bell_4") < Number(result, "witten_bell_2"));
        Assert.True(Number(result, "witten_bell_4") < Number(result, "laplace_4"));
        Assert.Equal(0, Number(result, "unseen_1"));
        Assert.True(Number(result, "unseen_4") > 0);
    }

    [Fact]
    public void Counting_does_as_its_formulas_say()
    {
        // "abab" counted, "abb" judged from its third character on: after b came a once; after ab came a once.
        List<CountedHistory.Result> found = CountedHistory.Measure([0, 1, 0, 1], [0, 1, 1], vocabulary: 2, longest: 2, _ => { });
        double p0 = (2 + (2 * 0.5)) / (4 + 2), p1 = (0 + (1 * p0)) / (1 + 1), p2 = (0 + (1 * p1)) / (1 + 1);
        Assert.Equal([-Math.Log(p0), -Math.Log(p1), -Math.Log(p2)], found.Select(r => r.WittenBell), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([-Math.Log(3 / 6.0), -Math.Log(1 / 3.0), -Math.Log(1 / 3.0)], found.Select(r => r.Laplace), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([0.0, 0, 0], found.Select(r => r.Unseen));
    }

    [Fact]
    public void The_networks_loss_predicts_every_character_from_its_whole_history()
    {
        const int V = 5, K = 3, From = 4;
        NGramModel model = new NGramConfig { History = K, Width = 4, Hidden = 6, Vocabulary = V, Context = 8 }.Create(new Rng("a"));
        int[] text = [.. Enumerable.Range(0, 700).Select(i => new Rng("text").Below(V, i))];
        double sum = 0;
        for (int t = From; t < text.Length; t++)
        {
            double[] logits = model.Forward(new Indices(text[(t - K)..t], (1, K)))[.., ^1..].ToDoubles();
            sum += Math.Log(logits.Sum(Math.Exp)) - logits[text[t]];
        }
        Assert.Equal(sum / (text.Length - From), NeuralNGram.Loss(model, text, From), 1e-5);
    }
}
