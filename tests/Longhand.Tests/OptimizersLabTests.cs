using Longhand.Labs;
using Longhand.Labs.Experiments;
using Longhand.Pictures;

namespace Longhand.Tests;

public sealed class OptimizersLabTests
{
    [Fact]
    public void Every_place_and_every_count_is_that_of_PyTorch()
    {
        (LabResult result, _) = LabTests.Run("optimizers");
        foreach ((int i, (string name, double rate)) in Optimizers.Usual.Index())
        {
            GoldenCase golden = Golden.Case("optimizer-paths", name);
            Assert.Equal(golden.Number("learning_rate"), rate);
            double[] expected = golden["path"].Doubles();
            Point[] path = Optimizers.Descend(i, rate, golden.Number("condition"), (int)golden.Number("steps"));
            Assert.Equal(expected.Length, 2 * path.Length);
            for (int step = 0; step < path.Length; step++)
            {
                double tolerance = 1e-8 * Math.Max(1e-3, Math.Abs(expected[2 * step]) + Math.Abs(expected[(2 * step) + 1]));
                Assert.True(Math.Abs(path[step].X - expected[2 * step]) <= tolerance, $"{name}, step {step}: x = {path[step].X}, PyTorch {expected[2 * step]}");
                Assert.True(Math.Abs(path[step].Y - expected[(2 * step) + 1]) <= tolerance, $"{name}, step {step}: y = {path[step].Y}, PyTorch {expected[(2 * step) + 1]}");
            }
            double arrived = LabTests.Number(result, $"{name.ToLowerInvariant()}_steps");
            Assert.Equal(golden.IsNull("arrived") ? double.NaN : golden.Number("arrived"), arrived);
        }
        Assert.Equal(15.0, LabTests.Number(result, "adam_working_rates"));
        Assert.True(LabTests.Number(result, "sgd_working_rates") < LabTests.Number(result, "momentum_working_rates"));
    }

    [Fact]
    public void A_rate_that_is_too_high_diverges_and_the_page_says_so()
    {
        (LabResult result, string page) = LabTests.Run("optimizers", ("condition", 100.0), ("steps", 60));
        Assert.True(double.IsNaN(LabTests.Number(result, "sgd_steps")));
        Assert.Equal(double.PositiveInfinity, LabTests.Number(result, "sgd_final"));
        Assert.Contains("diverged", page, StringComparison.Ordinal);
        Assert.Contains("SGD", result.Conclusion, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 5.0, 0.1, 2, 0.1, 0.05 }, 3)]
    [InlineData(new[] { 5.0, 4, 3, 2, 1 }, null)]
    [InlineData(new[] { 0.1, 0.1, 0.1, 0.1, 0.1 }, 0)]
    [InlineData(new[] { 5.0, 0.1 }, null)]
    public void To_arrive_is_to_stay(double[] heights, int? arrived) => Assert.Equal(arrived, Optimizers.Arrival(heights, threshold: 0.5, steps: 4));
}
