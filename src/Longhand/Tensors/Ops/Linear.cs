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
        Check.SameBackend("Linear", this, weight);
        Check.SameBackend("Linear", this, bias);
        Check.RankAtLeast("Linear", this, 1);
        var (inputs, outputs) = weight.Shape;
        Check.InnerSizes("Linear", Shape, weight.Shape, Shape[^1], inputs);
        Check.PerFeature("Linear", "bias", bias, outputs);
        int rows = new Shape(Shape.Sizes[..^1]).Length;

        Tensor y = Allocate(Shape.With(^1, outputs), Backend);
        Backend.Linear(y.Storage, Storage, weight.Storage, bias.Storage, rows, inputs, outputs);
        Tensor x = Reshape((rows, inputs)).Detach();
        Shape before = Shape;
        return Record(y, [this, weight, bias], dy =>
        {
            Tensor flat = dy.Reshape((rows, outputs));
            return
            [
                NeedsGradient ? Product(flat, weight, false, true).Reshape(before) : null,
                weight.NeedsGradient ? Product(x, flat, true, false) : null,
                bias.NeedsGradient ? flat.SumTo(outputs) : null,
            ];
        });
    }
}
