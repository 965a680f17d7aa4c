using Longhand.Labs;

namespace Longhand.Tests;

public sealed class VanishingTests
{
    [Fact]
    public void At_depth_20_the_sigmoid_loses_its_gradient_and_does_not_learn()
    {
        (LabResult result, string page) = LabTests.Run("vanishing", ("steps", 150));
        Assert.InRange(N("sigmoid_first_layer_gradient") / N("sigmoid_last_layer_gradient"), 0, 1e-10);
        Assert.InRange(N("sigmoid_factor_per_layer"), 0, 0.26);
        Assert.Equal(Math.Log(2), N("sigmoid_loss_last"), tolerance: 0.01);
        foreach (string other in new[] { "tanh", "relu", "sigmoid_norm", "sigmoid_residual" }) Assert.InRange(N($"{other}_factor_per_layer"), 0.8, 1.4);
        foreach (string learns in new[] { "relu", "sigmoid_norm" })
        {
            Assert.InRange(N($"{learns}_loss_last"), 0, 0.1);
            Assert.InRange(N($"{learns}_accuracy"), 0.97, 1);
        }
        Assert.Contains("and it does not learn", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("relu learns", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("after step 150", page, StringComparison.Ordinal);

        double N(string name) => LabTests.Number(result, name);
    }

    [Fact]
    public void With_two_layers_it_does_not_blame_the_gradient()
    {
        (LabResult result, _) = LabTests.Run("vanishing", ("depth", 2), ("steps", 10));
        Assert.DoesNotContain("and it does not learn", result.Conclusion, StringComparison.Ordinal);
        Assert.True(LabTests.Number(result, "sigmoid_factor_per_layer") > 0.1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        (LabResult first, _) = LabTests.Run("vanishing", "a", ("steps", 5), ("depth", 6));
        (LabResult second, _) = LabTests.Run("vanishing", "a", ("steps", 5), ("depth", 6));
        Assert.Equal(first.Numbers, second.Numbers);
    }
}
