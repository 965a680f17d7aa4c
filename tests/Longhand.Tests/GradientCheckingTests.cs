using Longhand.Backends.Reference;
using Longhand.ByHand;
using Longhand.Labs;
using Longhand.Labs.Experiments;

namespace Longhand.Tests;

public sealed class GradientCheckingTests
{
    [Theory]
    [InlineData("tanh")]
    [InlineData("sigmoid")]
    public void Right_gradients_make_a_v_and_faults_do_not(string activation)
    {
        (LabResult result, string page) = LabTests.Run("gradient-check", ("activation", activation));
        Assert.InRange(N("rungs_apart"), 0, 1e-14);
        Assert.InRange(N("best_error_double"), 0, 1e-9);
        Assert.InRange(N("best_h_double"), 1e-6, 1e-3);
        Assert.InRange(N("best_error_single"), 1e-7, 1e-3);
        Assert.InRange(N("best_h_single"), 1e-3, 0.3);
        Assert.True(N("best_error_one_sided") > 10 * N("best_error_double"));
        Assert.Equal(2, N("power_of_h_falling"), tolerance: 0.1);
        Assert.Equal(1, N("power_of_h_falling_one_sided"), tolerance: 0.1);
        Assert.Equal(-1, N("power_of_h_rising"), tolerance: 0.3);
        foreach (string fault in new[] { "assigned", "no_slope", "wrong_place", "mean_bias" }) Assert.True(N($"least_error_{fault}") > 1e-3, fault);
        Assert.StartsWith("It is:", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("slope forgotten", page, StringComparison.Ordinal);

        double N(string name) => LabTests.Number(result, name);
    }

    // ReLU's slope is the same at the activation as at the sum: there that mistake is none, and the lab says so.
    [Fact]
    public void A_fault_that_changes_nothing_is_named()
    {
        (LabResult result, _) = LabTests.Run("gradient-check", ("activation", "relu"));
        Assert.InRange(LabTests.Number(result, "least_error_wrong_place"), 0, 1e-9);
        Assert.Contains("\"slope in the wrong place\" changes nothing here", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rungs_have_one_loss_and_one_gradient()
    {
        var problem = new GradientProblem(Hidden: 3, "tanh", Matrix.From([[1, 2], [-0.5, 0.25], [0, -1]]), Matrix.Column([0.5, -1, 2]));
        double[] parameters = [.. Enumerable.Range(0, 13).Select(i => Math.Sin(i + 1))];
        GradientRung[] rungs = [new ByHandRung(problem), new ScalarRung(problem), new TensorRung(problem, new ReferenceBackend(), "double")];
        foreach (GradientRung rung in rungs)
        {
            Assert.Equal(rungs[0].Loss(parameters), rung.Loss(parameters), tolerance: 1e-14);
            Assert.InRange(GradientChecking.Error(rungs[0].Gradient(parameters), rung.Gradient(parameters)), 0, 1e-14);
            Assert.InRange(GradientChecking.Error(rung.Gradient(parameters), rung.Slopes(parameters, h: 1e-5)), 0, 1e-9);
        }
    }
}
