using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class LinearTests
{
    private static readonly Rng Random = new("linear");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_equal_measured_slopes(bool bias)
    {
        var layer = new Linear(3, 4, Random, bias);
        ModuleCheck.Gradients(layer, x => layer.Forward(x[0]), ModuleCheck.Input((2, 5, 3)));
        ModuleCheck.Gradients(layer, x => layer.Forward(x[0]), ModuleCheck.Input((1, 3)));
    }

    [Fact]
    public void It_is_the_product_plus_the_bias()
    {
        var layer = new Linear(3, 4, Random);
        ModuleCheck.Randomise(layer);
        Tensor x = ModuleCheck.Input((2, 5, 3));
        OperationTests.AssertClose("linear", (x.MatMul(layer.Weight.Value) + layer.Bias!.Value).ToDoubles(), layer.Forward(x).ToDoubles(), 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_single_vector_of_features_goes_through(bool bias)
    {
        var layer = new Linear(3, 4, Random, bias);
        Tensor x = ModuleCheck.Input(3);
        Assert.Equal((Shape)4, layer.Forward(x).Shape);
        Assert.Equal(layer.Forward(x.Reshape((1, 3))).ToArray(), layer.Forward(x).ToArray());
    }

    [Fact]
    public void It_starts_with_Glorots_weights_and_no_bias()
    {
        var layer = new Linear(30, 20, Random);
        Assert.True(layer.Weight.Value.ToArray().All(w => Math.Abs(w) <= Math.Sqrt(6.0 / 50)));
        Assert.All(layer.Bias!.Value.ToArray(), b => Assert.Equal(0, b));
        Assert.Equal(layer.Weight.Value.ToArray(), new Linear(30, 20, Random).Weight.Value.ToArray());
    }

    [Fact]
    public void A_wrong_input_names_the_sizes() =>
        Assert.StartsWith("Linear: (2, 5) · (3, 4): inner sizes must agree (5 ≠ 3).",
            Assert.Throws<ShapeException>(() => new Linear(3, 4, Random).Forward(Tensor.Zeros((2, 5)))).Message, StringComparison.Ordinal);
}
