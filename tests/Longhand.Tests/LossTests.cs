using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>What the table of operations does not say about the losses: far tails, kinks, and wrong calls.</summary>
public sealed class LossTests
{
    [Fact]
    public void Sure_and_right_keeps_its_digits_and_sure_and_wrong_stays_finite()
    {
        foreach ((float x, float t, double loss, double slope) in new (float, float, double, double)[]
        {
            (20, 1, 2.0611536e-9, -2.0611536e-9), (-20, 0, 2.0611536e-9, 2.0611536e-9), (40, 1, 4.2483543e-18, -4.2483543e-18),
            (1e4f, 1, 0, 0), (-1e4f, 0, 0, 0), (1e4f, 0, 1e4, 1), (-1e4f, 1, 1e4, -1), (0, 0.5f, Math.Log(2), 0),
            (float.MaxValue, 0, float.MaxValue, 1),
        })
        {
            Tensor logit = Tensor.From([x], 1).RequireGradient();
            Tensor y = logit.BinaryCrossEntropy(Tensor.From([t], 1));
            y.Backward();
            Close(loss, y.ToScalar());
            Close(slope, logit.Gradient!.ToArray()[0]);
        }

        static void Close(double expected, float actual) => Assert.InRange(Math.Abs(actual - expected), 0, Math.Abs(expected) * 1e-6);
    }

    [Fact]
    public void At_an_error_of_zero_no_loss_pulls()
    {
        foreach (Func<Tensor, Tensor, Tensor> loss in new Func<Tensor, Tensor, Tensor>[]
            { (x, t) => x.MeanSquaredError(t), (x, t) => x.MeanAbsoluteError(t), (x, t) => x.HuberLoss(t) })
        {
            Tensor x = Tensor.From([1f, -2f], 2).RequireGradient();
            Tensor y = loss(x, Tensor.From([1f, -2f], 2));
            y.Backward();
            Assert.Equal(0, y.ToScalar());
            Assert.Equal([0f, 0f], x.Gradient!.ToArray());
        }
    }

    [Fact]
    public void Huber_meets_its_line_with_the_same_value_and_slope()
    {
        foreach (float x in new[] { 1.999f, 2f, 2.001f })
        {
            Tensor e = Tensor.From([x], 1).RequireGradient();
            Tensor y = e.HuberLoss(Tensor.From([0f], 1), delta: 2);
            y.Backward();
            Assert.Equal(2, y.ToScalar(), 0.0021);
            Assert.Equal(Math.Min(x, 2), e.Gradient!.ToArray()[0], 1e-6);
        }
    }

    [Fact]
    public void A_clear_score_has_no_hinge_loss_and_labels_get_no_gradient()
    {
        Tensor x = Tensor.From([3f, -3f, 0.5f], 3).RequireGradient(), labels = Tensor.From([1f, -1f, 1f], 3).RequireGradient();
        Tensor y = x.HingeLoss(labels);
        y.Backward();
        Assert.Equal(0.5f / 3, y.ToScalar(), 1e-6f);
        Assert.Equal([0, 0, -1f / 3], x.Gradient!.ToArray());
        Assert.Null(labels.Gradient);
    }

    [Fact]
    public void Wrong_calls_say_what_is_wrong()
    {
        Tensor column = Tensor.Zeros((4, 1)), row = Tensor.Zeros(4), none = Tensor.Zeros((0, 3));
        foreach ((string name, Func<Tensor, Tensor, Tensor> loss) in new (string, Func<Tensor, Tensor, Tensor>)[]
        {
            ("MeanSquaredError", (x, t) => x.MeanSquaredError(t)), ("MeanAbsoluteError", (x, t) => x.MeanAbsoluteError(t)),
            ("HuberLoss", (x, t) => x.HuberLoss(t)), ("HingeLoss", (x, t) => x.HingeLoss(t)), ("BinaryCrossEntropy", (x, t) => x.BinaryCrossEntropy(t)),
        })
        {
            Assert.Equal($"{name}: predictions (4, 1) and targets (4) must be the same shape. "
                + "Hint: both have 4 numbers; give one of them the other's shape with Reshape.", Assert.Throws<ShapeException>(() => loss(column, row)).Message);
            Assert.Equal($"{name}: predictions (4, 1) and targets (0, 3) must be the same shape.", Assert.Throws<ShapeException>(() => loss(column, none)).Message);
            Assert.Equal($"{name}: (0, 3) holds no predictions, so there is no mean.", Assert.Throws<ShapeException>(() => loss(none, none)).Message);
        }
        foreach (float delta in new[] { 0, -1, float.NaN, float.PositiveInfinity })
        {
            Assert.Contains("HuberLoss: delta is", Assert.Throws<ArgumentOutOfRangeException>(() => row.HuberLoss(row, delta)).Message, StringComparison.Ordinal);
        }
    }
}
