using Longhand.ByHand;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>LinearRegression, LogisticRegression, SoftmaxRegression, Penalty and Cholesky.</summary>
public sealed class RegressionTests
{
    private static readonly Penalty Both = new(L1: 0.03, L2: 0.2);
    private static readonly Matrix X = HandCheck.Random(7, 3, "x");

    [Fact]
    public void Gradients_of_linear_regression()
    {
        Matrix t = HandCheck.Random(7, 2, "t");
        var model = new LinearRegression(3, 2) { Penalty = Both };
        HandCheck.Randomise(model.W, "w");
        HandCheck.Randomise(model.B, "b");
        LinearRegression.Gradients g = model.Backward(model.Forward(X), t);
        HandCheck.Run("linear regression", () => HandCheck.Scalar(model.Loss(model.Forward(X), t)), HandCheck.One,
            [new("X", X, g.DX), new("W", model.W, g.DW), new("b", model.B, g.DB)],
            v =>
            {
                Tensor error = v[0].MatMul(v[1]) + v[2] - HandCheck.ToTensor(t, v[0].Backend);
                return ((error * error).Sum() / (2 * t.Rows)) + Penalised(v[1]);
            });
    }

    [Fact]
    public void Gradients_of_logistic_regression()
    {
        Matrix t = Matrix.Column([1, 0, 0, 1, 1, 0, 1]);
        var model = new LogisticRegression(3) { Penalty = Both };
        HandCheck.Randomise(model.W, "w");
        HandCheck.Randomise(model.B, "b");
        LogisticRegression.Gradients g = model.Backward(model.Forward(X), t);
        HandCheck.Run("logistic regression", () => HandCheck.Scalar(model.Loss(model.Forward(X), t)), HandCheck.One,
            [new("X", X, g.DX), new("W", model.W, g.DW), new("b", model.B, g.DB)],
            v =>
            {
                Tensor p = (v[0].MatMul(v[1]) + v[2]).Sigmoid(), target = HandCheck.ToTensor(t, v[0].Backend);
                return -((target * p.Log()) + ((1 - target) * (1 - p).Log())).Mean() + Penalised(v[1]);
            });
    }

    [Fact]
    public void Gradients_of_softmax_regression()
    {
        int[] labels = [2, 0, 1, 1, 3, 0, 2];
        Matrix t = Matrix.OneHot(labels, 4);
        var model = new SoftmaxRegression(3, 4) { Penalty = Both };
        HandCheck.Randomise(model.W, "w");
        HandCheck.Randomise(model.B, "b");
        SoftmaxRegression.Gradients g = model.Backward(model.Forward(X), t);
        HandCheck.Run("softmax regression", () => HandCheck.Scalar(model.Loss(model.Forward(X), t)), HandCheck.One,
            [new("X", X, g.DX), new("W", model.W, g.DW), new("b", model.B, g.DB)],
            v => (v[0].MatMul(v[1]) + v[2]).CrossEntropy(new Indices(labels, 7)) + Penalised(v[1]));
    }

    [Fact]
    public void Two_classes_are_softmax_of_the_logit_and_zero()
    {
        var two = new LogisticRegression(3) { W = HandCheck.Random(3, 1, "w"), B = HandCheck.Scalar(0.3) };
        var many = new SoftmaxRegression(3, 2) { W = Matrix.SideBySide(new Matrix(3, 1), two.W), B = Matrix.SideBySide(HandCheck.Scalar(0), two.B) };
        int[] labels = [1, 0, 0, 1, 1, 0, 1];
        Matrix t = Matrix.Column(Array.ConvertAll(labels, label => (double)label));
        HandCheck.Compare("p", many.Forward(X).P.SelectColumns(1, 1).Values, two.Forward(X).P.Values, 1e-14);
        Assert.Equal(many.Loss(many.Forward(X), Matrix.OneHot(labels, 2)), two.Loss(two.Forward(X), t), 13);
    }

    [Theory]
    [InlineData(800)]
    [InlineData(-800)]
    public void Sure_answers_neither_overflow_nor_lose_the_loss(double logit)
    {
        Matrix z = HandCheck.Scalar(logit);
        Assert.Equal(0, LogisticRegression.CrossEntropy(z, HandCheck.Scalar(logit > 0 ? 1 : 0)));
        Assert.Equal(800, LogisticRegression.CrossEntropy(z, HandCheck.Scalar(logit > 0 ? 0 : 1)));
        Matrix scores = Matrix.From([[logit, 0, 2 * logit]]), p = Softmax.Of(scores);
        Assert.Equal(1, p.Sum(), 14);
        Assert.Equal(800, SoftmaxRegression.CrossEntropy(scores, Matrix.OneHot([0], 3)), 10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Gradient_descent_and_the_closed_form_meet(double l2)
    {
        Matrix x = HandCheck.Random(40, 3, "points") + Matrix.From([[1, -2, 0.5]]);
        Matrix t = (x * HandCheck.Random(3, 2, "slopes")) + HandCheck.Random(40, 2, "noise", 0.5) + Matrix.From([[5, -3]]);
        var walked = new LinearRegression(3, 2) { Penalty = new Penalty(L2: l2) };
        var solved = new LinearRegression(3, 2) { Penalty = new Penalty(L2: l2) };
        double loss = double.PositiveInfinity;
        for (int step = 0; step < 3000; step++)
        {
            double now = walked.Step(x, t, learningRate: 0.1);
            Assert.True(now <= loss + 1e-12, $"step {step}: the loss rose from {loss} to {now}");
            loss = now;
        }
        solved.Solve(x, t);
        HandCheck.Compare("W", solved.W.Values, walked.W.Values, 1e-9);
        HandCheck.Compare("b", solved.B.Values, walked.B.Values, 1e-9);
        LinearRegression.Gradients g = solved.Backward(solved.Forward(x), t);
        foreach (double slope in (double[])[.. g.DW.Values, .. g.DB.Values]) Assert.InRange(slope, -1e-12, 1e-12);
    }

    // For one feature the eigenvalues of the 2×2 Hessian are known: descent shrinks below 2/λmax and explodes above.
    [Fact]
    public void Descent_converges_below_two_over_the_largest_curvature_and_diverges_above()
    {
        Matrix x = HandCheck.Random(30, 1, "points") + HandCheck.One, t = HandCheck.Random(30, 1, "heights");
        Matrix h = new LinearRegression(1).Hessian(x);
        double mean = (h[0, 0] + h[1, 1]) / 2, half = (h[0, 0] - h[1, 1]) / 2;
        double bound = 2 / (mean + Math.Sqrt((half * half) + (h[0, 1] * h[1, 0])));
        Assert.True(Last(0.99 * bound) < 10);
        Assert.True(Last(1.01 * bound) > 1e6);

        double Last(double learningRate)
        {
            var model = new LinearRegression(1);
            double loss = 0;
            for (int step = 0; step < 2000; step++) loss = model.Step(x, t, learningRate);
            return loss;
        }
    }

    [Fact]
    public void The_Hessian_is_the_change_of_the_gradient()
    {
        var model = new LinearRegression(3) { Penalty = new Penalty(L2: 0.2) };
        Matrix t = HandCheck.Random(7, 1, "t"), hessian = model.Hessian(X);
        Matrix before = Gradient(), expected = new Matrix(4, 4);
        for (int k = 0; k < 4; k++)
        {
            if (k < 3) model.W[k, 0] += 1;
            else model.B[0, 0] += 1;
            Matrix after = Gradient();
            for (int i = 0; i < 4; i++) expected[i, k] = after[0, i] - before[0, i];
            before = after;
        }
        HandCheck.Compare("H", expected.Values, hessian.Values, 1e-12);

        Matrix Gradient()
        {
            LinearRegression.Gradients g = model.Backward(model.Forward(X), t);
            return Matrix.SideBySide(g.DW.T, g.DB);
        }
    }

    [Fact]
    public void Features_that_depend_on_one_another_and_an_L1_penalty_have_no_closed_form()
    {
        Matrix x = Matrix.SideBySide(X, X.SelectColumns(0, 1) + X.SelectColumns(1, 1)), t = HandCheck.Random(7, 1, "t");
        string message = Assert.Throws<ArgumentException>(() => new LinearRegression(4).Solve(x, t)).Message;
        Assert.StartsWith("Cholesky: row 3 depends on the rows above it", message, StringComparison.Ordinal);
        new LinearRegression(4) { Penalty = new Penalty(L2: 1e-3) }.Solve(x, t);
        Matrix constant = Matrix.SideBySide(X, Matrix.Full(7, 1, 0.1));
        Assert.StartsWith("LinearRegression: feature 3 is the same in every row", Assert.Throws<ArgumentException>(() => new LinearRegression(4).Solve(constant, t)).Message, StringComparison.Ordinal);
        var ridge = new LinearRegression(4) { Penalty = new Penalty(L2: 1e-3) };
        ridge.Solve(constant, t);
        Assert.InRange(Math.Abs(ridge.W[3, 0]), 0, 1e-9);
        Assert.Contains("L1", Assert.Throws<ArgumentException>(() => new LinearRegression(3) { Penalty = Both }.Solve(X, t)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cholesky_solves_and_its_factor_multiplies_back()
    {
        Matrix half = HandCheck.Random(6, 6, "half"), a = half * half.T, x = HandCheck.Random(6, 2, "solution"), l = Cholesky.Factor(a);
        HandCheck.Compare("A", a.Values, (l * l.T).Values, 1e-14);
        HandCheck.Compare("X", x.Values, Cholesky.Solve(a, a * x).Values, 1e-9);
        Assert.Throws<ArgumentException>(() => Cholesky.Solve(-a, x));
    }

    // A lasso keeps the features that matter and drops the rest; a ridge keeps a little of everything.
    [Fact]
    public void L1_makes_weights_vanish_and_L2_does_not()
    {
        Matrix x = HandCheck.Random(200, 5, "features");
        Matrix t = (x * Matrix.Column([3, 0, 0, 0, 0])) + HandCheck.Random(200, 1, "noise");
        double[] lasso = Fit(new Penalty(L1: 0.3)), ridge = Fit(new Penalty(L2: 0.3));
        Assert.All(lasso[1..], w => Assert.InRange(Math.Abs(w), 0, 0.002));
        Assert.Contains(ridge[1..], w => Math.Abs(w) > 0.02);

        double[] Fit(Penalty penalty)
        {
            var model = new LinearRegression(5) { Penalty = penalty };
            for (int step = 0; step < 3000; step++) model.Step(x, t, learningRate: 0.005);
            return model.W.Values.ToArray();
        }
    }

    [Fact]
    public void A_training_that_diverges_ends_in_numbers_that_are_not_finite_and_not_in_an_exception()
    {
        var model = new LinearRegression(3) { Penalty = Both };
        Matrix t = HandCheck.Random(7, 1, "t");
        double loss = 0;
        for (int step = 0; step < 2000; step++) loss = model.Step(X, t, learningRate: 10);
        Assert.False(double.IsFinite(loss));
    }

    // (7, 1) against (7, 2) would silently compare both columns with the same targets.
    [Fact]
    public void Targets_of_another_size_are_refused()
    {
        Matrix t = HandCheck.Random(7, 1, "t");
        var linear = new LinearRegression(3, 2);
        var softmax = new SoftmaxRegression(3, 2);
        Check(() => linear.Loss(linear.Forward(X), t));
        Check(() => linear.Backward(linear.Forward(X), t));
        Check(() => softmax.Backward(softmax.Forward(X), t));
        Check(() => ByHand.Loss.SquaredError.Of(new Matrix(7, 2), t));
        Check(() => ByHand.Loss.Logistic.Delta(new Matrix(7, 2), t));

        static void Check(Func<object> action) =>
            Assert.StartsWith("Targets: (7, 1) for answers of (7, 2)", Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_returns_the_loss_it_started_from()
    {
        Matrix numbers = HandCheck.Random(7, 1, "t"), labels = Matrix.OneHot([1, 0, 0, 1, 1, 0, 1], 2);
        var linear = new LinearRegression(3) { W = HandCheck.Random(3, 1, "w"), Penalty = Both };
        double before = linear.Loss(linear.Forward(X), numbers);
        Assert.Equal(before, linear.Step(X, numbers, learningRate: 0.1));
        Assert.NotEqual(before, linear.Loss(linear.Forward(X), numbers));
        var logistic = new LogisticRegression(3) { W = HandCheck.Random(3, 1, "w"), Penalty = Both };
        Assert.Equal(logistic.Loss(logistic.Forward(X), labels.SelectColumns(1, 1)), logistic.Step(X, labels.SelectColumns(1, 1), learningRate: 0.1));
        var softmax = new SoftmaxRegression(3, 2) { W = HandCheck.Random(3, 2, "w"), Penalty = Both };
        Assert.Equal(softmax.Loss(softmax.Forward(X), labels), softmax.Step(X, labels, learningRate: 0.1));
    }

    private static Tensor Penalised(Tensor w) => (w.Abs().Sum() * Both.L1) + ((w * w).Sum() * (Both.L2 / 2));
}
