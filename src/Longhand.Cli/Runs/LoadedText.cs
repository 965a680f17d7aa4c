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
    /// <summary>The built-in corpus for null, a data set for its name, unless a file or folder has that name; else what is at the path.</summary>
    public static async Task<LoadedText> FromAsync(string? source, int minimumCharacters, DataSets sets)
    {
        if (NameOf(source) is { } name)
        {
            return Describe(await sets.TextAsync(name), name, path: "");
        }
        if (!Path.Exists(source))
        {
            throw new BadFileException(source!, $"there is no such file or folder.{DataSets.Hint(source!)}");
        }
        sets.TellIfAmbiguous(source);
        string text = TextSource.Load(source, minimumCharacters);
        string path = Path.GetFullPath(source);
        return Describe(text, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), path);
    }

    /// <summary>Whether null or this name means the built-in corpus.</summary>
    public static bool IsBuiltIn([NotNullWhen(false)] string? source) => NameOf(source) == BuiltInCorpus.Name;

    /// <summary>The text a run learned from, from where it was then or from <paramref name="source"/>; it must still be the same.</summary>
    /// <exception cref="UsageException">It is another text now.</exception>
    public static async Task<LoadedText> OfAsync(CorpusInfo corpus, string? source, DataSets sets)
    {
        // A run that learned from a data set remembers its name and no path.
        bool isNamed = source is null && corpus.Path.Length == 0;
        LoadedText found = isNamed
            ? Describe(await sets.TextAsync(corpus.Name), corpus.Name, path: "")
            : await FromAsync(source ?? corpus.Path, minimumCharacters: 1, sets);
        if (found.Info.Sha256 != corpus.Sha256)
        {
            throw new UsageException($"{(isNamed ? corpus.Name : source ?? corpus.Path)}: this is not the text that the run learned from ({corpus.Name}, "
                + FormattableString.Invariant($"{corpus.Characters:N0} characters); found {found.Text.Length:N0} characters."));
        }
        return found with { Info = corpus };
    }

    private static string? NameOf(string? source) => source is null ? BuiltInCorpus.Name : DataSets.NameOf(source);

    private static LoadedText Describe(string text, string name, string path) =>
        new(text, new CorpusInfo(name, path, Sha256.Of(Encoding.UTF8.GetBytes(text)), text.Length));
}
