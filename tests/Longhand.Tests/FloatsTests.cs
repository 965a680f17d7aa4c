using System.Runtime.CompilerServices;
using Longhand.Backends.Cpu;

namespace Longhand.Tests;

public sealed class FloatsTests
{
    [Theory]
    [InlineData(21_250)]
    [InlineData(21_251)]
    [InlineData(1 << 20)]
    public void Many_numbers_begin_at_a_cache_line(int length)
    {
        for (int i = 0; i < 20; i++)
        {
            var x = new Floats(length);
            Assert.Equal(0, Kernel.ToNextLine(ref x.At(0)));
            GC.KeepAlive(x);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(50_000)]
    public void All_ways_to_a_number_lead_to_the_same_place(int length)
    {
        var x = new Floats(length);
        Assert.Equal(length, x.Length);
        Assert.Equal(length, x.Span.Length);
        for (int i = 0; i < length; i++) x.Span[i] = i;
        for (int i = 0; i < length; i += 3) Assert.Equal((i, i, i), (x[i], x.At(i), x.AsSpan(i, 1)[0]));
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
    public unsafe void The_way_to_the_next_cache_line_is_counted_in_floats()
    {
        byte* memory = stackalloc byte[128];
        byte* line = (byte*)(((nint)memory + 63) & -64);
        Assert.Equal(0, Kernel.ToNextLine(ref Unsafe.AsRef<float>(line)));
        Assert.Equal(15, Kernel.ToNextLine(ref Unsafe.AsRef<float>(line + 4)));
        Assert.Equal(1, Kernel.ToNextLine(ref Unsafe.AsRef<float>(line + 60)));
    }
}
