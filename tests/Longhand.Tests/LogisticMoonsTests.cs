using Longhand.Labs;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class LogisticMoonsTests
{
    [Fact]
    public void Features_by_hand_and_features_learned_bend_what_a_straight_line_cannot()
    {
        (LabResult result, string page) = Run("logistic-moons", ("sets", 1), ("points", 400), ("steps", 1500));
        Assert.InRange(Number(result, "straight"), 0.75, 0.93);
        Assert.InRange(Number(result, "powers"), 0.94, 1);
        Assert.InRange(Number(result, "network"), 0.94, 1);
        Assert.Equal(9, Number(result, "features"));
        Assert.True(Number(result, "network_loss") < Number(result, "straight_loss") / 2);
        Assert.Contains("Bending the boundary is worth", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("step 1500", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_bending_gains_nothing_it_says_so()
    {
        (LabResult result, _) = Run("logistic-moons", ("sets", 1), ("points", 100), ("steps", 20), ("degree", 1), ("hidden", 1), ("rate", 0.01));
        Assert.Equal(2, Number(result, "features"));
        Assert.Contains("Bending the boundary gains", result.Conclusion, StringComparison.Ordinal);
    }

    // With powers up to 1 the second model is the first, in other units.
    [Fact]
    public void Powers_up_to_one_are_the_straight_line()
    {
        (LabResult result, _) = Run("logistic-moons", ("sets", 1), ("points", 100), ("steps", 5000), ("degree", 1), ("hidden", 1));
        Assert.Equal(Number(result, "straight_loss"), Number(result, "powers_loss"), tolerance: 0.005);
    }
}
