using Longhand.Labs;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class DepthLabTests
{
    [Fact]
    public void Networks_that_have_not_learned_are_not_ranked()
    {
        (LabResult result, _) = Run("mlp-depth", ("steps", 1), ("runs", 1), ("deepest", 3));
        Assert.Contains("none has learned enough to say which depth is best", result.Conclusion, StringComparison.Ordinal);
        Assert.DoesNotContain("depth helps", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_one_layer_is_enough_depth_does_not_help()
    {
        (LabResult result, _) = Run("mlp-depth", ("turns", 0.0), ("steps", 200), ("runs", 1), ("deepest", 3));
        Assert.Equal(1, Number(result, "enough_depth"));
        Assert.Contains("here depth does not help", result.Conclusion, StringComparison.Ordinal);
    }
}
