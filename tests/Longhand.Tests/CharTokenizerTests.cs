using System.Text;
using Longhand.Files;
using Longhand.Numerics;
using Longhand.Text;

namespace Longhand.Tests;

public sealed class CharTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("longhand-tokenizer").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("hello")]
    [InlineData("A \"quoted\" \\ text,\twith\nlines\r\nand <html> & 'marks'")]
    [InlineData("naïve café: 狐狸 🦊🦉, é and e\u0301, a\u00A0b\u200Bc \uFFFD \u0001")]
    public void Decoding_what_was_encoded_gives_the_text_back_also_through_the_file(string text)
    {
        CharTokenizer tokenizer = CharTokenizer.FromText(text);
        int[] ids = tokenizer.Encode(text);
        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(text.EnumerateRunes().Count(), ids.Length);
        Assert.Equal(text, string.Concat(ids.Select(id => tokenizer.Decode([id]))));

        string path = Path.Combine(_folder, "tokenizer.json");
        tokenizer.Save(path);
        CharTokenizer loaded = CharTokenizer.Load(path);
        Assert.Equal(tokenizer.Characters.ToArray(), loaded.Characters.ToArray());
        Assert.Equal(ids, loaded.Encode(text));
    }

    [Fact]
    public void Ids_follow_the_code_points()
    {
        CharTokenizer tokenizer = CharTokenizer.FromText("🦊ba\n狐ab");
        Assert.Equal(5, tokenizer.VocabularySize);
        Assert.Equal([0, 1, 2, 3, 4], tokenizer.Encode("\nab狐🦊"));
    }

    [Fact]
    public void The_empty_text_has_no_tokens_and_makes_no_vocabulary()
    {
        Assert.Empty(CharTokenizer.FromText("a").Encode(""));
        Assert.Equal("", CharTokenizer.FromText("a").Decode([]));
        Assert.Contains("empty text", Assert.Throws<ArgumentException>(() => CharTokenizer.FromText("")).Message);
    }

    [Fact]
    public void Unknown_characters_are_listed_the_invisible_ones_by_code_point()
    {
        CharTokenizer tokenizer = CharTokenizer.FromText("abc");
        var error = Assert.Throws<UnknownCharactersException>(() => tokenizer.Encode("abé\u00A0\té🦊" + '\uD800'));
        Assert.Equal("The text has 5 different characters that the tokenizer, which knows 3, has never seen: "
            + "U+0009 U+00A0 'é' U+D800 '🦊'. Hint: use only characters that occur in the text it was trained on.", error.Message);
        Assert.Equal([9, 0xA0, 'é', 0xD800, 0x1F98A], error.Characters);

        string many = Assert.Throws<UnknownCharactersException>(() => tokenizer.Encode("ABCDEFGHIJKLM")).Message;
        Assert.Contains("13 different characters", many);
        Assert.Contains("'A' 'B' 'C' 'D' 'E' 'F' 'G' 'H' 'I' 'J' and 3 more.", many);
        Assert.Contains("has 1 character that", Assert.Throws<UnknownCharactersException>(() => tokenizer.Encode("zz")).Message);
    }

    [Fact]
    public void Half_a_surrogate_pair_makes_no_vocabulary()
    {
        Assert.Contains("position 1 of the text holds U+D83E", Assert.Throws<ArgumentException>(() => CharTokenizer.FromText("a\uD83E")).Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Decoding_an_id_outside_the_vocabulary_is_an_error(int id) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CharTokenizer.FromText("abc").Decode([0, id]));

    [Fact]
    public void The_file_is_the_Hugging_Face_format()
    {
        string path = Path.Combine(_folder, "tokenizer.json");
        CharTokenizer.FromText("b\n \"a\\").Save(path);
        string expected = """
            {
              "version": "1.0",
              "truncation": null,
              "padding": null,
              "added_tokens": [],
              "normalizer": null,
              "pre_tokenizer": {
                "type": "Split",
                "pattern": {
                  "Regex": "[\\s\\S]"
                },
                "behavior": "Isolated",
                "invert": false
              },
              "post_processor": null,
              "decoder": {
                "type": "Fuse"
              },
              "model": {
                "type": "WordLevel",
                "vocab": {
                  "\n": 0,
                  " ": 1,
                  "\"": 2,
                  "\\": 3,
                  "a": 4,
                  "b": 5
                },
                "unk_token": ""
              }
            }

            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), File.ReadAllText(path));
    }

    [Theory]
    [InlineData("", "it is not valid JSON")]
    [InlineData("[]", "the field version is missing")]
    [InlineData("""{"version": "2.0"}""", "version must be \"1.0\" for a character tokenizer, but is \"2.0\"")]
    [InlineData("""{"version": 1}""", "but is a number")]
    [InlineData("""{"version": "1.0", "version": "1.0"}""", "it is not valid JSON")]
    [InlineData("""{"version": "\ud800"}""", "it holds text that is not Unicode")]
    public void A_file_that_is_no_tokenizer_names_the_field(string json, string expected) => AssertRefused(json, expected);

    [Theory]
    [InlineData("\"WordLevel\"", "\"BPE\"", "model.type must be \"WordLevel\" for a character tokenizer, but is \"BPE\"")]
    [InlineData("\"Split\"", "\"ByteLevel\"", "pre_tokenizer.type must be \"Split\"")]
    [InlineData("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}", "normalizer must be null")]
    [InlineData("\"added_tokens\": []", "\"added_tokens\": [{}]", "added_tokens must be an empty list")]
    [InlineData("\"decoder\"", "\"decodes\"", "the field decoder.type is missing")]
    [InlineData("\"vocab\"", "\"words\"", "the field model.vocab is missing")]
    [InlineData("\"a\": 0", "\"a\": 1", "model.vocab gives the id 1 twice")]
    [InlineData("\"a\": 0", "\"a\": 3", "model.vocab gives 'a' the id 3; the ids of 2 characters are 0 to 1")]
    [InlineData("\"a\": 0", "\"a\": -1", "the id -1;")]
    [InlineData("\"a\": 0", "\"a\": 0.5", "the id 0.5;")]
    [InlineData("\"a\": 0", "\"a\": \"0\"", "the id \"0\";")]
    [InlineData("\"a\": 0", "\"ab\": 0", "model.vocab has the key \"ab\"; each key must be one character")]
    [InlineData("\"a\": 0", "\"\": 0", "model.vocab has the key \"\"")]
    [InlineData("\"a\": 0", "\"b\": 0", "it is not valid JSON")]
    [InlineData("\"a\": 0", "\"\\udc00\": 0", "it holds text that is not Unicode")]
    public void A_wrong_field_is_named(string good, string bad, string expected)
    {
        string json = Encoding.UTF8.GetString(CharTokenizerJson.Write([new Rune('a'), new Rune('b')]));
        Assert.Contains(good, json);
        AssertRefused(json.Replace(good, bad, StringComparison.Ordinal), expected);
    }

    [Fact]
    public void A_missing_or_huge_file_is_refused_before_it_is_read()
    {
        string path = Path.Combine(_folder, "tokenizer.json");
        Assert.Contains("there is no such file", Assert.Throws<BadFileException>(() => CharTokenizer.Load(path)).Message);
        using (FileStream stream = File.Create(path)) stream.SetLength(33L << 20);
        Assert.Contains("it has 34603008 bytes; a tokenizer has at most 33554432", Assert.Throws<BadFileException>(() => CharTokenizer.Load(path)).Message);
    }

    [Fact]
    public void Damaged_files_give_a_tokenizer_or_the_one_documented_exception()
    {
        byte[] good = CharTokenizerJson.Write(CharTokenizer.FromText("The quick brown 🦊\n\"jumps\" over é\\").Characters);
        var rng = new Rng("damage");
        int refused = 0;
        for (int round = 0; round < 4000; round++)
        {
            Rng draws = rng.Fork(round);
            byte[] bytes = (byte[])good.Clone();
            for (int flip = 0; flip <= round % 3; flip++)
                bytes[draws.Below(bytes.Length, 2 * flip)] ^= (byte)(1 + draws.Below(255, (2 * flip) + 1));
            if (round % 4 == 0) bytes = bytes[..draws.Below(bytes.Length, 100)];
            try
            {
                CharTokenizerJson.Read(bytes, "damaged.json");
            }
            catch (BadFileException error)
            {
                Assert.StartsWith("damaged.json: ", error.Message);
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 2000, 3999);
    }

    [Fact]
    public void Deep_nesting_is_refused() => AssertRefused(new string('[', 1_000_000), "it is not valid JSON");

    private static void AssertRefused(string json, string expected)
    {
        var error = Assert.Throws<BadFileException>(() => CharTokenizerJson.Read(Encoding.UTF8.GetBytes(json), "t.json"));
        Assert.StartsWith("t.json: ", error.Message);
        Assert.Contains(expected, error.Message);
    }
}
