using Longhand.Files;

namespace Longhand.Training;

/// <summary>The <see cref="TrainingRecord"/> that lies in a run folder: its settings and its metrics, which may come from anywhere and
/// may be damaged.</summary>
internal static class RunRecord
{
    // A hundred times the log of the longest runs that a processor finishes.
    private const long LargestLog = 1L << 28;

    /// <exception cref="BadFileException">The folder is no run, was not trained here, has no record, or a file in it is
    /// damaged.</exception>
    public static TrainingRecord Load(string folder)
    {
        Run.CheckFolder(folder);
        RunConfig config = RunConfig.Load(folder);
        string path = Path.Combine(folder, Run.MetricsFile);
        TrainingRecord record = config.Training is null
            ? throw new BadFileException(folder, "this model was not trained here, so there is no record to examine.")
            : Of(config, path, Lines(path));
        return record.Snapshots.Count + record.Steps.Count > 0 ? record
            : throw new BadFileException(path, "no training step is recorded in it. Hint: 'longhand train' records while it trains.");
    }

    /// <summary>The same, of lines that were read already.</summary>
    public static TrainingRecord Of(RunConfig config, string path, IReadOnlyList<string> lines)
    {
        (List<ReportStep> steps, List<ReportEval> evaluations, _) = Metrics.Read(path, lines);
        (List<Snapshot> snapshots, string? diverged) = Metrics.ReadInside(path, lines);
        return new TrainingRecord
        {
            Steps = steps,
            Evaluations = evaluations,
            Snapshots = snapshots,
            StepsAsked = config.Training!.Steps,
            Guessing = Math.Log(config.Model.Vocabulary),
            Clip = config.Training.Clip,
            Diverged = diverged,
        };
    }

    /// <summary>The lines of a log that may be growing, or may have been cut short in the middle of one.</summary>
    public static string[] Lines(string path)
    {
        try
        {
            // A training may be writing to it at this moment.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > LargestLog)
                throw new BadFileException(path, "size", $"at most {LargestLog >> 20} MiB", FormattableString.Invariant($"{file.Length >> 20} MiB"));
            string text = new StreamReader(file).ReadToEnd();
            // What stands after the last line feed is a line that is being written, or was when the training was killed.
            return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BadFileException.Unreadable(path, e);
        }
    }
}
