using Longhand.ByHand;
using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class PerceptronTests
{
    [Fact]
    public void On_separable_data_it_comes_to_rest_within_the_bound()
    {
        int most = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            (Matrix x, int[] labels, double[] w, double b) = Separable(new Rng($"separable {seed}"), margin: 0.05);
            var perceptron = new Perceptron(2);
            (int mistakes, bool converged) = perceptron.Fit(x, labels, passes: 100_000);
            Assert.True(converged, $"seed {seed}: still making mistakes");
            double bound = Perceptron.MistakeBound(x, labels, w, b);
            Assert.InRange(mistakes, 1, bound);
            // Its own line separates the points too, so it gives a bound as well.
            Assert.InRange(mistakes, 1, Perceptron.MistakeBound(x, labels, perceptron.Weights, perceptron.Bias));
            for (int i = 0; i < x.Rows; i++) Assert.Equal(labels[i], perceptron.Predict(x.Row(i)));
            most = Math.Max(most, mistakes);
        }
        Assert.True(most > 20, "the data are too easy to test a bound");
    }

    // One point, margin R: the bound is 1, and one mistake is made. It cannot be improved.
    [Fact]
    public void The_bound_can_be_reached()
    {
        Matrix x = Matrix.From([[0.0, 0]]);
        Assert.Equal(1, Perceptron.MistakeBound(x, [1], [0, 0], 1));
        Assert.Equal((1, true), new Perceptron(2).Fit(x, [1], passes: 10));
    }

    [Fact]
    public void The_bound_is_infinite_for_a_line_that_does_not_separate() =>
        Assert.Equal(double.PositiveInfinity, Perceptron.MistakeBound(Matrix.From([[1.0], [-1]]), [1, -1], [-1], 0));

    [Fact]
    public void It_never_comes_to_rest_on_exclusive_or_and_is_right_on_three_of_four_at_best()
    {
        Matrix x = Matrix.From([[0, 0], [0, 1], [1, 0], [1, 1]]);
        int[] labels = [-1, 1, 1, -1];
        int right = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            int[] order = new Rng($"order {seed}").Permutation(4);
            var perceptron = new Perceptron(2);
            for (int pass = 0; pass < 500; pass++)
            {
                bool moved = false;
                foreach (int i in order)
                {
                    moved |= perceptron.Learn(x.Row(i), labels[i]);
                    right = Math.Max(right, Enumerable.Range(0, 4).Count(k => perceptron.Predict(x.Row(k)) == labels[k]));
                }
                Assert.True(moved, $"order {seed}, pass {pass}: no mistake");
            }
            Assert.False(perceptron.Fit(x, labels, passes: 100).Converged);
        }
        Assert.Equal(3, right);
    }

    [Fact]
    public void The_trick_moves_the_score_of_the_point_by_its_squared_length()
    {
        var perceptron = new Perceptron(2);
        double[] x = [3, -4];
        Assert.True(perceptron.Learn(x, -1));
        Assert.Equal(-26, perceptron.Score(x));
        Assert.False(perceptron.Learn(x, -1));
        Assert.Equal([-3, 4], perceptron.Weights);
        Assert.Equal("Perceptron: a label is 0, but must be 1 or -1.", Assert.Throws<ArgumentException>(() => perceptron.Learn(x, 0)).Message);
    }

    [Fact]
    public void Points_labels_and_weights_that_do_not_go_together_are_named()
    {
        Matrix x = Matrix.From([[1.0, 2], [3, 4]]);
        Assert.Equal("Perceptron: 2 points have 1 labels; each needs one.", Assert.Throws<ArgumentException>(() => new Perceptron(2).Fit(x, [1], passes: 1)).Message);
        Assert.Throws<ArgumentException>(() => Perceptron.MistakeBound(x, [1], [1, 1], 0));
        Assert.Contains("3 weights", Assert.Throws<ArgumentException>(() => Perceptron.MistakeBound(x, [1, -1], [1, 1, 1], 0)).Message, StringComparison.Ordinal);
    }

    // Points of a square that keep their distance from a random line.
    private static (Matrix X, int[] Labels, double[] W, double B) Separable(Rng rng, double margin)
    {
        double angle = 2 * Math.PI * rng.UniformDouble(0), b = rng.UniformDouble(1) - 0.5;
        double[] w = [StableMath.Cos(angle), StableMath.Sin(angle)];
        var rows = new List<double[]>();
        var labels = new List<int>();
        for (int i = 1; rows.Count < 60; i++)
        {
            double[] point = [(2 * rng.UniformDouble(2 * i)) - 1, (2 * rng.UniformDouble((2 * i) + 1)) - 1];
            double score = (w[0] * point[0]) + (w[1] * point[1]) + b;
            if (Math.Abs(score) < margin) continue;
            rows.Add(point);
            labels.Add(Math.Sign(score));
        }
        return (Matrix.From([.. rows]), [.. labels], w, b);
    }
}
