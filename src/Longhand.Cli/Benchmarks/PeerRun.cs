using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;
using Longhand.Cli.Display;
using Longhand.Files;

namespace Longhand.Cli.Benchmarks;

/// <summary>A benchmark with peers from the command line: finds them, shows results as they come, and writes the page.</summary>
internal sealed class PeerRun(BenchPlan plan, int threads, string? python, string? kernels, string command)
{
    /// <summary>Names the Python interpreter, as --python does.</summary>
    public const string Variable = "LONGHAND_PYTHON";

    /// <summary>Runs it all. The exit code says whether everything that was begun could be measured.</summary>
    /// <param name="output">Where results go.</param>
    /// <param name="file">Where the page goes; null for none.</param>
    /// <param name="cancel">Stops at once; no process is left behind.</param>
    /// <exception cref="UsageException">The interpreter that was named does not exist.</exception>
    public async Task<int> RunAsync(Output output, string? file, CancellationToken cancel)
    {
        string? interpreter = python ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null);
        using var scripts = new PeerScripts();
        using var progress = new RemainingLine(output);
        var finder = new PeerFinder(interpreter, kernels, scripts, threads > 1 ? [1, threads] : [1]);
        if (interpreter is not null)
        {
            PeerFinder.Check(interpreter);
        }
        var results = new List<BenchResult>();
        var lines = new ResultLines(output.Data);
        var run = new SideBySide(plan, threads, finder.FindAsync, scripts.Folder, progress.Show);
        await foreach (BenchResult result in run.RunAsync(cancel))
        {
            progress.Clear();
            results.Add(result);
            Write(result, output, lines);
        }
        progress.Clear();
        if (file is not null)
        {
            WriteFiles(file, results);
            output.Messages.WriteLine($"Written to {file}.");
        }
        return results.Any(result => result is Remark { IsFailure: true }) ? ExitCode.Failed : ExitCode.Done;
    }

    // The page, and beside it the picture, if there is something to draw.
    private void WriteFiles(string file, IReadOnlyList<BenchResult> results)
    {
        ScalePoint[] points = [.. results.OfType<ScalePoint>()];
        string? chart = points.Length > 0 ? Path.ChangeExtension(file, ".svg") : null;
        if (chart is not null)
        {
            AtomicFile.WriteAllText(chart, ScaleChart.Of(points));
        }
        AtomicFile.WriteAllText(file, MarkdownReport.Of(results, command, DateTime.Now, Path.GetFileName(chart)));
    }

    internal static void Write(BenchResult result, Output output, ResultLines lines)
    {
        if (output.Mode == OutputMode.Json)
        {
            ResultJson.Write(output.Data, result);
        }
        else if (result is Remark remark)
        {
            output.Messages.WriteLine($"longhand: {remark.Text}");
        }
        else
        {
            lines.Write(result);
        }
    }
}
