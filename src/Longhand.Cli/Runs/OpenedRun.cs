using Longhand.Cli.Display;
using Longhand.Files;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli.Runs;

/// <summary>Opens a run for a verb that uses it. Where its weights or its tokenizer cannot be read but could be written again, it says how.</summary>
internal static class OpenedRun
{
    /// <exception cref="BadFileException">The folder is no run, or a file in it is damaged.</exception>
    /// <exception cref="UsageException">A file is damaged, and resuming the run would write it again.</exception>
    public static Run Open(string folder) => Hinting(folder, () => Run.Open(folder));

    /// <summary>The same for a verb that reads or writes text.</summary>
    /// <exception cref="BadFileException">The folder is no run, or a file in it is damaged or missing.</exception>
    /// <exception cref="UsageException">A file is damaged or missing, and resuming the run would write it again.</exception>
    public static (Run Run, CharTokenizer Tokenizer) WithTokenizer(string folder) => Hinting(folder, () =>
    {
        Run run = Run.Open(folder);
        return (run, run.Tokenizer ?? throw new BadFileException(
            Path.Combine(folder, Run.TokenizerFile), "there is no such file; it says what the model's tokens stand for."));
    });

    private static T Hinting<T>(string folder, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (BadFileException problem) when (Run.CanRestore(folder, problem.FilePath))
        {
            string from = Path.GetFileName(problem.FilePath) == Run.TokenizerFile ? "the text" : "its checkpoint";
            throw new UsageException($"{problem.Message} Hint: {Summary.Resume(folder, Summary.Program)} writes it again from {from}.");
        }
    }
}
