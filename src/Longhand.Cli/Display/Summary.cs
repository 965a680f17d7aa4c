using Longhand.Training;

namespace Longhand.Cli.Display;

/// <summary>What a person is told before and after a run: what is being done, what came of it, and how to go on.</summary>
internal static class Summary
{
    /// <summary>The answer to the first Ctrl-C.</summary>
    public const string Stopping = "Finishing this step, then saving… (Ctrl-C again stops at once.)";

    /// <summary>How the program was called, for commands to copy.</summary>
    public static string Program => Environment.GetEnvironmentVariable("LONGHAND_COMMAND") is { Length: > 0 } typed ? typed : "longhand";

    public static IEnumerable<string> Opening(StartedEvent start)
    {
        if (start.Step >= start.Steps)
        {
            yield return $"This run is already finished: {Show.Count(start.Steps)} steps are done.";
            if (start.Note is not null)
            {
                yield return start.Note;
            }
            yield break;
        }
        string what = start.Step > 0 ? $"Going on from step {Show.Count(start.Step)} to {Show.Count(start.Steps)}" : $"Training for {Show.Count(start.Steps)} steps";
        yield return $"{what}: {Show.Count(start.Parameters)} parameters, in {start.Run}";
        yield return $"Text: {Show.Count(start.TrainTokens)} characters to learn from, {Show.Count(start.ValidationTokens)} to check with";
        if (start.Note is not null)
        {
            yield return start.Note;
        }
    }

    /// <summary>What a long evaluation is doing.</summary>
    public static string Measuring(int characters) => $"measuring on {Show.Count(characters)} characters";

    /// <summary>The last lines. <paramref name="program"/> is how the program was called, for commands to copy.</summary>
    public static IEnumerable<string> Closing(RunProgress progress, string program)
    {
        if (progress.Done is not { } done)
        {
            yield break;
        }
        if (done.Reason == StopReason.StoppedEarly)
        {
            yield return "The validation loss no longer fell.";
        }
        if (progress.Start is not { } start || start.Step < start.Steps)
        {
            string speed = done.Step > 0 ? $" in {Show.Clock(done.Seconds)}, {Show.Count(done.TokensPerSecond)} tokens/s" : "";
            yield return $"{How(done)}: step {Show.Count(done.Step)}{speed}.";
        }
        if (double.IsFinite(done.ValidationLoss))
        {
            yield return $"{(done.KeepsBest ? "Best validation loss" : "Validation loss of the weights kept")} {Show.Loss(done.ValidationLoss)} (perplexity {Show.Short(Math.Exp(done.ValidationLoss))}), "
                + $"training loss {Show.Loss(done.TrainLoss)}.";
        }
        if (!done.HasLearned)
        {
            yield return "The model did not learn: its best weights are no better than untrained ones.";
            yield return "Try a lower --learning-rate.";
        }
        if (done.Findings is { } findings)
        {
            string more = $"{program} doctor {Quoted(done.Run)}";
            yield return findings.Count == 0
                ? $"Doctor   healthy; {more} shows it layer by layer"
                : $"Doctor   {findings[0].Name}{(findings.Count > 1 ? $", and {findings.Count - 1} more" : "")}: {more} says why, and what to try";
        }
        if (done.WeightsSha256.Length > 0)
        {
            yield return $"Weights  {Path.Combine(done.Run, "model.safetensors")}";
            yield return $"SHA-256  {done.WeightsSha256}";
        }
        yield return $"Report   {Path.Combine(done.Run, "report.html")}";
        yield return $"Go on    {(done.Reason == StopReason.Interrupted ? Resume(done.Run, program) : Sample(done.Run, program))}";
    }

    /// <summary>What is left of a run that a second Ctrl-C ended.</summary>
    public static IEnumerable<string> Abandoned(RunProgress progress, string program)
    {
        if (progress.Start is not { } start || progress.Done is not null)
        {
            yield break;
        }
        yield return progress.SavedStep is { } step
            ? $"Stopped at once. The checkpoint of step {Show.Count(step)} is kept."
            : "Stopped at once. There was no checkpoint yet: going on means from the start.";
        yield return $"Go on    {Resume(start.Run, program)}";
    }

    /// <summary>The command that goes on with a run.</summary>
    public static string Resume(string run, string program) => $"{program} train --resume --out {Quoted(run)}";

    /// <summary>The command that lets a run's model write.</summary>
    public static string Sample(string run, string program) => $"{program} sample {Quoted(run)}";

    /// <summary>A path that a shell reads as one word.</summary>
    internal static string Quoted(string path) =>
        path.Length > 0 && path.All(c => char.IsLetterOrDigit(c) || "/\\._-:+=@%,~".Contains(c)) ? path
        : OperatingSystem.IsWindows() ? $"\"{path}\""
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string How(DoneEvent done) => done.Reason switch
    {
        StopReason.Finished => "Done",
        StopReason.StoppedEarly => "Stopped early",
        _ => "Stopped and saved",
    };
}
