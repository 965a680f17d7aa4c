namespace Longhand.Tensors;

/// <summary>
/// y = gelu(z), z = x·W + b, with GPT-2's form of the Gaussian error linear unit: a hidden layer as one operation. x is (…, in), W (in, out),
/// b (out); y is (…, out).
/// With dz = dy⊙gelu′(z): dx = dz·Wᵀ, dW = xᵀ·dz, db = Σ dz over all rows.
/// <para>
/// The slope gelu′(z) is computed with gelu(z), which has most of it, and takes the place of z in memory. Where nothing needs a gradient there
/// is none. Twin: <c>(x.MatMul(W) + b).Gelu()</c>.
/// </para>
/// </summary>
public sealed partial class Tensor
{
    public Tensor LinearGelu(Tensor weight, Tensor bias)
    {
        (int rows, int inputs, int outputs) = CheckLinear("LinearGelu", weight, bias);
        Tensor x = Reshape((rows, inputs)).Detach();
        Tensor z = Product(x, weight, false, false);
        Tensor y = Allocate(Shape.With(^1, outputs), Backend);
        Tensor? slope = NeedsGradient || weight.NeedsGradient || bias.NeedsGradient ? z : null;
        Backend.BiasGelu(y.Storage, slope?.Storage, z.Storage, bias.Storage, rows, outputs);
        return Record(y, [this, weight, bias], dy => LinearGradients(x, weight, bias, TimesSlope(dy.Reshape((rows, outputs)), slope!)));
    }

    // In the memory of dy, where nobody else reads it: this pass is as long as the memory that it touches.
    private static Tensor TimesSlope(Tensor dy, Tensor slope)
    {
        if (!GradientMemory.IsSole(dy.Storage)) return dy * slope;
        dy.Backend.Map(new MultiplyOp(), dy.Storage, dy.Storage, slope.Storage);
        return dy;
    }
}
