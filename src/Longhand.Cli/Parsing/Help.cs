using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Longhand.Cli.Verbs;

namespace Longhand.Cli.Parsing;

/// <summary>The library's help text, followed by the verb's notes and examples.</summary>
internal sealed class Help : SynchronousCommandLineAction
{
    private readonly HelpAction _flags = new() { MaxWidth = 110 };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult given)
    {
        _flags.Invoke(given);
        TextWriter output = given.InvocationConfiguration.Output;
        Command command = given.CommandResult.Command;
        if (command is Verb { Notes.Count: > 0 } noted)
        {
            Write(output, noted.Notes);
        }
        IEnumerable<string> examples = command is Verb verb ? verb.Examples : command.Subcommands.OfType<Verb>().Select(v => v.Examples[0]);
        Write(output, ["Examples:", .. examples.Select(e => $"  {e}")]);
        return ExitCode.Done;
    }

    private static void Write(TextWriter output, IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }
        output.WriteLine();
    }
}
