using Longhand.Numerics;
using Longhand.Text.Corpus;

namespace Longhand.Text;

/// <summary>
/// About a megabyte of fables, plays and songs about the animals of one valley, written by the grammar in <c>Text/Corpus</c>:
/// something to train on before a person has found a text of their own. The words are ours, the bytes are the same on every
/// machine, and there is structure at several ranges to watch a model learn: words, agreement, quotes and brackets, speakers and
/// their habits, line lengths and rhymes, names and things that return within a piece. ASCII only, 65 different characters.
/// </summary>
public static class BuiltInCorpus
{
    private const int MinimumCharacters = 1_000_000;

    private static readonly Lazy<string> Told = new(Generate);

    /// <summary>The name that stands for this text where a data set is asked for.</summary>
    public const string Name = "fables";

    /// <summary>The text, made on first use and kept.</summary>
    public static string Text => Told.Value;

    /// <summary>Makes the text anew.</summary>
    public static string Generate() => new Storyteller(new Rng("fables")).Tell(MinimumCharacters);
}
