namespace Longhand.Tensors;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton, 2016) over the last axis: x̂ = (x − mean) / √(variance + ε), y = x̂⊙weight + bias.
/// <para>
/// With g = dy⊙weight: dx = (g − mean(g) − x̂·mean(g⊙x̂)) / √(variance + ε). The two means are what is lost because x moves the
/// mean and the variance too. dWeight = Σ dy⊙x̂ and dBias = Σ dy, over all rows.
/// </para>
/// <para>RMS normalisation (Zhang and Sennrich, 2019) leaves mean and bias out: x̂ = x / √(mean(x²) + ε), y = x̂⊙weight.</para>
/// <para>Twins: <see cref="LayerNormComposed"/>, <see cref="RmsNormComposed"/>.</para>
/// </summary>
public sealed partial class Tensor
{
    public Tensor LayerNorm(Tensor weight, Tensor bias, float epsilon = 1e-5f)
    {
        CheckNorm("LayerNorm", weight);
        Check.PerFeature("LayerNorm", "bias", bias, Shape[^1]);
        Check.SameBackend("LayerNorm", this, bias);
        (int rows, int n) = Rows();
        Tensor y = Allocate(Shape, Backend), mean = Allocate(rows, Backend), rstd = Allocate(rows, Backend);
        Backend.LayerNorm(y.Storage, mean.Storage, rstd.Storage, Storage, weight.Storage, bias.Storage, rows, n, epsilon);
        return Record(y, [this, weight, bias], dy =>
        {
            Tensor dx = Allocate(Shape, Backend), dWeight = Allocate(n, Backend), dBias = Allocate(n, Backend);
            Backend.LayerNormBackward(dx.Storage, dWeight.Storage, dBias.Storage, dy.Storage, Storage, mean.Storage, rstd.Storage,
                weight.Storage, rows, n);
            return [dx, dWeight, dBias];
        });
    }

    public Tensor RmsNorm(Tensor weight, float epsilon = 1e-5f)
    {
        CheckNorm("RmsNorm", weight);
        (int rows, int n) = Rows();
        Tensor y = Allocate(Shape, Backend), rstd = Allocate(rows, Backend);
        Backend.RmsNorm(y.Storage, rstd.Storage, Storage, weight.Storage, rows, n, epsilon);
        return Record(y, [this, weight], dy =>
        {
            Tensor dx = Allocate(Shape, Backend), dWeight = Allocate(n, Backend);
            Backend.RmsNormBackward(dx.Storage, dWeight.Storage, dy.Storage, Storage, rstd.Storage, weight.Storage, rows, n);
            return [dx, dWeight];
        });
    }

    /// <summary>Layer normalisation written with the operations it is made of.</summary>
    public Tensor LayerNormComposed(Tensor weight, Tensor bias, float epsilon = 1e-5f)
    {
        Tensor deviation = this - Mean(^1, keepAxes: true);
        Tensor variance = (deviation * deviation).Mean(^1, keepAxes: true);
        return (deviation / (variance + epsilon).Sqrt() * weight) + bias;
    }

    /// <summary>RMS normalisation written with the operations it is made of.</summary>
    public Tensor RmsNormComposed(Tensor weight, float epsilon = 1e-5f) =>
        this / ((this * this).Mean(^1, keepAxes: true) + epsilon).Sqrt() * weight;

    private void CheckNorm(string operation, Tensor weight)
    {
        Check.RankAtLeast(operation, this, 1);
        Check.PerFeature(operation, "weight", weight, Shape[^1]);
        Check.SameBackend(operation, this, weight);
        if (Shape[^1] == 0) throw new ShapeException($"{operation}: {Shape} has no features to normalise.");
    }
}
