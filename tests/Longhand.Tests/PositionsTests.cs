using Longhand.Nn;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class PositionsTests
{
    [Theory]
    [InlineData(6)]
    [InlineData(5)]
    public void Sines_and_cosines_follow_the_formula(int width)
    {
        Tensor table = Positions.Sinusoidal(40, width);
        Assert.Equal((Shape)(40, width), table.Shape);
        double[] actual = table.ToDoubles();
        for (int p = 0; p < 40; p++)
        {
            for (int c = 0; c < width; c++)
            {
                double angle = p / Math.Pow(10_000, 2 * (c / 2) / (double)width);
                Assert.Equal(c % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle), actual[(p * width) + c], tolerance: 1e-7);
            }
        }
    }

    [Fact]
    public void The_product_of_two_positions_depends_on_their_distance_only()
    {
        float[] p = Positions.Sinusoidal(20, 16).MatMul(Positions.Sinusoidal(20, 16), transposeOther: true).ToArray();
        for (int i = 0; i < 15; i++) Assert.Equal(p[5], p[(i * 20) + i + 5], 4);
    }
}
