using Longhand.Training;

namespace Longhand.Cli.Display;

/// <summary>What a person is told before and after a run: what is being done, what came of it, and how to go on.</summary>
internal static class Summary
{
    public static IEnumerable<string> Opening(StartedEvent start)
    {
        string what = start.Step > 0 ? $"Going on from step {Show.Count(start.Step)} to {Show.Count(start.Steps)}" : $"Training for {Show.Count(start.Steps)} steps";
        yield return $"{what}: {Show.Count(start.Parameters)} parameters, in {start.Run}";
        yield return $"Text: {Show.Count(start.TrainTokens)} tokens to learn from, {Show.Count(start.ValidationTokens)} to check with";
        if (start.Note is not null)
        {
            yield return start.Note;
        }
    }

    /// <summary>The last lines. <paramref name="program"/> is how the program was called, for commands to copy.</summary>
    public static IEnumerable<string> Closing(DoneEvent done, string program)
    {
        string run = Quoted(done.Run);
        yield return $"{How(done)}: step {Show.Count(done.Step)} in {Show.Clock(done.Seconds)}, {Show.Count(done.TokensPerSecond)} tokens/s.";
        if (double.IsFinite(done.ValidationLoss))
        {
            yield return $"Best validation loss {Show.Loss(done.ValidationLoss)} (perplexity {Show.Short(Math.Exp(done.ValidationLoss))}), "
                + $"training loss {Show.Loss(done.TrainLoss)}.";
        }
        yield return $"Weights  {Path.Combine(done.Run, "model.safetensors")}";
        yield return $"SHA-256  {done.WeightsSha256}";
        yield return $"Report   {Path.Combine(done.Run, "report.html")}";
        yield return done.Reason == StopReason.Interrupted
            ? $"Go on    {program} train --resume --out {run}"
            : $"Go on    {program} sample {run}";
    }

    /// <summary>A path that a shell reads as one word.</summary>
    internal static string Quoted(string path) =>
        path.Length > 0 && path.All(c => char.IsLetterOrDigit(c) || "/\\._-:+=@%,~".Contains(c)) ? path
        : OperatingSystem.IsWindows() ? $"\"{path}\""
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string How(DoneEvent done) => done.Reason switch
    {
        StopReason.Finished => "Done",
        StopReason.StoppedEarly => "Stopped early, as the validation loss no longer fell",
        _ => "Stopped and saved",
    };
}
