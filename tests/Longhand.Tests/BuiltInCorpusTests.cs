using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Longhand.Numerics;
using Longhand.Text;
using Longhand.Text.Corpus;

namespace Longhand.Tests;

public sealed class BuiltInCorpusTests
{
    [Fact]
    public void The_text_is_the_same_bytes_everywhere()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(BuiltInCorpus.Text);
        Assert.Equal("9e651f367ac12333dbd1c1114db859033d5b585a1315119f74410ffd82941e16", Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(BuiltInCorpus.Text, BuiltInCorpus.Generate());
    }

    [Fact]
    public void It_is_a_megabyte_of_65_different_characters()
    {
        Assert.InRange(BuiltInCorpus.Text.Length, 950_000, 1_100_000);
        CharTokenizer tokenizer = CharTokenizer.FromText(BuiltInCorpus.Text);
        Assert.Equal("\n !\"'(),-.:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", string.Concat(tokenizer.Characters.ToArray()));
        Assert.Equal(65, tokenizer.VocabularySize);
    }

    [Fact]
    public void It_is_laid_out_in_lines_that_fit_into_a_small_context()
    {
        string[] lines = BuiltInCorpus.Text.Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 60));
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
        Assert.EndsWith("\n", BuiltInCorpus.Text);
        Assert.InRange(lines.Count(line => line is "FOX:" or "OWL:" or "YAK:"), 200, 2000);
        Assert.InRange(lines.Count(line => line.StartsWith("Moral: ", StringComparison.Ordinal)), 200, 2000);
        Assert.InRange(lines.Count(line => line.StartsWith("  ", StringComparison.Ordinal)), 2000, 10_000);
    }

    [Theory]
    [InlineData(@"[\[\]{}|$^]")]                                  // notation of the grammar left over
    [InlineData(@"\b[Aa]\s(?!one\b)[aeiou]")]
    [InlineData(@"\b[Aa]n\s(?!hon)[b-df-hj-np-tv-z]")]
    [InlineData(@"\s[,.;:!?]")]
    [InlineData(@"[,.;:?!][.,;:]")]
    [InlineData(@"\S  ")]
    [InlineData(@"[.?]\s[a-z]")]
    [InlineData(@"\b(?!waited|again)(\w+)\s\1\b")]
    public void No_mistake_of_this_kind_is_in_it(string pattern)
    {
        Match match = Regex.Match(BuiltInCorpus.Text, pattern);
        Assert.False(match.Success, $"\"{match.Value}\" in: {Around(match)}");
    }

    [Fact]
    public void Brackets_and_quotes_are_closed_in_their_paragraph()
    {
        foreach (string paragraph in BuiltInCorpus.Text.Split("\n\n"))
        {
            Assert.Equal(paragraph.Count(c => c == '('), paragraph.Count(c => c == ')'));
            Assert.True(paragraph.Count(c => c == '"') % 2 == 0, paragraph);
        }
    }

    [Fact]
    public void A_grammar_chooses_binds_and_bends_words()
    {
        var grammar = new Grammar(new Rng("test"));
        grammar.AddRules("""
            # fruit
            apple
            pear
            # two
            [fruit] and [fruit]
            """);
        grammar.AddWords("adj", ["honest"]);
        grammar.Bind("what", "egg");
        var fox = new Character("fox she 1");
        fox.AddSayings(grammar, "cry", ["I forgot."]);
        grammar.Bind("A", fox);
        for (int i = 0; i < 20; i++) Assert.Contains(grammar.Say("two"), (string[])["apple and pear", "pear and apple"]);
        Assert.Equal("An egg, an honest egg", grammar.Expand("[^a $what], [a adj] {egg|[$what]}"));
        Assert.Equal("\"I forgot,\" said the fox. \"I forgot.\" FOX: She", grammar.Expand("\"[A.cried]\" said [A.the]. \"[A.cry]\" [A.NAME]: [^A.he]"));
        Assert.Equal("b", grammar.Expand("{b|{b|b}}"));
        Assert.Contains("no rule \"nothing\"", Assert.Throws<KeyNotFoundException>(() => grammar.Expand("[nothing]")).Message);
        Assert.Throws<FormatException>(() => grammar.Expand("[open"));
        Assert.Throws<FormatException>(() => grammar.Expand("{open|"));
    }

    private static string Around(Match match) =>
        BuiltInCorpus.Text.Substring(Math.Max(0, match.Index - 60), Math.Min(120, BuiltInCorpus.Text.Length - Math.Max(0, match.Index - 60)));
}
