using Longhand.Backends.Cpu;

namespace Longhand.Tests;

public sealed class FloatsTests
{
    private static unsafe int PlaceInLine(Floats x)
    {
        fixed (float* first = x) return (int)((nint)first % Kernel.CacheLine);
    }

    [Theory]
    [InlineData(21_250)]
    [InlineData(21_251)]
    [InlineData(1 << 20)]
    public void Many_numbers_begin_at_a_cache_line(int length)
    {
        Floats[] all = [.. Enumerable.Range(0, 20).Select(_ => new Floats(length))];
        Assert.All(all, x => Assert.Equal(0, PlaceInLine(x)));
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Assert.All(all, x => Assert.Equal(0, PlaceInLine(x)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(50_000)]
    public unsafe void All_ways_to_a_number_lead_to_the_same_place(int length)
    {
        var x = new Floats(length);
        Assert.Equal(length, x.Length);
        Assert.Equal(length, x.Span.Length);
        for (int i = 0; i < length; i++) x.Span[i] = i;
        fixed (float* p = x)
            for (int i = 0; i < length; i += 3) Assert.Equal((i, i, i, i), (x[i], x.At(i), x.AsSpan(i, 1)[0], p[i]));
    }

    [Fact]
    public void What_lies_outside_is_refused()
    {
        var x = new Floats(30_000); // the array behind them is longer
        Assert.Throws<IndexOutOfRangeException>(() => x[-1]);
        Assert.Throws<IndexOutOfRangeException>(() => x[30_000]);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.AsSpan(29_999, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.AsSpan(-1, 2));
    }

    [Fact]
    public unsafe void Nothing_is_at_no_address()
    {
        Floats? none = null;
        fixed (float* p = none) Assert.True(p == null);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 64)]
    [InlineData(60, 64)]
    [InlineData(64, 64)]
    public unsafe void The_next_cache_line_is_the_first_from_here_on(int place, int line) =>
        Assert.Equal((nint)line, (nint)Kernel.NextLine((void*)(nint)place));
}
