namespace Longhand.Text;

/// <summary>
/// Turns text into token ids and back. Ids run from 0 to <see cref="VocabularySize"/> − 1.
/// What every tokenizer promises: <c>Decode(Encode(text)) == text</c> for every text it accepts, and the same file for the
/// same vocabulary on every machine.
/// </summary>
public interface ITokenizer
{
    /// <summary>How many tokens there are.</summary>
    int VocabularySize { get; }

    /// <summary>The ids of a text, first to last.</summary>
    /// <exception cref="UnknownCharactersException">The text holds characters the vocabulary cannot express.</exception>
    int[] Encode(string text);

    /// <summary>The text of the ids. The pieces of consecutive calls can be joined as they come, so a text can be streamed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not below <see cref="VocabularySize"/>.</exception>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>Writes the vocabulary as a Hugging Face <c>tokenizer.json</c>, replacing what is there.</summary>
    /// <exception cref="Files.WriteFailedException">The operating system refused.</exception>
    void Save(string path);
}
