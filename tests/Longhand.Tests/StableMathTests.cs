using Longhand.Numerics;

namespace Longhand.Tests;

public sealed class StableMathTests
{
    [Fact]
    public void Functions_agree_with_the_platform_to_a_few_units_in_the_last_place()
    {
        for (int i = -2000; i <= 2000; i++)
        {
            double x = i * 0.173;
            Near(Math.Exp(x), StableMath.Exp(x), 1e-14 * Math.Exp(x));
            Near(Math.Cos(x), StableMath.Cos(x), 1e-14 * (1 + Math.Abs(x)));
            Near(Math.Sin(x), StableMath.Sin(x), 1e-14 * (1 + Math.Abs(x)));
            if (x > 0)
            {
                Near(Math.Log(x), StableMath.Log(x), 1e-15 * (1 + Math.Abs(Math.Log(x))));
                Near(Math.Log(x * 1e-300), StableMath.Log(x * 1e-300), 1e-12);
                Near(Math.Pow(x, 0.37), StableMath.Power(x, 0.37), 1e-13 * Math.Pow(x, 0.37));
            }
        }
    }

    [Fact]
    public void The_edges_are_the_mathematical_ones()
    {
        Assert.Equal(0, StableMath.Exp(-1000));
        Assert.Equal(double.PositiveInfinity, StableMath.Exp(1000));
        Assert.Equal(1, StableMath.Exp(0));
        Assert.Equal(double.NegativeInfinity, StableMath.Log(0));
        Assert.True(double.IsNaN(StableMath.Log(-1)));
        Assert.Equal(1, StableMath.Cos(0));
        Assert.Equal(0, StableMath.Sin(0));
        Assert.Equal(1, StableMath.Power(0.9, 0L));
        Assert.Equal(Math.Pow(0.999, 1234), StableMath.Power(0.999, 1234L), 1e-13);
    }

    private static void Near(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"expected {expected:r}, got {actual:r}, allowed {tolerance:r}");
}
