using System.Text;
using Longhand.Data;
using Longhand.Files;

namespace Longhand.Tests;

public sealed class DigitsTests
{
    [Fact]
    public void The_resource_is_the_file_of_the_source() => Assert.Equal(Digits.Sha256, Sha256.Of(Digits.Bytes()));

    [Fact]
    public void There_are_as_many_of_each_digit_as_the_source_says()
    {
        LabelledPoints digits = Digits.Load();
        Assert.Equal((1797, 64, 10), (digits.Count, digits.Features, digits.Classes));
        int[] counts = [.. Enumerable.Range(0, 10).Select(d => digits.Labels.Count(label => label == d))];
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], counts);
        Assert.Equal((0f, 1f), (digits.X.Min(), digits.X.Max()));
        Assert.All(digits.X, v => Assert.Equal(0, v * 16 % 1));
        Assert.NotSame(digits.X, Digits.Load().X);
    }

    [Fact]
    public void The_first_picture_is_a_nought()
    {
        string picture = string.Join('\n', Digits.Load().Row(0).ToArray().Chunk(Digits.Side).Select(row =>
            string.Concat(row.Select(v => v > 0.5 ? '#' : v > 0 ? '+' : '.'))));
        Assert.Equal("..+##+..\n..####+.\n.+#+.#+.\n.+#..++.\n.++..#+.\n.+#.+#+.\n.+#+##..\n..+##...", picture);
        Assert.Equal(0, Digits.Load().Labels[0]);
    }

    [Theory]
    [InlineData("17,0", "a number from 0 to 16 and then a comma")]
    [InlineData("-1,0", "a number from 0 to 16 and then a comma")]
    [InlineData("0;0", "a number from 0 to 16 and then a comma")]
    [InlineData("", "a number from 0 to 16 and then a comma")]
    [InlineData("99999999999999999999,0", "a number from 0 to 16 and then a comma")]
    public void A_damaged_resource_is_told(string csv, string expected)
    {
        string message = Assert.Throws<BadFileException>(() => Digits.Parse(Encoding.ASCII.GetBytes(csv))).Message;
        Assert.Equal($"digits.csv: it is damaged at byte 0: expected {expected}.", message);
        byte[] longer = [.. Digits.Bytes(), (byte)'1'];
        Assert.Contains("expected the end", Assert.Throws<BadFileException>(() => Digits.Parse(longer)).Message, StringComparison.Ordinal);
    }
}
