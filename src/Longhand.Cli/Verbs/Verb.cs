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

    /// <summary>Complete command lines for the help text, which begin with "longhand" however the program is started here.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Lines for the help text between the flags and the examples.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    protected Option<bool> Json { get; } = Flag.Switch("--json", "Print one JSON object per line, and nothing else, on standard output.");

    /// <summary>A flag of every verb, also of those whose output is plain anyway: a script need not know which they are.</summary>
    protected Option<bool> Plain { get; } = Flag.Switch("--plain", "Print lines of text instead of a display that redraws itself.");

    /// <summary>Does the work and gives the exit code; throws for what <see cref="Fail"/> knows how to tell.</summary>
    protected abstract Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt);

    private async Task<int> RunAsync(ParseResult given)
    {
        using var interrupt = new Interrupt();
        var output = new Output(Output.ModeFor(given.GetValue(Json), given.GetValue(Plain)), interrupt.ReaderGone);
        return output.Conclude(await GuardedAsync(given, output, interrupt));
    }

    private async Task<int> GuardedAsync(ParseResult given, Output output, Interrupt interrupt)
    {
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
