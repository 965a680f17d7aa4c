using Longhand.Labs;

namespace Longhand.Tests;

public sealed class ActivationsLabTests
{
    [Fact]
    public void A_deep_network_learns_with_relu_and_not_with_sigmoid_or_nothing()
    {
        (LabResult result, string page) = LabTests.Run("activations", ("seeds", 1), ("steps", 400));
        Assert.True(LabTests.Number(result, "relu_accuracy") > 0.95);
        Assert.True(LabTests.Number(result, "gelu_accuracy") > 0.95);
        Assert.True(LabTests.Number(result, "sigmoid_accuracy") < 0.75);
        Assert.True(LabTests.Number(result, "none_accuracy") < 0.75);
        Assert.True(double.IsNaN(LabTests.Number(result, "sigmoid_steps_to_95")));
        // Five factors of at most a quarter, against about a half for relu: the first layer starves.
        Assert.True(LabTests.Number(result, "sigmoid_first_gradient") < 0.02 * LabTests.Number(result, "relu_first_gradient"));
        Assert.Contains("sigmoid", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("relu: ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_relu_is_flat_at_the_start_and_a_high_rate_kills_units()
    {
        (LabResult calm, _) = LabTests.Run("activations", ("seeds", 1), ("steps", 100));
        (LabResult wild, _) = LabTests.Run("activations", ("seeds", 1), ("steps", 100), ("rate", 0.2));
        Assert.InRange(LabTests.Number(calm, "relu_flat"), 0.35, 0.65);
        Assert.Equal(0, LabTests.Number(calm, "leaky_relu_flat"));
        Assert.True(LabTests.Number(wild, "relu_dead") > 0.3, $"{LabTests.Number(wild, "relu_dead")}");
        Assert.True(LabTests.Number(wild, "relu_dead") > LabTests.Number(calm, "relu_dead"));
        Assert.Contains("dead", wild.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_page_and_another_seed_another()
    {
        (_, string page) = LabTests.Run("activations", ("seeds", 1), ("steps", 20), ("depth", 2));
        Assert.Equal(page, LabTests.Run("activations", ("seeds", 1), ("steps", 20), ("depth", 2)).Page);
        Assert.NotEqual(page, LabTests.Run("activations", "other", ("seeds", 1), ("steps", 20), ("depth", 2)).Page);
    }
}
