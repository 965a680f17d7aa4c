using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class DropoutTests
{
    private static readonly Rng Random = new("dropout");

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void The_share_kept_is_as_asked_and_what_is_kept_is_scaled_up(float p)
    {
        const int count = 100_000;
        float[] y = new Dropout(p).Forward(Tensor.Ones(count), Random).ToArray();
        Assert.All(y, v => Assert.True(v == 0 || Math.Abs((v * (1 - p)) - 1) < 1e-6));
        double deviation = Math.Sqrt(p * (1 - p) / count);
        Assert.InRange(y.Count(v => v != 0) / (double)count, 1 - p - (4 * deviation), 1 - p + (4 * deviation));
    }

    [Fact]
    public void The_same_draws_drop_the_same_elements()
    {
        var layer = new Dropout(0.5f);
        Tensor x = ModuleCheck.Input((10, 10));
        Assert.Equal(layer.Forward(x, Random).ToArray(), layer.Forward(x, Random).ToArray());
        Assert.NotEqual(layer.Forward(x, Random).ToArray(), layer.Forward(x, Random.Fork(1)).ToArray());
    }

    [Fact]
    public void Without_a_generator_or_with_probability_0_nothing_happens()
    {
        Tensor x = ModuleCheck.Input((10, 10));
        Assert.Same(x, new Dropout(0.5f).Forward(x));
        Assert.Same(x, new Dropout(0).Forward(x, Random));
    }

    [Fact]
    public void Gradients_go_through_the_same_mask()
    {
        var layer = new Dropout(0.4f);
        ModuleCheck.Gradients(layer, x => layer.Forward(x[0], Random), ModuleCheck.Input((5, 7)));
        Tensor x = Tensor.Ones(1000).RequireGradient();
        Tensor y = layer.Forward(x, Random);
        y.Backward(Tensor.Ones(1000));
        Assert.Equal(y.ToArray(), x.Gradient!.ToArray());
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void A_probability_out_of_range_is_refused_when_the_layer_is_made(float p) =>
        Assert.Contains("must be at least 0 and below 1", Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(p)).Message, StringComparison.Ordinal);
}
