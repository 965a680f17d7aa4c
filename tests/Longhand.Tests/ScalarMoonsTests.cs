using System.Text;
using Longhand.Data;
using Longhand.Labs;
using Longhand.Labs.Experiments;
using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class ScalarMoonsTests
{
    [Fact]
    public void It_learns_the_moons_and_says_that_python_was_not_measured()
    {
        (LabResult result, string page) = LabTests.Run("scalar-moons", ("steps", 40), ("python", "no"));
        Assert.Equal(337, LabTests.Number(result, "parameters"));
        Assert.True(LabTests.Number(result, "numbers_per_step") > 60_000);
        Assert.True(LabTests.Number(result, "accuracy") > 0.95);
        Assert.True(LabTests.Number(result, "loss_last") < 0.3 * LabTests.Number(result, "loss_first"));
        Assert.True(LabTests.Number(result, "milliseconds_per_step") > 0);
        Assert.DoesNotContain(result.Numbers, n => n.Name == "times_faster");
        Assert.Contains("was not measured, because it was not asked for", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("after step 40", page, StringComparison.Ordinal);
        Assert.Contains("dy/dw₁ = ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_that_is_no_rate_is_not_called_learning()
    {
        (LabResult result, _) = LabTests.Run("scalar-moons", ("steps", 2), ("rate", 1e-9), ("hidden", 2), ("python", "no"));
        Assert.StartsWith("No", result.Conclusion, StringComparison.Ordinal);
        Assert.DoesNotContain("Yes", result.Conclusion, StringComparison.Ordinal);
    }

    // Where Python is installed; elsewhere the lab says that it is not.
    [Fact]
    public void Python_computes_the_same_losses()
    {
        (LabResult result, _) = LabTests.Run("scalar-moons", ("steps", 3), ("hidden", 4), ("points", 20), ("python-steps", 3));
        if (result.Numbers.Any(n => n.Name == "loss_difference")) Assert.InRange(LabTests.Number(result, "loss_difference"), 0, 1e-12);
        else Assert.Contains("was not measured, because", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interpreter_that_is_not_there_or_fails_is_no_failure()
    {
        var training = new MoonsTraining(ToySets.Moons(4, 0, new Rng("a")), hidden: 2, steps: 1, rate: 1, decay: 0, new Rng("b"));
        (PythonTwin.Answer? none, string problem) = PythonTwin.Run(training.Request(1), ["no-such-python"], CancellationToken.None);
        Assert.Null(none);
        Assert.Equal("no-such-python could not be started", problem);
        if (OperatingSystem.IsWindows()) return;
        (none, problem) = PythonTwin.Run(training.Request(1), ["false"], CancellationToken.None);
        Assert.Null(none);
        Assert.StartsWith("false ended with", problem, StringComparison.Ordinal);
        (none, problem) = PythonTwin.Run(training.Request(1), ["echo"], CancellationToken.None);
        Assert.Null(none);
        Assert.Equal("echo gave an answer that could not be read", problem);
        Assert.Contains("\"sizes\":[2,2,2,1]", Encoding.UTF8.GetString(training.Request(1)), StringComparison.Ordinal);
    }
}
