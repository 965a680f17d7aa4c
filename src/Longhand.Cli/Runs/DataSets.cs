using Longhand.Cli.Display;
using Longhand.Cli.Parsing;
using Longhand.Data;
using Longhand.Text;

namespace Longhand.Cli.Runs;

/// <summary>
/// The texts that have a name where a path could stand. A file or folder of that name is taken before the data set, which is said,
/// since either may have been meant.
/// </summary>
internal sealed class DataSets(Output output, Interrupt interrupt)
{
    /// <summary>What can be named, for help texts.</summary>
    public static IReadOnlyList<(string Name, string About)> All { get; } =
    [
        (BuiltInCorpus.Name, "the built-in corpus: fables, plays and songs about the animals of a valley"),
        (TinyShakespeare.Name, "1.1 MB of Shakespeare's plays, downloaded once"),
    ];

    /// <summary>The data set that a text on the command line means; null for a path.</summary>
    public static string? NameOf(string source) => All.Any(set => set.Name == source) && !Path.Exists(source) ? source : null;

    /// <summary>Says so when a path could have been meant as a data set.</summary>
    public void TellIfAmbiguous(string source)
    {
        if (All.Any(set => set.Name == source) && Path.Exists(source))
        {
            output.Messages.WriteLine($"{source} is a {(Directory.Exists(source) ? "folder" : "file")} here, and is used; the data set of that name is not.");
        }
    }

    /// <summary>What follows "there is no such file": the data sets' names, or the one that was probably meant.</summary>
    public static string Hint(string source) =>
        source == Mnist.Name ? $" {Mnist.Name} is a set of pictures, and this needs a text. Hint: longhand lab digits --data {Mnist.Name}."
        : source.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar) ? ""
        : Nearest.Among(All.Select(set => set.Name), source) is { } near ? $" Did you mean {near}?"
        : $" Data sets with a name: {string.Join(", ", All.Select(set => set.Name))}.";

    /// <summary>The text of a data set, downloaded while a person watches if it must be.</summary>
    public async Task<string> TextAsync(string name)
    {
        if (name != TinyShakespeare.Name)
        {
            return BuiltInCorpus.Text;
        }
        using Downloader downloader = NewDownloader();
        using var view = new DownloadView(output, TimeProvider.System);
        try
        {
            return await TinyShakespeare.LoadAsync(downloader, view.Show, interrupt.Token);
        }
        catch (OperationCanceledException)
        {
            view.Stopped();
            throw;
        }
    }

    private static Downloader NewDownloader()
    {
        try
        {
            return new Downloader();
        }
        catch (ArgumentException problem)
        {
            throw new UsageException(problem.Message);
        }
    }
}
