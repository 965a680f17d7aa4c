using Longhand.Cli.Verbs;

namespace Longhand.Cli.Tests;

public sealed class UsageTests
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { "benhc", "unknown command \"benhc\". Did you mean bench?" },
        { "xyzzy", "unknown command \"xyzzy\". Commands: " },
        { "--versoin", "unknown flag --versoin. Did you mean --version?" },
        { "bench --thraeds 1", "unknown flag --thraeds. Did you mean --threads?" },
        { "bench --quux", "unknown flag --quux." },
        { "bench gemm --quux", "unknown flag --quux." },
        { "bench gemm more", "unexpected \"more\"." },
        { "bench --threads", "--threads needs a value." },
        { "bench --threads 1 --threads 2", "--threads was given more than once." },
        { "bench --threads 1,5", "--threads: expected a whole number from 1 to 256, found \"1,5\"." },
        { "bench --threads 1.5", "--threads: expected a whole number from 1 to 256, found \"1.5\"." },
        { "bench --threads 0", "--threads: expected a whole number from 1 to 256, found \"0\"." },
        { "bench --threads -1", "--threads: expected a whole number from 1 to 256, found \"-1\"." },
        { "bench --threads 99999999999", "--threads: expected a whole number from 1 to 256, found \"99999999999\"." },
        { "help benhc", "unknown command \"benhc\". Did you mean bench?" },
        { "sample x --weights 4bit", "--weights: expected float or 8bit, found \"4bit\"." },
        { "eval x --weights", "--weights needs a value." },
        { "bench everything", "found \"everything\"." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_gets_one_line_and_exit_code_2(string args, string says)
    {
        Cli.Result result = Cli.Run(args.Split(' '));
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains(says, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.StartsWith("longhand", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    [Fact]
    public void Without_arguments_it_shows_what_there_is()
    {
        Cli.Result result = Cli.Run();
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Contains("longhand [command]", result.Out, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Every_verb_has_help_with_examples_that_it_accepts()
    {
        Assert.NotEmpty(CommandLine.Root().Subcommands);
        foreach (Verb verb in CommandLine.Root().Subcommands.Cast<Verb>())
        {
            Assert.NotEmpty(verb.Examples);
            Assert.All(verb.Examples, example =>
            {
                string[] words = Words(example);
                Assert.Equal("longhand", words[0]);
                Assert.Equal(verb.Name, words[1]);
                Assert.Null(Parsing.Mistakes.First(CommandLine.Root().Parse(words[1..])));
            });
            Cli.Result result = Cli.Run(verb.Name, "--help");
            Assert.Equal(ExitCode.Done, result.Code);
            Assert.Contains($"Examples:\n  {verb.Examples[0]}\n", result.Out, StringComparison.Ordinal);
            Assert.All(verb.Options, option => Assert.Contains(option.Name, result.Out, StringComparison.Ordinal));
            Assert.Empty(result.Error);
        }
    }

    [Fact]
    public void Help_is_a_word_too_and_fits_a_narrow_terminal()
    {
        Assert.Equal(Cli.Run("--help").Out, Cli.Run("help").Out);
        Cli.Result help = Cli.Run("help", "bench");
        Assert.Equal(Cli.Run("bench", "--help").Out, help.Out);
        Assert.Contains("Exit codes: 0 done", Cli.Run().Out, StringComparison.Ordinal);
        Assert.All(Cli.Run("train", "--help").OutLines.TakeWhile(line => line != "Examples:"), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("  name    what it is, and why", 24, "  name    what it is,|          and why")]
    [InlineData("  a    " + "0123456789abcdefghij more", 20, "  a    0123456789abcdefghij|       more")]
    [InlineData("short", 80, "short")]
    public void Texts_wrap_between_words_under_their_second_column(string text, int width, string lines) =>
        Assert.Equal(lines, string.Join('|', Display.Show.Wrap(text, width)));

    [Fact]
    public void An_empty_path_is_a_mistake()
    {
        foreach (string[] args in new string[][] { ["train", "--out", ""], ["train", ""], ["sample", ""], ["eval", "x", ""], ["info", ""] })
        {
            Cli.Result result = Cli.Run(args);
            Assert.Equal(ExitCode.BadInput, result.Code);
            Assert.Contains("expected the name of a file or folder", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_full_disk_under_standard_output_is_told_in_one_line()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }
        foreach (string args in new[] { "train --help", "help", "--version" })
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
                "/bin/sh", ["-c", $"dotnet \"$0\" {args} >/dev/full", Path.Combine(AppContext.BaseDirectory, "Longhand.Cli.dll")])
            { RedirectStandardError = true })!;
            Assert.Equal("longhand: cannot write to standard output: no space left on device.\n", process.StandardError.ReadToEnd());
            process.WaitForExit();
            Assert.Equal(ExitCode.Failed, process.ExitCode);
        }
    }

    [Fact]
    public void The_version_is_one_line()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", Cli.Run("--version").Out);
    }

    // Words as a shell would split them, up to a redirection: double quotes hold together.
    private static string[] Words(string line) =>
        [.. line.Split(" > ")[0].Split('"').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
