using System.CommandLine;
using System.CommandLine.Parsing;

namespace Longhand.Cli.Parsing;

/// <summary>The kinds of flags there are. A flag that was not given is null, so that a preset can supply its value.</summary>
internal static class Flag
{
    /// <summary>A whole number.</summary>
    public static Option<int?> Whole(string name, string description, int least, int greatest)
    {
        var range = new NumberRange(least, greatest);
        return new Option<int?>(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = given => Read(given, name, text => range.Whole(text)),
        };
    }

    /// <summary>A number with a point as its decimal mark.</summary>
    public static Option<double?> Number(string name, string description, NumberRange range) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = given => Read(given, name, range.Number),
    };

    /// <summary>Any text, <paramref name="placeholder"/> in the help.</summary>
    public static Option<string?> Text(string name, string placeholder, string description) => new(name)
    {
        Description = description,
        HelpName = placeholder,
    };

    /// <summary>The name of a file or folder, which is never empty: an unset variable in a script must not become "here".</summary>
    public static Option<string?> Path(string name, string placeholder, string description)
    {
        Option<string?> option = Text(name, placeholder, description);
        option.Validators.Add(given => RefuseEmpty(given, name));
        return option;
    }

    /// <summary>The same as an argument.</summary>
    public static Argument<T> Path<T>(string name, string description, ArgumentArity arity) where T : class?
    {
        var argument = new Argument<T>(name) { Description = description, Arity = arity };
        argument.Validators.Add(given => RefuseEmpty(given, name));
        return argument;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string?> Choice(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', words),
        CustomParser = given => OneOf(words, given, $"{name}: "),
    };

    /// <summary>The same as an argument that may be left out.</summary>
    public static Argument<string?> ChoiceOrNone(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = given => OneOf(words, given, ""),
    };

    /// <summary>A flag without a value.</summary>
    public static Option<bool> Switch(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.Zero,
    };

    private static string OneOf(string[] words, ArgumentResult given, string where)
    {
        string word = given.Tokens[0].Value;
        if (!words.Contains(word, StringComparer.Ordinal))
        {
            string hint = Nearest.Among(words, word) is { } near ? $" Did you mean {near}?" : "";
            given.AddError($"{where}expected {string.Join(", ", words[..^1])} or {words[^1]}, found \"{word}\".{hint}");
        }
        return word;
    }

    private static void RefuseEmpty(SymbolResult given, string name)
    {
        if (given.Tokens.Any(token => token.Value.Length == 0))
        {
            given.AddError($"{name}: expected the name of a file or folder, found an empty text.");
        }
    }

    private static T? Read<T>(ArgumentResult given, string name, Func<string, T?> read) where T : struct
    {
        try
        {
            return read(given.Tokens[0].Value);
        }
        catch (FormatException problem)
        {
            given.AddError($"{name}: {problem.Message}");
            return null;
        }
    }
}
