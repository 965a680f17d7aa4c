using Longhand.Data;
using Longhand.Files;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli;

/// <summary>Turns whatever went wrong into one line and an exit code. No stack traces, unless LONGHAND_TRACE asks for them.</summary>
internal static class Fail
{
    /// <summary>Writes "longhand: …" to <paramref name="messages"/> and returns the exit code.</summary>
    public static int Report(Exception problem, TextWriter messages)
    {
        (string sentence, int code) = Describe(problem);
        messages.WriteLine($"longhand: {OneLine(sentence)}");
        if (Environment.GetEnvironmentVariable("LONGHAND_TRACE") == "1")
        {
            messages.WriteLine(problem);
        }
        return code;
    }

    internal static (string Sentence, int Code) Describe(Exception problem) => problem switch
    {
        UsageException or BadFileException or WriteFailedException or UnknownCharactersException =>
            (problem.Message, ExitCode.BadInput),
        TrainingDivergedException or NotFiniteNumberException or DownloadFailedException => (problem.Message, ExitCode.Failed),
        OperationCanceledException => ("stopped.", ExitCode.Stopped),
        OutOfMemoryException => ("there is not enough memory. Hint: a smaller --batch, --context or --width needs less.", ExitCode.Failed),
        AggregateException { InnerException: { } inner } => Describe(inner),
        _ => ($"{problem.GetType().Name}: {problem.Message} (LONGHAND_TRACE=1 shows where.)", ExitCode.Failed),
    };

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
