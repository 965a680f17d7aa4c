using System.CommandLine;
using System.CommandLine.Help;
using Longhand.Cli.Parsing;
using Longhand.Cli.Verbs;

namespace Longhand.Cli;

/// <summary>Reads the command line, tells what is wrong with it in one line, and runs the verb it names.</summary>
internal static class CommandLine
{
    /// <summary>Runs the program and gives its exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = Root();
        args = WithHelp(args, root);
        // A file of further arguments (@file) and bundled letters (-xyz) would only surprise: a prompt may begin with @.
        ParseResult given = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        var output = new Output(OutputMode.Plain, readerGone: () => { });
        var configuration = new InvocationConfiguration
        {
            Output = output.Data,
            Error = output.Messages,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        bool wantsHelp = given.Action is { ClearsParseErrors: true };
        if (!wantsHelp && Mistakes.First(given) is { } mistake)
        {
            string verb = string.Concat(given.CommandResult.Path().Select(name => $" {name}"));
            output.Messages.WriteLine($"longhand{verb}: {mistake} See: longhand{verb} --help");
            return ExitCode.BadInput;
        }
        return output.Conclude(await given.InvokeAsync(configuration));
    }

    // "help VERB" is "VERB --help"; of a word that is no verb, the ordinary message says what it may have been.
    private static string[] WithHelp(string[] args, RootCommand root) => args switch
    {
        [] or ["help"] => ["--help"],
        ["help", var verb, .. var rest] => root.Subcommands.Any(c => c.Name == verb) ? [verb, .. rest, "--help"] : [verb],
        _ => args,
    };

    internal static RootCommand Root()
    {
        var root = new RootCommand("Deep learning, written out in full: train a small language model on your own machine, let it write, and run the classic experiments.")
        {
            HelpName = "longhand",
        };
        root.Add(new TrainVerb());
        root.Add(new SampleVerb());
        root.Add(new EvalVerb());
        root.Add(new InfoVerb());
        root.Add(new DoctorVerb());
        root.Add(new BenchVerb());
        root.Add(new LabVerb());
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Description = "Show what a command does, its flags and examples.";
            help.Action = new Help();
        }
        return root;
    }
}
