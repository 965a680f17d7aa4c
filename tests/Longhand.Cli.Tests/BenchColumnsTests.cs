using Longhand.Cli.Benchmarks;
using Longhand.Cli.Display;

namespace Longhand.Cli.Tests;

public sealed class BenchColumnsTests
{
    private static readonly BenchRow Product = new("gemm 64x64x64", 2, Gflops: 1234.56, ShareOfPeak: 0.987);
    private static readonly BenchRow Writing = new("sample", 1, TokensPerSecond: 51_234.4, ShareOfBandwidth: 0.5);

    [Fact]
    public void Numbers_stand_under_their_names()
    {
        var all = new BenchColumns(HasProducts: true, HasTokens: true, HasBandwidth: true);
        string heading = all.Heading, product = all.Of(Product), writing = all.Of(Writing);
        Assert.Equal(heading.IndexOf("GFLOP/s", StringComparison.Ordinal) + "GFLOP/s".Length, product.IndexOf("1,234.6", StringComparison.Ordinal) + "1,234.6".Length);
        Assert.Equal(heading.IndexOf("tokens/s", StringComparison.Ordinal) + "tokens/s".Length, writing.IndexOf("51,234", StringComparison.Ordinal) + "51,234".Length);
        Assert.Equal(heading.Length, writing.Length);
        Assert.EndsWith("99 %", product, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_nothing_fills_are_left_out()
    {
        var products = new BenchColumns(HasProducts: true, HasTokens: false, HasBandwidth: false);
        Assert.EndsWith("of peak", products.Heading, StringComparison.Ordinal);
        Assert.Equal(products.Heading.Length, products.Of(Product).Length);
        var writing = new BenchColumns(HasProducts: false, HasTokens: true, HasBandwidth: true);
        Assert.DoesNotContain("GFLOP/s", writing.Heading, StringComparison.Ordinal);
        Assert.Equal(writing.Heading.Length, writing.Of(Writing).Length);
    }
}
