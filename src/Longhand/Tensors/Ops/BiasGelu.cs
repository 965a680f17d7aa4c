namespace Longhand.Tensors;

/// <summary>
/// y = gelu(x + bias) in one pass over memory, GPT-2's form of the Gaussian error linear unit; bias has one number per feature.
/// dx = dy⊙gelu′(x + bias), dBias = Σ dx over all rows. Twin: <c>(x + bias).Gelu()</c>.
/// </summary>
public sealed partial class Tensor
{
    public Tensor BiasGelu(Tensor bias)
    {
        Check.RankAtLeast("BiasGelu", this, 1);
        Check.PerFeature("BiasGelu", "bias", bias, Shape[^1]);
        Check.SameBackend("BiasGelu", this, bias);
        (int rows, int n) = Rows();
        Tensor y = Allocate(Shape, Backend);
        Backend.BiasGelu(y.Storage, Storage, bias.Storage, rows, n);
        return Record(y, [this, bias], dy =>
        {
            Tensor dx = Allocate(Shape, Backend);
            Backend.BiasGeluBackward(dx.Storage, dy.Storage, Storage, bias.Storage, rows, n);
            return [dx, dx.Reshape((rows, n)).SumTo(n)];
        });
    }
}
