using Longhand.Data;
using Longhand.Labs;
using Longhand.Labs.Experiments;
using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class RegularizationTests
{
    [Fact]
    public void Left_alone_it_learns_by_heart_and_remedies_help()
    {
        (LabResult result, string page) = LabTests.Run("regularization", ("runs", 2));
        double alone = LabTests.Number(result, "loss_nothing");
        Assert.True(alone > 1.2 * LabTests.Number(result, "least_loss_nothing"), result.Conclusion);
        Assert.True(LabTests.Number(result, "train_loss_nothing") < 0.1, result.Conclusion);
        Assert.True(LabTests.Number(result, "loss_l2") < 0.8 * alone, result.Conclusion);
        Assert.True(LabTests.Number(result, "gap_l2") < 0.5 * LabTests.Number(result, "gap_nothing"), result.Conclusion);
        Assert.True(LabTests.Number(result, "best_possible_loss") < LabTests.Number(result, "loss_l2"), result.Conclusion);
        Assert.InRange(LabTests.Number(result, "zeros_l1"), 0.3, 1);
        Assert.Equal(0, LabTests.Number(result, "zeros_nothing"));
        Assert.Contains("by heart", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("early stopping", page, StringComparison.Ordinal);
    }

    [Fact]
    public void With_many_points_it_says_that_nothing_is_learned_by_heart()
    {
        (LabResult result, _) = LabTests.Run("regularization", ("runs", 1), ("points", 1000), ("hidden", 8), ("steps", 300));
        Assert.Contains("does not learn its 1,000 points by heart", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_judge_knows_the_middle_of_each_moon_and_is_right_about_its_own_sureness()
    {
        Assert.InRange(TrueMoons.Lower(0, 1, noise: 0.2), 0, 0.01);
        Assert.InRange(TrueMoons.Lower(1, -0.5, noise: 0.2), 0.99, 1);
        Assert.Equal(0.5, TrueMoons.Lower(0.5, 0.25, noise: 0.3), tolerance: 1e-9);      // the point that the moons turn around
        Assert.InRange(TrueMoons.Lower(1000, -1000, noise: 0.1), 0.99, 1);
        LabelledPoints points = ToySets.Moons(4000, 0.3, new Rng("sure"));
        double expected = Enumerable.Range(0, points.Count).Average(i => TrueMoons.Lower(points.Row(i)[0], points.Row(i)[1], 0.3) is var p ? Math.Max(p, 1 - p) : 0);
        Assert.Equal(expected, TrueMoons.Measure(points, 0.3).Accuracy, tolerance: 0.015);
    }
}
