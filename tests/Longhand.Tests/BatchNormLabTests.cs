using Longhand.Labs;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class BatchNormLabTests
{
    [Fact]
    public void It_widens_the_choice_of_rates_and_fails_on_batches_of_two()
    {
        (LabResult result, string page) = Run("batch-norm", ("steps", 150));
        Assert.True(Number(result, "best_normalised") > Number(result, "best_plain"), result.Conclusion);
        Assert.True(Number(result, "best_normalised") > 0.9, result.Conclusion);
        // At rates 0.3 and 1 only the normalised network learns.
        for (int i = 4; i < 6; i++)
        {
            Assert.True(Number(result, $"normalised_{i}") > 0.8, result.Conclusion);
            Assert.True(Number(result, $"plain_{i}") < 0.6, result.Conclusion);
        }
        Assert.True(Number(result, "normalised_batch_2") < Number(result, "plain_batch_2"));
        Assert.Contains("so what helped is now in the way", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("normalising makes the choice of a rate easier", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_learned_it_claims_nothing()
    {
        (LabResult result, _) = Run("batch-norm", ("steps", 10), ("layers", 3), ("width", 4), ("activation", "sigmoid"));
        Assert.True(Number(result, "best_normalised") < 0.5);
        Assert.EndsWith("Neither has learned enough to say more.", result.Conclusion, StringComparison.Ordinal);
    }
}
