using Longhand.Backends.Cpu;

namespace Longhand.Tests;

/// <summary>Every number arrives where row and column have changed places, and nothing beside it is touched.</summary>
public sealed class TransposeTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(21)]
    [InlineData(192)]
    public void A_tile_is_turned(int step)
    {
        float[] x = [.. Enumerable.Range(0, 16 * step).Select(i => (float)i)], y = new float[257];
        Transpose.Tile(ref y[0], ref x[0], step);
        for (int i = 0; i < 256; i++) Assert.Equal(x[(i % 16 * step) + (i / 16)], y[i]);
        Assert.Equal(0, y[256]);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(16)]
    public void Four_rows_are_made_of_four_columns(int n)
    {
        float[] x = [.. Enumerable.Range(0, n * 5).Select(i => i + 1f)], y = new float[4 * 20];
        Transpose.FourRows(ref y[0], yStep: 20, ref x[0], xStep: 5, n);
        for (int r = 0; r < 4; r++)
        {
            for (int i = 0; i < 20; i++) Assert.Equal(i < n ? x[(i * 5) + r] : 0, y[(r * 20) + i]);
        }
    }
}
