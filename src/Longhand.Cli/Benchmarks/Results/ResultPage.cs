using Longhand.Files;

namespace Longhand.Cli.Benchmarks.Results;

/// <summary>Where a run's results are kept: the page, and beside it the picture, if there is something to draw.</summary>
internal sealed class ResultPage
{
    private const string Picture = ".svg";

    private readonly string _file;

    /// <summary>Refuses a place that cannot be written to now, rather than after minutes of measuring.</summary>
    /// <exception cref="UsageException">The page would have the picture's name.</exception>
    /// <exception cref="WriteFailedException">The folder is missing or the file may not be replaced.</exception>
    public ResultPage(string file)
    {
        _file = file;
        if (Path.GetExtension(file).Equals(Picture, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"bench: --out names the Markdown page; the picture goes beside it. Expected a name such as {Path.ChangeExtension(Path.GetFileName(file), ".md")}, found \"{file}\".");
        }
        AtomicFile.CheckWritable(file);
        AtomicFile.CheckWritable(PictureFile);
    }

    private string PictureFile => Path.ChangeExtension(_file, Picture);

    /// <summary>Writes what there is.</summary>
    /// <param name="results">All of a run, in their order.</param>
    /// <param name="command">The command that made them.</param>
    /// <param name="isComplete">False when the run was stopped, which the page then says.</param>
    /// <returns>The files written.</returns>
    public IReadOnlyList<string> Write(IReadOnlyList<BenchResult> results, string command, bool isComplete)
    {
        ScalePoint[] points = [.. results.OfType<ScalePoint>()];
        string? picture = points.Length > 0 ? PictureFile : null;
        if (picture is not null)
        {
            AtomicFile.WriteAllText(picture, ScaleChart.Of(points));
        }
        AtomicFile.WriteAllText(_file, MarkdownReport.Of(results, command, DateTime.Now, Path.GetFileName(picture), isComplete));
        return picture is null ? [_file] : [_file, picture];
    }
}
