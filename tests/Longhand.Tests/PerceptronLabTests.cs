using Longhand.Labs;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class PerceptronLabTests
{
    [Theory]
    [InlineData("longhand")]
    [InlineData("another")]
    public void It_stays_below_the_bound_and_goes_round_in_circles_on_exclusive_or(string seed)
    {
        (LabResult result, string page) = Run("perceptron", seed, ("sets", 20));
        Assert.InRange(Number(result, "mistakes"), 1, Number(result, "bound"));
        Assert.Equal(120, Number(result, "sets"));
        Assert.Equal(0, Number(result, "sets_over_the_bound"));
        Assert.InRange(Number(result, "closest_share_of_bound"), 0.05, 1);
        Assert.Equal(24, Number(result, "xor_orders"));
        Assert.Equal(3, Number(result, "xor_most_right"));
        Assert.Contains("never right on more than 3 of 4", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("update 1 of ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_narrow_margin_allows_more_mistakes()
    {
        (LabResult wide, _) = Run("perceptron", ("sets", 1), ("margin", 0.4));
        (LabResult narrow, _) = Run("perceptron", ("sets", 1), ("margin", 0.01), ("points", 300));
        Assert.True(Number(narrow, "bound") > 100 * Number(wide, "bound"));
        Assert.True(Number(narrow, "mistakes") > Number(wide, "mistakes"));
    }
}
