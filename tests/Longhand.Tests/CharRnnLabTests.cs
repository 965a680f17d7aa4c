using Longhand.Labs;
using Longhand.Labs.Experiments;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class CharRnnLabTests
{
    [Fact]
    public void It_learns_words_and_beats_a_table_of_pairs()
    {
        (LabResult result, string page) = Run("char-rnn", ("steps", 150), ("width", 96));
        Assert.True(Number(result, "loss") < Number(result, "bigram_loss"), result.Conclusion);
        Assert.True(Number(result, "real_words") > Number(result, "real_words_at_first") + 0.2, result.Conclusion);
        Assert.Contains("whether a quotation is open", page, StringComparison.Ordinal);
    }

    [Fact]
    public void An_untrained_network_has_learned_nothing_and_says_so()
    {
        (LabResult result, _) = Run("char-rnn", ("steps", 1), ("width", 4), ("cell", "gru"));
        Assert.Contains("has not learned enough to beat a table of pairs", result.Conclusion, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("line", "ab\ncd", new[] { 1.0, 2, 0, 1, 2 })]
    [InlineData("word", "ab, c", new[] { 1.0, 2, 0, 0, 1 })]
    [InlineData("quotation", "a\"b\"\n\"c\n\nd", new[] { 0.0, 1, 1, 0, 0, 1, 1, 1, 0, 0 })]
    [InlineData("bracket", "a(b)c", new[] { 0.0, 1, 1, 0, 0 })]
    [InlineData("capitals", "He THE OX\nof", new[] { 0.0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0 })]
    public void Properties_are_what_they_say(string key, string text, double[] expected) =>
        Assert.Equal(expected, TextProperty.All.Single(p => p.Key == key).Of(text));
}
