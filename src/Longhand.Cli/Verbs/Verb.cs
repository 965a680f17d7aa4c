using System.CommandLine;
using Longhand.Cli.Parsing;

namespace Longhand.Cli.Verbs;

/// <summary>
/// A word after "longhand" and what it does. A verb declares its flags, its examples and one method; reading the command line,
/// the kind of output, Ctrl-C and errors are the same for all.
/// </summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, params string[] examples) : base(name, description)
    {
        Examples = examples;
        SetAction(RunAsync);
    }

    /// <summary>Complete command lines for the help text.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Lines for the help text between the flags and the examples.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    protected Option<bool> Json { get; } = Flag.Switch("--json", "Print one JSON object per line, and nothing else, on standard output.");

    /// <summary>Does the work and gives the exit code; throws for what <see cref="Fail"/> knows how to tell.</summary>
    protected abstract Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt);

    /// <summary>Whether a display that redraws itself is unwanted.</summary>
    protected virtual bool WantsPlain(ParseResult given) => false;

    private async Task<int> RunAsync(ParseResult given)
    {
        using var interrupt = new Interrupt();
        var output = new Output(Output.ModeFor(given.GetValue(Json), WantsPlain(given)), interrupt.ReaderGone);
        try
        {
            return await RunAsync(given, output, interrupt);
        }
        catch (Exception problem) when (interrupt.Token.IsCancellationRequested && problem is OperationCanceledException)
        {
            return ExitCode.Stopped;
        }
        catch (Exception problem)
        {
            return Fail.Report(problem, output.Messages);
        }
    }
}
