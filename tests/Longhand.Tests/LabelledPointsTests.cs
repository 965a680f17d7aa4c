using Longhand.Data;
using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class LabelledPointsTests
{
    [Fact]
    public void A_row_is_its_piece_of_the_array()
    {
        var points = new LabelledPoints([1, 2, 3, 4, 5, 6], [0, 2], features: 3, classes: 3);
        Assert.Equal(2, points.Count);
        Assert.Equal([4, 5, 6], points.Row(1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => points.Row(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => points.Row(-1).Length);
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        Check("2 rows of 3 features are 6 numbers, but x has 5", [1, 2, 3, 4, 5], [0, 0], 3, 1);
        Check("the label of row 1 is 2, but with 2 classes labels go from 0 to 1", [1, 2], [0, 2], 1, 2);
        Check("the label of row 0 is -1", [1, 2], [-1, 0], 1, 2);
        Check("number 1 is NaN", [1, float.NaN], [0, 0], 1, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelledPoints([], [], features: 0, classes: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelledPoints([], [], features: 1, classes: 0));
        Assert.Contains("target 0 is ∞", Assert.Throws<ArgumentException>(
            () => new RegressionPoints([1], [float.PositiveInfinity], features: 1)).Message.Replace("Infinity", "∞", StringComparison.Ordinal), StringComparison.Ordinal);

        static void Check(string says, float[] x, int[] labels, int features, int classes) => Assert.Contains(
            says, Assert.Throws<ArgumentException>(() => new LabelledPoints(x, labels, features, classes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 0.2, 1)]
    [InlineData(3, 0.999, 2)]
    [InlineData(100, 0.2, 20)]
    [InlineData(1797, 0.2, 359)]
    public void A_split_loses_nothing_and_repeats_nothing(int count, double share, int held)
    {
        LabelledPoints all = Numbered(count);
        (LabelledPoints train, LabelledPoints test) = all.Split(share, new Rng("split"));
        Assert.Equal(held, test.Count);
        Assert.Equal(count, train.Count + test.Count);
        Assert.Equal(all.X, train.X.Concat(test.X).Order());
        Assert.All(Enumerable.Range(0, test.Count), i => Assert.Equal((int)test.Row(i)[0] % 3, test.Labels[i]));
        Assert.Equal(test.X, all.Split(share, new Rng("split")).HeldOut.X);
    }

    [Fact]
    public void A_split_depends_on_the_seed_and_needs_two_points_and_a_share()
    {
        LabelledPoints all = Numbered(50);
        Assert.NotEqual(all.Split(0.2, new Rng("a")).HeldOut.X, all.Split(0.2, new Rng("b")).HeldOut.X);
        Assert.Throws<ArgumentException>(() => Numbered(1).Split(0.5, new Rng("a")));
        foreach (double share in new[] { 0, 1, -0.1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => all.Split(share, new Rng("a")));
        }
    }

    [Fact]
    public void Selected_rows_come_in_the_order_asked_for()
    {
        LabelledPoints some = Numbered(9).Select([7, 2, 7]);
        Assert.Equal([7, 2, 7], some.X);
        Assert.Equal([1, 2, 1], some.Labels);
        Assert.Equal(3, some.Classes);
    }

    private static LabelledPoints Numbered(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => (float)i)], [.. Enumerable.Range(0, count).Select(i => i % 3)], features: 1, classes: 3);
}
