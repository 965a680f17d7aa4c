using Longhand.Cli.Display;

namespace Longhand.Cli.Tests;

public sealed class SparklineTests
{
    [Fact]
    public void Values_become_blocks_from_the_lowest_to_the_highest()
    {
        var line = new Sparkline();
        Assert.Equal("", line.Draw(width: 10));
        foreach (double y in new[] { 7.0, 6, 5, 4, double.NaN, 3, 2, 1, double.PositiveInfinity, 0 })
        {
            line.Add(y);
        }
        Assert.Equal("█▇▆▅▄▃▂▁", line.Draw(width: 80));
        Assert.Equal("█▆▃▁", line.Draw(width: 4));
        Assert.Equal("", line.Draw(width: 0));
        Assert.Equal("", line.Draw(width: -3));
    }

    [Fact]
    public void A_flat_line_is_low() => Assert.Equal("▁▁", Line(3, 3).Draw(width: 9));

    [Fact]
    public void A_long_run_keeps_its_shape_in_a_fixed_room()
    {
        var line = Line([.. Enumerable.Range(0, 100_003).Select(i => (double)i)]);
        Assert.Equal("▁▂▃▄▅▆▇█", line.Draw(width: 8));
        Assert.InRange(line.Draw(width: 1000).Length, 100, 256);
    }

    private static Sparkline Line(params double[] values)
    {
        var line = new Sparkline();
        Array.ForEach(values, line.Add);
        return line;
    }
}
