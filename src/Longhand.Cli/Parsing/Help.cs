using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Longhand.Cli.Parsing;

/// <summary>The library's help text, followed by the verb's examples.</summary>
internal sealed class Help : SynchronousCommandLineAction
{
    private readonly HelpAction _flags = new() { MaxWidth = 110 };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult given)
    {
        _flags.Invoke(given);
        TextWriter output = given.InvocationConfiguration.Output;
        IReadOnlyList<string> examples = given.CommandResult.Command is Verb verb ? verb.Examples : given.CommandResult.Command.Subcommands
            .OfType<Verb>().Where(v => v.Examples.Count > 0).Select(v => v.Examples[0]).ToArray();
        if (examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (string example in examples)
            {
                output.WriteLine($"  {example}");
            }
        }
        return ExitCode.Done;
    }
}
