using Longhand.Labs;
using Longhand.Labs.Experiments;

namespace Longhand.Tests;

public sealed class DepthTests
{
    [Fact]
    public void On_spirals_some_depth_helps_and_much_depth_does_not()
    {
        (LabResult result, string page) = LabTests.Run("mlp-depth", ("runs", 2));
        double best = LabTests.Number(result, "best_depth");
        Assert.InRange(best, 2, 6);
        double accuracy = LabTests.Number(result, FormattableString.Invariant($"accuracy_{best}"));
        Assert.True(accuracy > LabTests.Number(result, "accuracy_1") + 0.1, result.Conclusion);
        Assert.True(accuracy > LabTests.Number(result, "accuracy_12") + 0.1, result.Conclusion);
        Assert.InRange(LabTests.Number(result, "enough_depth"), 2, best);
        Assert.Contains("here depth helps", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("in the end it harms", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("class=\"slider\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_one_layer_is_enough_it_says_that_depth_does_not_help()
    {
        (LabResult result, _) = LabTests.Run("mlp-depth", ("runs", 1), ("turns", 0.0), ("deepest", 2), ("steps", 200));
        Assert.Equal(1, LabTests.Number(result, "enough_depth"));
        Assert.Contains("here depth does not help", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_width_is_the_greatest_that_the_budget_allows()
    {
        for (int depth = 1; depth <= 16; depth++)
        {
            int[] sizes = Depth.Sizes(depth, budget: 500), wider = [.. sizes.Select((size, i) => i == 0 || i == sizes.Length - 1 ? size : size + 1)];
            Assert.Equal(depth + 2, sizes.Length);
            Assert.InRange(Classifier.CountOf(sizes), 1, 500);
            Assert.True(Classifier.CountOf(wider) > 500);
            Assert.Equal(Classifier.CountOf(sizes), new Classifier(sizes, new Numerics.Rng("a")).Parameters);
        }
        Assert.Equal([2, 1, 2], Depth.Sizes(1, budget: 1));
    }
}
