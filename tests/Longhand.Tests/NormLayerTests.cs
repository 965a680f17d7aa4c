using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>LayerNorm and RmsNorm.</summary>
public sealed class NormLayerTests
{
    [Fact]
    public void Gradients_of_layer_norm_equal_measured_slopes()
    {
        var layer = new LayerNorm(5);
        ModuleCheck.Gradients(layer, x => layer.Forward(x[0]), ModuleCheck.Input((2, 3, 5)));
    }

    [Fact]
    public void Gradients_of_RMS_norm_equal_measured_slopes()
    {
        var layer = new RmsNorm(5);
        ModuleCheck.Gradients(layer, x => layer.Forward(x[0]), ModuleCheck.Input((2, 3, 5)));
    }

    [Fact]
    public void Layer_norm_starts_by_giving_each_row_mean_0_and_variance_1()
    {
        Tensor y = new LayerNorm(50).Forward((ModuleCheck.Input((4, 50)) * 7) + 3);
        foreach (float mean in y.Mean(1).ToArray()) Assert.InRange(mean, -1e-5, 1e-5);
        foreach (float variance in y.Variance(1).ToArray()) Assert.InRange(variance, 0.999, 1.001);
    }

    [Fact]
    public void RMS_norm_starts_by_giving_each_row_mean_square_1()
    {
        Tensor y = new RmsNorm(50).Forward((ModuleCheck.Input((4, 50)) * 7) + 3);
        foreach (float square in (y * y).Mean(1).ToArray()) Assert.InRange(square, 0.999, 1.001);
    }

    [Fact]
    public void Shifting_and_scaling_the_input_changes_nothing()
    {
        var layer = new LayerNorm(8, epsilon: 1e-12f);
        layer.MoveTo(new ReferenceBackend());
        Tensor x = ModuleCheck.Input((3, 8), backend: layer.Weight.Value.Backend);
        OperationTests.AssertClose("layer norm", layer.Forward(x).ToDoubles(), layer.Forward((x * 5) - 2).ToDoubles(), 1e-7);
    }

    [Fact]
    public void A_wrong_count_of_features_is_refused() =>
        Assert.Equal("RmsNorm: weight is (5) but must be (4): one number per feature.",
            Assert.Throws<ShapeException>(() => new RmsNorm(5).Forward(Tensor.Ones((2, 4)), new Rng("x"))).Message);
}
