using System.Text.Json;
using Longhand.Files;

namespace Longhand.Tests;

public sealed class JsonProblemTests
{
    [Theory]
    [InlineData("{\n  \"a\": x\n}", "line 2, byte 8: 'x' is an invalid start of a value")]
    [InlineData("x", "line 1, byte 1: 'x' is an invalid start of a value")]
    public void A_place_is_counted_from_one_and_nothing_speaks_of_fields(string json, string expected)
    {
        JsonException problem = Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(json));
        Assert.Equal(expected, JsonProblem.Describe(problem));
    }

    [Fact]
    public void Other_problems_keep_their_words() => Assert.Equal("no key", JsonProblem.Describe(new KeyNotFoundException("no key")));
}
