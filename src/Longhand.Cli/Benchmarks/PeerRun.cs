using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;
using Longhand.Cli.Display;

namespace Longhand.Cli.Benchmarks;

/// <summary>A benchmark from the command line that can make a page: finds peers, if the plan has some, shows results as they come, and writes them.</summary>
internal sealed class PeerRun(BenchPlan plan, int threads, string? python, string? kernels, string command)
{
    /// <summary>Runs it all. The exit code says whether everything that was begun could be measured.</summary>
    /// <param name="output">Where results go.</param>
    /// <param name="file">Where the page goes; null for none. A run that is stopped writes what it has.</param>
    /// <param name="cancel">Stops at once; no process is left behind.</param>
    /// <exception cref="UsageException">The interpreter that was named cannot be used, or the page's name.</exception>
    /// <exception cref="Files.WriteFailedException">The page cannot be written there.</exception>
    public async Task<int> RunAsync(Output output, string? file, CancellationToken cancel)
    {
        ResultPage? page = file is null ? null : new ResultPage(file);
        string? interpreter = plan.HasPeers ? await Interpreter.NamedAsync(python, cancel) : null;
        using var scripts = new PeerScripts();
        using var progress = new RemainingLine(output);
        var finder = new PeerFinder(interpreter, kernels, scripts, threads > 1 ? [1, threads] : [1]);
        var results = new List<BenchResult>();
        var lines = new ResultLines(output.Data);
        var run = new SideBySide(plan, threads, finder.FindAsync, scripts.Folder, progress.Show);
        bool isComplete = false;
        try
        {
            await foreach (BenchResult result in run.RunAsync(cancel))
            {
                progress.Clear();
                results.Add(result);
                Write(result, output, lines);
            }
            isComplete = true;
        }
        finally
        {
            progress.Clear();
            if (page is not null && results.Count > 0)
            {
                string written = string.Join(" and ", page.Write(results, command, isComplete));
                output.Messages.WriteLine($"Written to {written}{(isComplete ? "" : ", as far as it was measured")}.");
            }
        }
        return results.Any(result => result is Remark { IsFailure: true }) ? ExitCode.Failed : ExitCode.Done;
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
