namespace Longhand.Text;

/// <summary>A text holds characters that a tokenizer has never seen. The message lists up to ten of them.</summary>
public sealed class UnknownCharactersException : ArgumentException
{
    private const int Listed = 10;

    /// <param name="characters">The distinct unknown code points, in ascending order; at least one.</param>
    /// <param name="vocabularySize">How many characters the tokenizer knows.</param>
    public UnknownCharactersException(IReadOnlyList<int> characters, int vocabularySize) : base(Sentence(characters, vocabularySize)) =>
        Characters = characters;

    /// <summary>All distinct unknown code points, in ascending order.</summary>
    public IReadOnlyList<int> Characters { get; }

    private static string Sentence(IReadOnlyList<int> characters, int vocabularySize)
    {
        string list = string.Join(' ', characters.Take(Listed).Select(CharTokenizer.Describe));
        string count = characters.Count == 1 ? "1 character" : $"{characters.Count} different characters";
        string more = characters.Count > Listed ? $" and {characters.Count - Listed} more" : "";
        return $"The text has {count} that the tokenizer, which knows {vocabularySize}, has never seen: {list}{more}. "
            + "Hint: use only characters that occur in the text it was trained on.";
    }
}
