using Longhand.Labs;
using Longhand.Labs.Experiments;

namespace Longhand.Tests;

public sealed class SoftmaxStabilityTests
{
    [Fact]
    public void The_naive_form_fails_on_large_logits_and_the_stable_one_does_not()
    {
        (LabResult result, string page) = LabTests.Run("softmax-stability");
        double[] expected = [0.665, 0.245, 0.090];
        for (int i = 0; i < 3; i++)
        {
            Assert.True(double.IsNaN(LabTests.Number(result, $"naive_{i}")));
            Assert.Equal(expected[i], LabTests.Number(result, $"stable_{i}"), tolerance: 5e-4);
            Assert.Equal(expected[i], LabTests.Number(result, $"engine_{i}"), tolerance: 5e-4);
        }
        Assert.Equal(1000.4076, LabTests.Number(result, "log_sum_exp"), tolerance: 1e-3);
        Assert.Contains("[0.665, 0.245, 0.090]", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("[NaN, NaN, NaN]", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ends_of_the_ranges_are_those_of_the_formats()
    {
        (LabResult result, _) = LabTests.Run("softmax-stability");
        // ln of the largest number, less ln of the sum of three terms, 1 + 1/e + 1/e².
        Assert.Equal(Math.Log(float.MaxValue) - 0.4076, LabTests.Number(result, "single_works_to"), tolerance: 0.01);
        Assert.Equal(Math.Log(double.MaxValue) - 0.4076, LabTests.Number(result, "double_works_to"), tolerance: 0.01);
        Assert.InRange(LabTests.Number(result, "single_works_from"), -103, -87);
        Assert.InRange(LabTests.Number(result, "double_works_from"), -745, -708);
    }

    [Fact]
    public void With_small_logits_it_says_that_the_naive_form_is_right()
    {
        (LabResult result, _) = LabTests.Run("softmax-stability", ("largest", 5.0));
        Assert.Contains("which is right: these logits lie where it still works", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_forms_are_one_formula()
    {
        double[] naive = SoftmaxStability.Naive<double>([1, -2, 0.5]), stable = SoftmaxStability.Stable<double>([1, -2, 0.5]);
        Assert.Equal(1, stable.Sum(), tolerance: 1e-12);
        for (int i = 0; i < 3; i++) Assert.Equal(naive[i], stable[i], tolerance: 1e-14);
    }
}
