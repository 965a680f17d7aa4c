using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class GradientClippingTests
{
    private readonly ReferenceBackend _backend = new();

    [Fact]
    public void Norm_is_over_all_gradients_together_without_the_missing_and_the_frozen()
    {
        Parameter frozen = Given(100);
        frozen.IsTrainable = false;
        Parameter none = Given(100);
        none.Gradient = null;
        Assert.Equal(13, GradientClipping.Norm([("a", Given(3, -4)), ("b", frozen), ("c", none), ("d", Given(12))]));
        Assert.Equal(0, GradientClipping.Norm([("c", none)]));
    }

    [Fact]
    public void By_norm_gives_the_factor_that_shortens_to_the_limit()
    {
        (string, Parameter)[] all = [("a", Given(3, -4))];
        (double norm, double factor) = GradientClipping.ByNorm(all, limit: 1);
        Assert.Equal(5, norm);
        Assert.Equal(1 / 5.000001, factor, 1e-15);
        Assert.Equal((5.0, 1.0), GradientClipping.ByNorm(all, limit: 6));
        Assert.Equal([3, -4], all[0].Item2.Gradient!.ToDoubles());
    }

    [Fact]
    public void By_norm_shows_a_gradient_that_is_not_finite()
    {
        Assert.True(double.IsNaN(GradientClipping.ByNorm([("a", Given(3, double.NaN))], limit: 1).Norm));
        Assert.Equal(double.PositiveInfinity, GradientClipping.ByNorm([("a", Given(3, double.NegativeInfinity))], limit: 1).Norm);
    }

    [Fact]
    public void By_value_cuts_each_element_and_leaves_shared_memory_alone()
    {
        Parameter parameter = Given(3, -0.5, -4, 0.5, double.NaN);
        Tensor shared = parameter.Gradient!;
        GradientClipping.ByValue([("a", parameter)], limit: 0.5);
        Assert.Equal([0.5, -0.5, -0.5, 0.5, double.NaN], parameter.Gradient!.ToDoubles());
        Assert.Equal([3, -0.5, -4, 0.5, double.NaN], shared.ToDoubles());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_limit_must_be_above_0(double limit)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm([], limit));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByValue([], limit));
    }

    private Parameter Given(params double[] gradient) => new(Tensor.Zeros(gradient.Length, _backend))
    {
        Gradient = Tensor.From(gradient, gradient.Length, _backend),
    };
}
