using Longhand.Cli.Parsing;

namespace Longhand.Cli.Tests;

public sealed class NearestTests
{
    private static readonly string[] Words = ["train", "sample", "eval", "info", "bench", "--learning-rate", "--seed", "--steps"];

    [Theory]
    [InlineData("trian", "train")]
    [InlineData("smaple", "sample")]
    [InlineData("EVAL", "eval")]
    [InlineData("Smaple", "sample")]
    [InlineData("evla", "eval")]
    [InlineData("leva", null)]
    [InlineData("evl", "eval")]
    [InlineData("--lr", null)]
    [InlineData("--learn", "--learning-rate")]
    [InlineData("--learningrate", "--learning-rate")]
    [InlineData("--step", "--steps")]
    [InlineData("-", null)]
    [InlineData("", null)]
    public void A_slip_is_recognised_and_a_guess_is_not_forced(string typed, string? meant) => Assert.Equal(meant, Nearest.Among(Words, typed));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("trian", "train", 1)]
    public void Distances_count_the_slips(string a, string b, int distance)
    {
        Assert.Equal(distance, Nearest.Distance(a, b));
        Assert.Equal(distance, Nearest.Distance(b, a));
    }
}
