using Longhand.Backends.Cpu;

namespace Longhand.Tests;

public sealed class FloatsPoolTests
{
    [Fact]
    public void What_was_given_back_is_taken_again()
    {
        var pool = new FloatsPool();
        Floats floats = pool.Take(100);
        Assert.NotSame(floats, pool.Take(100));
        pool.GiveBack(floats);
        Assert.NotSame(floats, pool.Take(99));
        Assert.Same(floats, pool.Take(100));
    }

    [Fact]
    public void Lengths_that_nobody_asks_for_any_more_are_dropped()
    {
        var pool = new FloatsPool();
        for (int length = 1; length <= 1000; length++) pool.GiveBack(pool.Take(length));
        Assert.Equal(1000 * 1001 / 2, pool.Waiting);
        Floats used = pool.Take(7);
        for (int i = 0; i < 3 * FloatsPool.Patience; i++)
        {
            pool.GiveBack(used);
            Assert.Same(used, pool.Take(7));
        }
        Assert.Equal(0, pool.Waiting);
    }
}
