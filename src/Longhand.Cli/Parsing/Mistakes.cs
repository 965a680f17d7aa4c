using System.CommandLine;
using System.CommandLine.Parsing;

namespace Longhand.Cli.Parsing;

/// <summary>Says what is wrong with a command line: the first mistake only, as one sentence, with a guess at what was meant.</summary>
internal static class Mistakes
{
    public static string? First(ParseResult given)
    {
        Command command = given.CommandResult.Command;
        if (command is RootCommand)
        {
            return Unknown(given) is { } typed ? UnknownVerb(command, typed) : "a command is missing.";
        }
        if (Unknown(given) is { } stray)
        {
            return stray.StartsWith('-') ? UnknownFlag(command, stray)
                : command.Subcommands.Count > 0 ? UnknownWord(command, command.Name, stray)
                : $"unexpected \"{stray}\".";
        }
        // What stands before a command's name belongs to the command above it, which does not run.
        if (given.CommandResult.Parent is CommandResult { Command: not RootCommand } above
            && above.Children.OfType<OptionResult>().FirstOrDefault(o => !o.Implicit) is { } early)
        {
            return $"{early.Option.Name} belongs after the name: {above.Command.Name} {command.Name} {early.Option.Name}.";
        }
        if (given.Errors.Count == 0)
        {
            return null;
        }
        ParseError error = given.Errors[0];
        return error.SymbolResult switch
        {
            OptionResult { Tokens.Count: 0 } flag => $"{flag.Option.Name} needs a value.",
            OptionResult { Tokens.Count: > 1 } flag => $"{flag.Option.Name} was given more than once.",
            CommandResult when command.Arguments.FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0) is { } missing =>
                $"{missing.HelpName ?? missing.Name} is missing.",
            ArgumentResult { Tokens.Count: 0 } missing => $"{missing.Argument.HelpName ?? missing.Argument.Name} is missing.",
            _ => error.Message,
        };
    }

    // The library takes an unknown flag for the value of an argument if one is free, so those values are looked at as well.
    private static string? Unknown(ParseResult given)
    {
        if (given.Tokens.Any(t => t.Type == TokenType.DoubleDash))
        {
            return given.UnmatchedTokens.Count > 0 ? given.UnmatchedTokens[0] : null;
        }
        IEnumerable<string> values = given.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);
        return values.FirstOrDefault(v => v.Length > 1 && v[0] == '-')
            ?? given.UnmatchedTokens.FirstOrDefault(t => t.StartsWith('-'))
            ?? (given.UnmatchedTokens.Count > 0 ? given.UnmatchedTokens[0] : null);
    }

    private static string UnknownVerb(Command root, string typed)
    {
        if (typed.StartsWith('-'))
        {
            return UnknownFlag(root, typed);
        }
        return UnknownWord(root, "command", typed);
    }

    private static string UnknownWord(Command command, string kind, string typed)
    {
        string[] words = [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        string hint = Nearest.Among(words, typed) is { } near ? $"Did you mean {near}?"
            : $"{char.ToUpperInvariant(kind[0])}{kind[1..]}s: {string.Join(", ", words)}.";
        return $"unknown {kind} \"{typed}\". {hint}";
    }

    /// <summary>The words after the program's name that lead to a command: "lab", "xor".</summary>
    public static IEnumerable<string> Path(this CommandResult result)
    {
        var words = new Stack<string>();
        for (SymbolResult? at = result; at is CommandResult { Command: not RootCommand } named; at = at.Parent)
        {
            words.Push(named.Command.Name);
        }
        return words;
    }

    private static string UnknownFlag(Command command, string typed)
    {
        string name = typed.Split('=')[0];
        string? near = Nearest.Among(command.Options.Select(o => o.Name), name);
        return near is null ? $"unknown flag {name}." : $"unknown flag {name}. Did you mean {near}?";
    }
}
