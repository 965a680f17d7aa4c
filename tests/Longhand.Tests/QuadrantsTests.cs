using Longhand.Labs;

namespace Longhand.Tests;

public sealed class QuadrantsTests
{
    [Theory]
    [InlineData("longhand")]
    [InlineData("another seed")]
    public void The_loss_falls_from_about_ln_4_to_below_a_tenth(string seed)
    {
        (LabResult result, string page) = LabTests.Run("mlp-quadrants", seed);
        Assert.InRange(LabTests.Number(result, "loss_first"), 1.0, 1.9);
        Assert.InRange(LabTests.Number(result, "loss_last"), 0, 0.1);
        Assert.InRange(LabTests.Number(result, "accuracy"), 0.95, 1);
        Assert.InRange(LabTests.Number(result, "step_of_loss_below_0_1"), 5, 500);
        Assert.Equal(1, LabTests.Number(result, "best_accuracy"));
        Assert.True(LabTests.Number(result, "loss_with_0") > LabTests.Number(result, "loss_with_2"));
        Assert.Contains("class=\"slider\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_steps_and_strayed_points_are_told()
    {
        (LabResult few, _) = LabTests.Run("mlp-quadrants", ("steps", 3), ("noise", 0.3), ("hidden", 8));
        Assert.True(double.IsNaN(LabTests.Number(few, "step_of_loss_below_0_1")));
        Assert.InRange(LabTests.Number(few, "best_accuracy"), 0.5, 0.95);
        Assert.Contains("It never got below 0.1.", few.Conclusion, StringComparison.Ordinal);
        Assert.Contains("that the signs of strayed points allow", few.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_hidden_layers_it_says_what_straight_lines_can_do()
    {
        (LabResult result, _) = LabTests.Run("mlp-quadrants", ("layers", 0), ("steps", 50));
        Assert.Contains("Straight lines are enough here", result.Conclusion, StringComparison.Ordinal);
        Assert.Equal(LabTests.Number(result, "loss_with_0"), LabTests.Number(result, "loss_last"));
    }
}
