using System.Buffers;
using System.Globalization;
using System.Text;
using Longhand.Files;

namespace Longhand.Text;

/// <summary>
/// One token per character. A character is a Unicode code point (a scalar value), not a UTF-16 unit: 🦊 is one token, and
/// é is one or two as the text spells it, for nothing is normalised. <see cref="FromText"/> numbers the characters of a text
/// in the order of their code points, so the ids do not depend on where in the text a character stands.
/// <para>Left out: a token for unknown characters. A text with characters outside the vocabulary is an error that lists them.</para>
/// </summary>
public sealed class CharTokenizer : ITokenizer
{
    private const int Absent = -1;

    private readonly Rune[] _characters;                 // by id
    private readonly int[] _ids;                         // by code point, up to the largest in the vocabulary

    /// <summary>A tokenizer whose id i stands for the i-th character.</summary>
    /// <exception cref="ArgumentException">There are no characters, or one occurs twice.</exception>
    public CharTokenizer(IEnumerable<Rune> characters)
    {
        _characters = characters.ToArray();
        if (_characters.Length == 0) throw new ArgumentException("A character tokenizer needs at least one character; there are none.");
        _ids = new int[_characters.Max(c => c.Value) + 1];
        Array.Fill(_ids, Absent);
        for (int id = 0; id < _characters.Length; id++)
        {
            ref int slot = ref _ids[_characters[id].Value];
            if (slot != Absent)
                throw new ArgumentException($"Each character has one id, but {Describe(_characters[id].Value)} has the ids {slot} and {id}.");
            slot = id;
        }
    }

    /// <summary>The vocabulary: all characters of a text, ids in the order of their code points.</summary>
    /// <exception cref="ArgumentException">The text is empty or holds half a surrogate pair.</exception>
    public static CharTokenizer FromText(string text)
    {
        if (text.Length == 0) throw new ArgumentException("Cannot make a vocabulary from an empty text: it has no characters.");
        bool[] seen = new bool[0x11_0000];
        for (int i = 0; i < text.Length;)
        {
            int character = Next(text, i, out int length, out bool valid);
            if (!valid)
            {
                throw new ArgumentException($"Cannot make a vocabulary: position {i} of the text holds {Describe(character)}, "
                    + "half of a surrogate pair.");
            }
            seen[character] = true;
            i += length;
        }
        return new CharTokenizer(Enumerable.Range(0, seen.Length).Where(c => seen[c]).Select(c => new Rune(c)));
    }

    /// <summary>Reads the <c>tokenizer.json</c> that <see cref="Save"/> wrote.</summary>
    /// <exception cref="BadFileException">The file cannot be read, is broken, or describes another kind of tokenizer.</exception>
    public static CharTokenizer Load(string path) => CharTokenizerJson.Read(path);

    public int VocabularySize => _characters.Length;

    /// <summary>The character of each id.</summary>
    public ReadOnlySpan<Rune> Characters => _characters;

    public int[] Encode(string text)
    {
        int[] ids = new int[text.Length];                // at most one token per UTF-16 unit
        int count = 0;
        for (int i = 0; i < text.Length;)
        {
            int character = Next(text, i, out int length, out bool valid);
            int id = valid && character < _ids.Length ? _ids[character] : Absent;
            if (id == Absent) throw Unknown(text);
            ids[count++] = id;
            i += length;
        }
        Array.Resize(ref ids, count);
        return ids;
    }

    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder(ids.Length);
        Span<char> units = stackalloc char[2];
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)_characters.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(ids),
                    $"Decode: id {id} is not in the vocabulary, whose ids run from 0 to {_characters.Length - 1}.");
            }
            text.Append(units[.._characters[id].EncodeToUtf16(units)]);
        }
        return text.ToString();
    }

    public void Save(string path) => AtomicFile.WriteAllBytes(path, CharTokenizerJson.Write(_characters));

    /// <summary>A character for messages: 'é', but U+00A0 for what cannot be seen or is half a surrogate pair.</summary>
    internal static string Describe(int character)
    {
        bool visible = Rune.TryCreate(character, out Rune rune) && !Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune)
            && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark);
        return visible ? $"'{rune}'" : $"U+{character:X4}";
    }

    /// <summary>The code point at a position; for half a surrogate pair its own number, and valid is false.</summary>
    private static int Next(string text, int position, out int length, out bool valid)
    {
        char unit = text[position];
        length = 1;
        valid = true;
        if (!char.IsSurrogate(unit)) return unit;
        valid = Rune.DecodeFromUtf16(text.AsSpan(position), out Rune rune, out length) == OperationStatus.Done;
        return valid ? rune.Value : unit;
    }

    private UnknownCharactersException Unknown(string text)
    {
        var unknown = new HashSet<int>();
        for (int i = 0; i < text.Length;)
        {
            int character = Next(text, i, out int length, out bool valid);
            if (!valid || character >= _ids.Length || _ids[character] == Absent) unknown.Add(character);
            i += length;
        }
        return new UnknownCharactersException([.. unknown.Order()], _characters.Length);
    }
}
