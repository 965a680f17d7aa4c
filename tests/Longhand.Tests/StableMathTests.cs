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

    [Fact]
    public void Exponentials_of_many_numbers_have_the_bits_of_each_alone()
    {
        var rng = new Rng("exponentials");
        double[] edges = [0, -0.0, double.NaN, 800, -800, -745.13, -720, 700, -700, 1e-320, -1e-20, double.NegativeInfinity, double.PositiveInfinity];
        double[] xs = [.. edges, .. Enumerable.Range(0, 10_000).Select(i => (double)rng.Normal(i) * (i % 3 == 0 ? 1 : 100)), .. edges];
        foreach (int length in new[] { 0, 1, 7, 8, 9, xs.Length })
        {
            double[] found = xs[..length];
            StableMath.Exp(found);
            Assert.Equal(xs[..length].Select(x => BitConverter.DoubleToInt64Bits(StableMath.Exp(x))), found.Select(BitConverter.DoubleToInt64Bits));
        }
    }
}
