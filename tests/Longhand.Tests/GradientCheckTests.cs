using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class GradientCheckTests
{
    private static readonly Tensor X = Tensor.From([0.5f, -1, 2, 0.25f, 1.5f, -0.75f], (2, 3));

    [Fact]
    public void A_right_rule_passes_and_says_so()
    {
        GradientReport report = GradientCheck.Run("cube", x => x[0] * x[0] * x[0], [X]);
        Assert.True(report.Passed, report.ToString());
        Assert.StartsWith("cube → (2, 3): gradients agree (tolerance 1e-06)\n  input 0 (2, 3): worst error ", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_rule_is_found_and_the_report_shows_where()
    {
        // d(x²) = 2x, but this rule forgets the 2.
        GradientReport report = GradientCheck.Run(
            "square", x => Tensor.Record(x[0].Detach() * x[0].Detach(), [x[0]], dy => [dy * x[0].Detach()], "Square"), [X]);
        Assert.False(report.Passed);
        string[] lines = report.ToString().Split('\n');
        Assert.Equal("square → (2, 3): GRADIENTS DIFFER (tolerance 1e-06)", lines[0]);
        (int element, double error) = report.Inputs[0].Worst();
        double analytic = report.Inputs[0].Analytic[element], measured = report.Inputs[0].Measured[element];
        Assert.Equal(0.5, error, 6);
        Assert.Equal(2 * analytic, measured, 6);
        Assert.Equal(
            FormattableString.Invariant($"  input 0 (2, 3): worst error {error:g3} at element [{element / 3}, {element % 3}]: backward {analytic:g10}, measured {measured:g10}   ← differs"),
            lines[1]);
    }

    [Fact]
    public void A_wrong_sign_a_wrong_element_and_a_missing_input_are_found()
    {
        Assert.False(GradientCheck.Run("sign", x => Tensor.Record(-x[0].Detach(), [x[0]], dy => [dy]), [X]).Passed);
        Assert.False(GradientCheck.Run("permuted", x => Tensor.Record(x[0].Detach().Transpose(), [x[0]], dy => [dy.Reshape((2, 3))]), [X]).Passed);
        Assert.False(GradientCheck.Run("constant", x => x[0] * x[1].Detach(), [X, X]).Passed);
        Assert.False(GradientCheck.Run("nan", x => Tensor.Record(x[0].Detach(), [x[0]], dy => [dy * double.NaN]), [X]).Passed);
    }

    [Fact]
    public void The_input_that_is_wrong_is_marked()
    {
        GradientReport report = GradientCheck.Run("product", x => x[0] * x[1].Detach(), [X, X]);
        string[] lines = report.ToString().Split('\n');
        Assert.DoesNotContain("differs", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("← differs", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_that_cancels_in_a_plain_sum_is_found()
    {
        // The rule swaps the gradients of two elements; Σ y would not notice, the projection does.
        Tensor Swap(Tensor dy) => Tensor.Concatenate([dy[1..], dy[..1]], 0);
        Assert.False(GradientCheck.Run("swapped", x => Tensor.Record(x[0].Detach() * 1, [x[0]], dy => [Swap(dy)]), [Tensor.Ones(2)]).Passed);
    }

    [Fact]
    public void Scalars_empty_inputs_and_unused_inputs_can_be_checked()
    {
        Assert.True(GradientCheck.Run("scalar", x => x[0].Exp(), [Tensor.From(0.5f)]).Passed);
        GradientReport empty = GradientCheck.Run("empty", x => x[0] * 2, [Tensor.Zeros((0, 3))]);
        Assert.True(empty.Passed);
        Assert.Contains("input 0 (0, 3): worst error 0\n", empty.ToString(), StringComparison.Ordinal);
        Assert.True(GradientCheck.Run("unused", x => x[0] * 2, [X, X]).Passed);
    }

    [Fact]
    public void A_deep_composition_of_a_dozen_operations_passes()
    {
        var rng = new Rng("composition");
        GradientReport report = GradientCheck.Run(
            "composition",
            x => (x[0].MatMul(x[1]).Tanh().Softmax() + x[0].Sum(^1, keepAxes: true).Sigmoid()).LogSoftmax(0).Permute(1, 0)[1.., ..2].Variance(0),
            [Tensor.Normal((3, 4), rng.Fork(0)), Tensor.Normal((4, 5), rng.Fork(1))]);
        Assert.True(report.Passed, report.ToString());
    }
}
