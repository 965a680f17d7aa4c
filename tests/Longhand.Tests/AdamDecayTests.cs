using Longhand.Labs;
using Longhand.Labs.Experiments;
using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class AdamDecayTests
{
    [Fact]
    public void Decoupled_decay_does_not_depend_on_the_gradients_and_coupled_decay_does()
    {
        double[] coupled = Array.ConvertAll(AdamDecay.Noise(new Rng("noise"), decoupled: false), AdamDecay.Rate);
        double[] decoupled = Array.ConvertAll(AdamDecay.Noise(new Rng("noise"), decoupled: true), AdamDecay.Rate);
        Assert.All(decoupled, rate => Assert.InRange(rate, 0.45, 0.55));
        // Gradients of size 0.01 and 0.1 against 10 and 100.
        Assert.True(coupled[0] > 2 * 0.5 && coupled[2] > 1.8 * 0.5, $"weak gradients: {coupled[0]}, {coupled[2]}");
        Assert.True(coupled[6] < 0.3 * 0.5 && coupled[8] < 0.1 * 0.5, $"strong gradients: {coupled[6]}, {coupled[8]}");
    }

    [Fact]
    public void With_few_steps_it_compares_both_on_digits()
    {
        (LabResult result, string page) = LabTests.Run("adamw", ("seeds", 2), ("steps", 40), ("hidden", 16));
        foreach (string which in new[] { "l2", "adamw" })
        {
            Assert.InRange(LabTests.Number(result, $"{which}_accuracy"), 0.6, 1);
            Assert.InRange(LabTests.Number(result, $"{which}_accuracy_without_decay"), 0.5, 1);
        }
        Assert.Contains("± ", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("AdamW shrinks all alike", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("997 to judge by", page, StringComparison.Ordinal);
    }

    [Fact]
    public void One_seed_decides_nothing()
    {
        (LabResult result, _) = LabTests.Run("adamw", ("seeds", 1), ("steps", 5), ("hidden", 4));
        Assert.Contains("one seed says nothing about which is better", result.Conclusion, StringComparison.Ordinal);
    }
}
