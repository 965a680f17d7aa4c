using Longhand.Labs;

namespace Longhand.Tests;

public sealed class ReadDigitsTests
{
    [Fact]
    public void A_small_network_reads_the_held_out_digits()
    {
        (LabResult result, string page) = LabTests.Run("digits");
        Assert.InRange(LabTests.Number(result, "accuracy"), 0.975, 1);
        Assert.InRange(LabTests.Number(result, "accuracy_lowest"), 0.955, 1);
        Assert.True(LabTests.Number(result, "accuracy") > LabTests.Number(result, "without_hidden_layer") + 0.01);
        Assert.True(LabTests.Number(result, "nearest_neighbour") > LabTests.Number(result, "nearest_mean"));
        Assert.Contains("the hidden layer removes", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("read as", page, StringComparison.Ordinal);
        Assert.Contains("class=\"signed\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hidden_layer_of_one_unit_does_harm_and_it_says_so()
    {
        (LabResult result, _) = LabTests.Run("digits", ("runs", 1), ("epochs", 10), ("hidden", 1));
        Assert.InRange(LabTests.Number(result, "accuracy"), 0, 0.6);
        Assert.Contains("with these settings the hidden layer does harm", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("in one training", result.Conclusion, StringComparison.Ordinal);
    }
}
