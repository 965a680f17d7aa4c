using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Longhand.Files;

namespace Longhand.Text;

/// <summary>
/// The file of a <see cref="CharTokenizer"/>: a Hugging Face <c>tokenizer.json</c> that splits text into single characters
/// and looks each one up. It is built from four parts of that format:
/// a <c>Split</c> pre-tokenizer whose pattern <c>[\s\S]</c> matches any one code point (a dot would not match newlines) and isolates it;
/// a <c>WordLevel</c> model, a plain table from piece to id; no normalizer, so nothing is changed on the way in;
/// and a <c>Fuse</c> decoder, which joins the pieces (without a decoder they would be joined with spaces).
/// <c>unk_token</c> must be there and is the empty text, which no character equals, so unknown characters are an error there too.
/// <para>Reading accepts this kind alone and checks everything it relies on; ids may come in any order but must be 0 … n − 1.</para>
/// </summary>
internal static class CharTokenizerJson
{
    private const string AnyCharacter = @"[\s\S]";

    /// <summary>Every code point there is, each escaped in the longest way, takes 26 MB.</summary>
    private const long MaximumBytes = 32L << 20;

    public static byte[] Write(ReadOnlySpan<Rune> characters)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("truncation");
            json.WriteNull("padding");
            json.WriteStartArray("added_tokens");
            json.WriteEndArray();
            json.WriteNull("normalizer");
            json.WriteStartObject("pre_tokenizer");
            json.WriteString("type", "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", AnyCharacter);
            json.WriteEndObject();
            json.WriteString("behavior", "Isolated");
            json.WriteBoolean("invert", false);
            json.WriteEndObject();
            json.WriteNull("post_processor");
            json.WriteStartObject("decoder");
            json.WriteString("type", "Fuse");
            json.WriteEndObject();
            json.WriteStartObject("model");
            json.WriteString("type", "WordLevel");
            json.WriteStartObject("vocab");
            Span<char> units = stackalloc char[2];
            for (int id = 0; id < characters.Length; id++)
                json.WriteNumber(units[..characters[id].EncodeToUtf16(units)], id);
            json.WriteEndObject();
            json.WriteString("unk_token", "");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    public static CharTokenizer Read(string path)
    {
        byte[] bytes;
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MaximumBytes) throw new BadFileException(path, $"it has {length} bytes; a tokenizer has at most {MaximumBytes}.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw BadFileException.Unreadable(path, e);
        }
        return Read(bytes, path);
    }

    /// <param name="bytes">The file's content.</param>
    /// <param name="path">Named in errors.</param>
    public static CharTokenizer Read(ReadOnlyMemory<byte> bytes, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement root = document.RootElement;
            Expect(path, root, "version", "1.0");
            foreach (string name in (string[])["normalizer", "post_processor", "truncation", "padding"])
            {
                if (Find(root, name) is { ValueKind: not JsonValueKind.Null })
                    throw new BadFileException(path, $"{name} must be null for a character tokenizer.");
            }
            if (Find(root, "added_tokens") is { } added && (added.ValueKind != JsonValueKind.Array || added.GetArrayLength() > 0))
                throw new BadFileException(path, "added_tokens must be an empty list for a character tokenizer.");
            Expect(path, root, "pre_tokenizer.type", "Split");
            Expect(path, root, "pre_tokenizer.pattern.Regex", AnyCharacter);
            Expect(path, root, "pre_tokenizer.behavior", "Isolated");
            Expect(path, root, "decoder.type", "Fuse");
            Expect(path, root, "model.type", "WordLevel");
            return new CharTokenizer(ReadVocabulary(path, Get(path, root, "model.vocab")));
        }
        catch (JsonException e)
        {
            throw new BadFileException(path, $"it is not valid JSON ({JsonProblem.Describe(e)}).", e);
        }
        catch (InvalidOperationException e)
        {
            // What JsonElement throws for text with half a surrogate pair or broken UTF-8.
            throw new BadFileException(path, $"it holds text that is not Unicode ({e.Message}).", e);
        }
    }

    private static Rune[] ReadVocabulary(string path, JsonElement vocabulary)
    {
        if (vocabulary.ValueKind != JsonValueKind.Object)
            throw new BadFileException(path, $"model.vocab must be an object from characters to ids, but is {Kind(vocabulary)}.");
        int count = vocabulary.EnumerateObject().Count();
        if (count == 0) throw new BadFileException(path, "model.vocab has no characters.");
        var characters = new Rune[count];
        bool[] taken = new bool[count];
        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            if (Rune.DecodeFromUtf16(entry.Name, out Rune character, out int length) != OperationStatus.Done || length != entry.Name.Length)
                throw new BadFileException(path, $"model.vocab has the key \"{Shorten(entry.Name)}\"; each key must be one character.");
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id) || id < 0 || id >= count)
            {
                throw new BadFileException(path, $"model.vocab gives {CharTokenizer.Describe(character.Value)} the id "
                    + $"{Shorten(entry.Value.GetRawText())}; the ids of {count} characters are 0 to {count - 1}.");
            }
            if (taken[id]) throw new BadFileException(path, $"model.vocab gives the id {id} twice.");
            taken[id] = true;
            characters[id] = character;
        }
        return characters;
    }

    private static void Expect(string path, JsonElement root, string field, string expected)
    {
        JsonElement value = Get(path, root, field);
        if (value.ValueKind != JsonValueKind.String || value.GetString() != expected)
        {
            throw new BadFileException(path, $"{field} must be \"{expected}\" for a character tokenizer, but is "
                + (value.ValueKind == JsonValueKind.String ? $"\"{Shorten(value.GetString()!)}\"" : Kind(value)) + ".");
        }
    }

    /// <summary>The value at a path such as "model.vocab".</summary>
    private static JsonElement Get(string path, JsonElement root, string field)
    {
        JsonElement value = root;
        foreach (string name in field.Split('.'))
            value = Find(value, name) ?? throw new BadFileException(path, $"the field {field} is missing.");
        return value;
    }

    private static JsonElement? Find(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) ? value : null;

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        _ => "true or false",
    };

    private static string Shorten(string text) => text.Length <= 20 ? text : text[..20] + "…";
}
