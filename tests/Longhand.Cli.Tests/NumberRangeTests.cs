using System.Globalization;
using Longhand.Cli.Parsing;

namespace Longhand.Cli.Tests;

public sealed class NumberRangeTests
{
    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData("1", 1)]
    [InlineData("-2", -2)]
    [InlineData(".25", 0.25)]
    public void Numbers_are_read_the_same_in_every_culture(string text, double expected)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        commas.NumberFormat.NumberGroupSeparator = ".";
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(expected, new NumberRange(-2, 1).Number(text));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("1,5")]
    [InlineData("nan")]
    [InlineData("NaN")]
    [InlineData("inf")]
    [InlineData("Infinity")]
    [InlineData("∞")]
    [InlineData("1e400")]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("one")]
    [InlineData("0x10")]
    [InlineData("10.1")]
    [InlineData("-0.1")]
    public void Other_texts_are_refused_with_the_range(string text)
    {
        var problem = Assert.Throws<FormatException>(() => new NumberRange(0, 10).Number(text));
        Assert.StartsWith($"expected a number from 0 to 10, found \"{text}\".", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ends_do_not_belong_to_the_range()
    {
        var range = new NumberRange(0, 1, OpenBelow: true, OpenAbove: true);
        Assert.Equal(0.5, range.Number("0.5"));
        Assert.Contains("between 0 and 1", Assert.Throws<FormatException>(() => range.Number("0")).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => range.Number("1"));
        Assert.Contains("above 0 and up to 1", Refusal(range with { OpenAbove = false }), StringComparison.Ordinal);
        Assert.Contains("from 0 to below 1", Refusal(range with { OpenBelow = false }), StringComparison.Ordinal);
    }

    private static string Refusal(NumberRange range) => Assert.Throws<FormatException>(() => range.Number("7")).Message;
}
