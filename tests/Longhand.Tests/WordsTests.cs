using Longhand.Labs;

namespace Longhand.Tests;

public sealed class WordsTests
{
    [Fact]
    public void Lists_end_in_and()
    {
        Assert.Equal("", Words.List([]));
        Assert.Equal("a", Words.List(["a"]));
        Assert.Equal("a and b", Words.List(["a", "b"]));
        Assert.Equal("a, b and c", Words.List(["a", "b", "c"]));
    }

    [Fact]
    public void One_is_no_plural() =>
        Assert.Equal(("0 steps", "1 step", "2,000 steps"), (Words.Count(0, "step"), Words.Count(1, "step"), Words.Count(2000, "step")));
}
