namespace Longhand.Tensors;

/// <summary>
/// y = x·W + b in one pass: the sums of the product start from the bias where they are written.
/// x is (…, in), W (in, out), b (out); y is (…, out).
/// dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ dy over all rows.
/// <para>Twin: <c>x.MatMul(W) + b</c>.</para>
/// </summary>
public sealed partial class Tensor
{
    public Tensor Linear(Tensor weight, Tensor bias)
    {
        (int rows, int inputs, int outputs) = CheckLinear("Linear", weight, bias);
        Tensor y = Allocate(Shape.With(^1, outputs), Backend);
        Backend.Linear(y.Storage, Storage, weight.Storage, bias.Storage, rows, inputs, outputs);
        Tensor x = Reshape((rows, inputs)).Detach();
        return Record(y, [this, weight, bias], dy => LinearGradients(x, weight, bias, dy.Reshape((rows, outputs))));
    }

    private (int Rows, int Inputs, int Outputs) CheckLinear(string operation, Tensor weight, Tensor bias)
    {
        Check.SameBackend(operation, this, weight);
        Check.SameBackend(operation, this, bias);
        Check.RankAtLeast(operation, this, 1);
        var (inputs, outputs) = weight.Shape;
        Check.InnerSizes(operation, Shape, weight.Shape, Shape[^1], inputs);
        Check.PerFeature(operation, "bias", bias, outputs);
        return (new Shape(Shape.Sizes[..^1]).Length, inputs, outputs);
    }

    // Of this, the weight and the bias; x is this with one row for each vector, and so is dy.
    private Tensor?[] LinearGradients(Tensor x, Tensor weight, Tensor bias, Tensor dy) =>
    [
        NeedsGradient ? Product(dy, weight, false, true).Reshape(Shape) : null,
        weight.NeedsGradient ? Product(x, dy, true, false) : null,
        bias.NeedsGradient ? dy.SumTo(dy.Shape[1]) : null,
    ];
}
