using Longhand.Labs;

namespace Longhand.Tests;

public sealed class InitializationTests
{
    [Theory]
    [InlineData("tanh")]
    [InlineData("relu")]
    public void Only_starts_that_keep_the_size_of_signals_learn(string activation)
    {
        (LabResult result, string page) = LabTests.Run("initialization", ("activation", activation), ("steps", 120), ("width", 64));
        Assert.Equal(0, N("zero_last_layer_spread"));
        Assert.Equal(0, N("zero_first_layer_gradient"));
        Assert.True(N("small_last_layer_spread") < 1e-4 * N("small_first_layer_spread"));
        Assert.InRange(N("he_last_layer_spread") / N("he_first_layer_spread"), 0.3, 3);
        foreach (string fails in new[] { "zero", "small" })
        {
            Assert.Equal(Math.Log(10), N($"{fails}_loss_last"), tolerance: 0.1);
            Assert.InRange(N($"{fails}_accuracy"), 0, 0.2);
        }
        Assert.InRange(N("he_accuracy"), 0.85, 1);
        Assert.InRange(N("large_accuracy"), 0, 0.6);
        if (activation == "tanh") Assert.InRange(N("large_saturated"), 0.5, 1);
        else Assert.True(N("large_last_layer_spread") > 100 * N("large_first_layer_spread"));
        Assert.Contains("From zero it stays at", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("best is", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("activation in layer 8", page, StringComparison.Ordinal);

        double N(string name) => LabTests.Number(result, name);
    }

    [Fact]
    public void After_two_steps_nobody_is_said_to_have_learned()
    {
        (LabResult result, _) = LabTests.Run("initialization", ("depth", 1), ("steps", 2), ("width", 8));
        Assert.Contains("none of the five starts has led to 80% of the held-out digits", result.Conclusion, StringComparison.Ordinal);
    }
}
