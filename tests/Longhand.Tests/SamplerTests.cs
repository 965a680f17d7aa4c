using System.Globalization;
using Longhand.Generation;
using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class SamplerTests
{
    private static readonly float[] Logits = [1, -0.5f, 2, 0, 1.5f, -3];

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(0.5, 0, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(1, 0, 0.8)]
    public void Draws_follow_the_probabilities(double temperature, int topK, double topP)
    {
        const int draws = 40_000;
        var sampler = new Sampler(new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, Seed = "frequencies" }, Logits.Length);
        double[] p = sampler.Probabilities(Logits).ToArray();
        int[] counts = new int[Logits.Length];
        for (int i = 0; i < draws; i++) counts[sampler.Next(Logits, i)]++;
        double chiSquared = 0;
        for (int i = 0; i < p.Length; i++)
        {
            if (p[i] == 0) Assert.Equal(0, counts[i]);
            else chiSquared += Math.Pow(counts[i] - (draws * p[i]), 2) / (draws * p[i]);
        }
        Assert.InRange(chiSquared, 0, 20.5);                       // five degrees of freedom: exceeded once in a thousand
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.25)]
    [InlineData(7)]
    public void Without_limits_probabilities_are_the_softmax(double temperature)
    {
        double sum = Logits.Sum(x => Math.Exp(x / temperature));
        AssertClose(Logits.Select(x => Math.Exp(x / temperature) / sum), Probabilities(Logits, new() { Temperature = temperature }));
    }

    [Theory]
    [InlineData(1, new[] { 2 })]
    [InlineData(2, new[] { 2, 4 })]
    [InlineData(3, new[] { 0, 2, 4 })]
    [InlineData(6, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(100, new[] { 0, 1, 2, 3, 4, 5 })]
    public void Top_k_keeps_the_k_likeliest_and_renormalises(int k, int[] kept) =>
        AssertClose(Softmax(Logits, kept), Probabilities(Logits, new() { Temperature = 1, TopK = k }));

    [Theory]
    [InlineData(0.3, new[] { 3 })]
    [InlineData(0.3999, new[] { 3 })]
    [InlineData(0.41, new[] { 1, 3 })]
    [InlineData(0.71, new[] { 0, 1, 3 })]
    [InlineData(0.95, new[] { 0, 1, 2, 3 })]
    [InlineData(1e-9, new[] { 3 })]
    public void Top_p_keeps_the_smallest_set_that_reaches_p(double p, int[] kept)
    {
        float[] logits = [.. new[] { 0.2, 0.3, 0.1, 0.4 }.Select(q => (float)Math.Log(q))];
        AssertClose(Softmax(logits, kept), Probabilities(logits, new() { Temperature = 1, TopP = p }));
    }

    [Theory]
    [InlineData(0.2, new[] { 0 })]
    [InlineData(0.25, new[] { 0 })]
    [InlineData(0.26, new[] { 0, 1 })]
    [InlineData(0.5, new[] { 0, 1 })]
    [InlineData(0.76, new[] { 0, 1, 2, 3 })]
    public void Ties_in_top_p_and_top_k_go_to_the_lowest_numbers(double p, int[] kept)
    {
        float[] equal = [2, 2, 2, 2];
        AssertClose(Softmax(equal, kept), Probabilities(equal, new() { Temperature = 1, TopP = p }));
        AssertClose(Softmax(equal, kept), Probabilities(equal, new() { Temperature = 1, TopK = kept.Length }));
    }

    [Theory]
    [InlineData(40, 1)]
    [InlineData(0, 0.9)]
    [InlineData(100, 0.5)]
    public void In_a_large_vocabulary_the_likeliest_are_those_that_sorting_finds(int topK, double topP)
    {
        var rng = new Rng("vocabulary");
        float[] logits = [.. Enumerable.Range(0, 3000).Select(i => MathF.Round(rng.Normal(i) * 8) / 4)];          // many ties
        double[] p = Probabilities(logits, new() { Temperature = 1 });
        int[] order = [.. Enumerable.Range(0, p.Length).OrderByDescending(i => p[i]).ThenBy(i => i).Take(topK == 0 ? p.Length : topK)];
        double available = order.Sum(i => p[i]), mass = 0;
        int[] kept = [.. order.TakeWhile(i => (mass += p[i]) - p[i] < topP * available)];
        AssertClose(Softmax(logits, kept), Probabilities(logits, new() { Temperature = 1, TopK = topK, TopP = topP }));
    }

    [Fact]
    public void Top_p_counts_within_what_top_k_left()
    {
        float[] logits = [.. new[] { 0.4, 0.3, 0.2, 0.1 }.Select(q => (float)Math.Log(q))];
        AssertClose(Softmax(logits, [0]), Probabilities(logits, new() { Temperature = 1, TopK = 2, TopP = 0.57 }));      // 0.4 of 0.7
        AssertClose(Softmax(logits, [0, 1]), Probabilities(logits, new() { Temperature = 1, TopK = 2, TopP = 0.58 }));
    }

    [Fact]
    public void Greedy_and_temperature_0_take_the_likeliest_and_the_lowest_among_equals()
    {
        float[] tied = [0, 5, 1, 5];
        foreach (SamplingOptions options in new SamplingOptions[] { new() { Greedy = true, Temperature = 50 }, new() { Temperature = 0 }, new() { Temperature = 1e-300 } })
        {
            Assert.Equal(2, new Sampler(options, Logits.Length).Next(Logits, 7));
            if (options.Temperature is 0 or 50) Assert.Equal(1, new Sampler(options, 4).Next(tied, 7));
        }
    }

    [Fact]
    public void Draws_are_functions_of_the_seed_and_the_place()
    {
        var options = new SamplingOptions { Seed = "a" };
        Sampler forward = new(options, Logits.Length), backward = new(options, Logits.Length);
        int[] first = [.. Enumerable.Range(0, 100).Select(i => forward.Next(Logits, i))];
        int[] second = [.. Enumerable.Range(0, 100).Reverse().Select(i => backward.Next(Logits, i)).Reverse()];
        Assert.Equal(first, second);
        var other = new Sampler(options with { Seed = "b" }, Logits.Length);
        Assert.NotEqual(first, Enumerable.Range(0, 100).Select(i => other.Next(Logits, i)));
    }

    [Fact]
    public void Huge_logits_and_impossible_tokens_are_handled()
    {
        float[] logits = [1e4f, -1e4f, 1e4f, float.NegativeInfinity];
        AssertClose([0.5, 0, 0.5, 0], Probabilities(logits, new() { Temperature = 1 }));
        AssertClose([0.5, 0, 0.5, 0], Probabilities(logits, new() { Temperature = 1, TopK = 4, TopP = 0.99 }));
        Assert.Equal(0, new Sampler(new() { Temperature = 1 }, 1).Next([-5f], 3));
    }

    [Fact]
    public void Logits_of_another_vocabulary_are_refused() => Assert.Equal("Sampler: 6 logits for a vocabulary of 4.",
        Assert.Throws<ArgumentException>(() => new Sampler(new(), 4).Next(Logits, 0)).Message);

    [Theory]
    [InlineData(0f, float.NaN, 1f)]
    [InlineData(float.NaN, 0f, 1f)]
    [InlineData(0f, 1f, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity)]
    public void Logits_without_a_likeliest_token_are_refused(float a, float b, float c)
    {
        foreach (SamplingOptions options in new SamplingOptions[] { new(), new() { Greedy = true }, new() { TopK = 2 } })
            Assert.Contains("so no token is the likeliest", Assert.Throws<NotFiniteNumberException>(() => new Sampler(options, 3).Next([a, b, c], 0)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_name_the_field_the_value_and_the_range()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = culture;
        try
        {
            AssertRefused("temperature is -0.5 but must be from 0 to 100.", new() { Temperature = -0.5 });
            AssertRefused("temperature is NaN but must be from 0 to 100.", new() { Temperature = double.NaN });
            AssertRefused("temperature is 101 but must be from 0 to 100.", new() { Temperature = 101 });
            AssertRefused("top-k is -1 but must be 0 (all) or more.", new() { TopK = -1 });
            AssertRefused("top-p is 0 but must be above 0 and at most 1.", new() { TopP = 0 });
            AssertRefused("top-p is 1.5 but must be above 0 and at most 1.", new() { TopP = 1.5 });
            AssertRefused("top-p is NaN but must be above 0 and at most 1.", new() { TopP = double.NaN });
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static void AssertRefused(string message, SamplingOptions options) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new Sampler(options, 4)).Message);

    private static double[] Probabilities(float[] logits, SamplingOptions options) => new Sampler(options, logits.Length).Probabilities(logits).ToArray();

    // The softmax over the tokens that are kept, 0 elsewhere.
    private static IEnumerable<double> Softmax(float[] logits, int[] kept)
    {
        double sum = kept.Sum(i => Math.Exp(logits[i]));
        return logits.Select((x, i) => kept.Contains(i) ? Math.Exp(x) / sum : 0);
    }

    private static void AssertClose(IEnumerable<double> expected, double[] actual)
    {
        foreach ((double e, double a) in expected.Zip(actual)) Assert.Equal(e, a, 12);
        Assert.Equal(1, actual.Sum(), 12);
    }
}
