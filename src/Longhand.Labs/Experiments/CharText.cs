using Longhand.Data;
using Longhand.Models;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A text as the labs of language models read it: one token per character, nine tenths to learn from and the last to judge by.
/// </summary>
internal sealed class CharText
{
    /// <summary>Which text; the same words that <c>longhand train</c> takes.</summary>
    public static ChoiceKnob Knob { get; } = new(
        "text", $"The built-in fables, or tiny Shakespeare, which `longhand train {TinyShakespeare.Name}` downloads once.",
        BuiltInCorpus.Name, TinyShakespeare.Name);

    /// <summary>How many stretches of a text <see cref="CarriedLoss"/> reads side by side, each from an empty memory.</summary>
    public const int Stretches = 16;

    private CharText(string name, string text)
    {
        (Name, Text) = (name, text);
        Tokenizer = CharTokenizer.FromText(text);
        Data = TokenData.Encode(Tokenizer, text);
    }

    /// <summary>The text of a setting of <see cref="Knob"/>.</summary>
    /// <exception cref="Files.BadFileException">It was not downloaded yet; the message says how to.</exception>
    public static CharText Load(string setting) => setting == TinyShakespeare.Name
        ? new CharText("tiny Shakespeare", TinyShakespeare.LoadKept())
        : new CharText("the built-in fables", BuiltInCorpus.Text);

    /// <summary>As it stands in a sentence.</summary>
    public string Name { get; }

    public string Text { get; }

    public CharTokenizer Tokenizer { get; }

    public TokenData Data { get; }

    public int Vocabulary => Tokenizer.VocabularySize;

    /// <summary>The text of the last tenth.</summary>
    public string ValidationText => Tokenizer.Decode(Data.Validation.Span);

    /// <summary>A character where it must be seen: ␣ for a space, ↵ for a line end.</summary>
    public string Shown(int id) => Tokenizer.Decode([id]) switch { " " => "␣", "\n" => "↵", string other => other };

    /// <summary>The loss over the first part of the last tenth, or over all of it.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public double ValidationLoss(LanguageModel model, int? characters = null, CancellationToken stop = default) =>
        Evaluation.Loss(model, FirstOfValidation(characters), stop);

    /// <summary>The same for a model whose memory is carried on from window to window.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public double CarriedLoss(RecurrentModel model, int? characters = null, CancellationToken stop = default) =>
        Evaluation.CarriedLoss(model, FirstOfValidation(characters), Stretches, stop);

    /// <summary>Where the first difference of two texts is; null where there is none.</summary>
    public static int? FirstDifference(string a, string b)
    {
        int same = a.AsSpan().CommonPrefixLength(b);
        return same == a.Length && same == b.Length ? null : same;
    }

    private ReadOnlyMemory<int> FirstOfValidation(int? characters) =>
        Data.Validation[..Math.Min(characters ?? int.MaxValue, Data.Validation.Length)];
}
