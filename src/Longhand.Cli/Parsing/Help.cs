using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Longhand.Cli.Display;
using Longhand.Cli.Verbs;

namespace Longhand.Cli.Parsing;

/// <summary>The library's help text, followed by the verb's notes and examples, in lines no longer than the terminal's.</summary>
internal sealed class Help : SynchronousCommandLineAction
{
    /// <summary>Longer lines are hard to read, however wide the terminal.</summary>
    private const int Widest = 110, Unknown = 80;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult given)
    {
        int width = Console.IsOutputRedirected || Console.WindowWidth <= 0 ? Unknown : Math.Min(Widest, Console.WindowWidth);
        // The library fills lines up to the last column, and some terminals then add an empty line.
        new HelpAction { MaxWidth = width - 1 }.Invoke(given);
        TextWriter output = given.InvocationConfiguration.Output;
        Command command = given.CommandResult.Command;
        if (command is Verb { Notes.Count: > 0 } noted)
        {
            Write(output, noted.Notes.SelectMany(note => Show.Wrap(note, width)));
        }
        IEnumerable<string> examples = command is Verb verb ? verb.Examples : command.Subcommands.OfType<Verb>().Select(v => v.Examples[0]);
        Write(output, ["Examples:", .. examples.Select(e => $"  {Summary.Program}{e["longhand".Length..]}")]);
        if (command is RootCommand)
        {
            Write(output, Show.Wrap(ExitCode.About, width));
        }
        return ExitCode.Done;
    }

    private static void Write(TextWriter output, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }
        output.WriteLine();
    }
}
