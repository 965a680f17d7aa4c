using System.Diagnostics.CodeAnalysis;
using System.Text;
using Longhand.Data;
using Longhand.Files;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli.Runs;

/// <summary>A text to learn from or to measure with, and what a run remembers of it.</summary>
internal sealed record LoadedText(string Text, CorpusInfo Info)
{
    /// <summary>The built-in corpus for null or its name, unless a file or folder has that name; else what is at the path.</summary>
    public static LoadedText From(string? source, int minimumCharacters)
    {
        if (IsBuiltIn(source))
        {
            return Describe(BuiltInCorpus.Text, BuiltInCorpus.Name, path: "");
        }
        string text = TextSource.Load(source, minimumCharacters);
        string path = Path.GetFullPath(source);
        return Describe(text, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), path);
    }

    /// <summary>Whether null or this name means the built-in corpus.</summary>
    public static bool IsBuiltIn([NotNullWhen(false)] string? source) => source is null || (source == BuiltInCorpus.Name && !Path.Exists(source));

    /// <summary>The text a run learned from, from where it was then or from <paramref name="source"/>; it must still be the same.</summary>
    /// <exception cref="UsageException">It is another text now.</exception>
    public static LoadedText Of(CorpusInfo corpus, string? source = null)
    {
        string? place = source ?? (corpus.Path.Length > 0 ? corpus.Path : null);
        LoadedText found = From(place, minimumCharacters: 1);
        if (found.Info.Sha256 != corpus.Sha256)
        {
            throw new UsageException($"{place ?? corpus.Name}: this is not the text that the run learned from ({corpus.Name}, "
                + FormattableString.Invariant($"{corpus.Characters:N0} characters); found {found.Text.Length:N0} characters."));
        }
        return found with { Info = corpus };
    }

    private static LoadedText Describe(string text, string name, string path) =>
        new(text, new CorpusInfo(name, path, Sha256.Of(Encoding.UTF8.GetBytes(text)), text.Length));
}
