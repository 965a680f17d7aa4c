namespace Longhand.Tensors;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy, 2015) of features in the last axis, composed: each feature is shifted and scaled by the
/// given mean and variance, y = (x − mean) / √(variance + ε) ⊙ weight + bias. In training the two are this batch's own
/// (<c>x.Mean(all but the last axis)</c>), and the gradient flows through them; the layer in Nn keeps the running averages.
/// </summary>
public sealed partial class Tensor
{
    public Tensor BatchNorm(Tensor mean, Tensor variance, Tensor weight, Tensor bias, float epsilon = 1e-5f)
    {
        Check.RankAtLeast("BatchNorm", this, 2);
        Check.PerFeature("BatchNorm", "mean", mean, Shape[^1]);
        Check.PerFeature("BatchNorm", "variance", variance, Shape[^1]);
        Check.PerFeature("BatchNorm", "weight", weight, Shape[^1]);
        Check.PerFeature("BatchNorm", "bias", bias, Shape[^1]);
        return ((this - mean) / (variance + epsilon).Sqrt() * weight) + bias;
    }
}
