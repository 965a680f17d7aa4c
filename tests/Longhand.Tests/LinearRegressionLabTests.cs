using Longhand.Labs;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class LinearRegressionLabTests
{
    [Theory]
    [InlineData("longhand", 40, 0.3)]
    [InlineData("another", 7, 2.0)]
    public void Descent_meets_the_closed_form_and_diverges_at_two_over_the_largest_curvature(string seed, int points, double noise)
    {
        (LabResult result, _) = Run("linear-regression", seed, ("points", points), ("noise", noise), ("steps", 2000));
        Assert.Equal(Number(result, "w"), Number(result, "w_by_descent"), tolerance: 1e-6);
        Assert.Equal(Number(result, "b"), Number(result, "b_by_descent"), tolerance: 1e-6);
        Assert.Equal(1, Number(result, "measured_bound") / Number(result, "bound"), tolerance: 1e-4);
        Assert.True(Number(result, "distance_beyond_at_end") > 1e20 * Number(result, "distance_beyond_at_start"));
    }

    [Fact]
    public void Above_the_bound_it_says_that_it_never_gets_there()
    {
        (LabResult result, string page) = Run("linear-regression", ("rate", 1.2), ("steps", 20));
        Assert.Contains("at 1.2 of the bound never gets there", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("never", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_that_leaves_all_numbers_ends_in_infinity()
    {
        (LabResult result, _) = Run("linear-regression", ("rate", 1.5), ("steps", 3000));
        Assert.Equal(double.PositiveInfinity, Number(result, "distance_beyond_at_end"));
        Assert.Contains("to ∞ in 3,000 steps", result.Conclusion, StringComparison.Ordinal);
    }
}
