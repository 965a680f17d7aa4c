using System.Diagnostics;
using System.Text.Json;
using Longhand.Labs;

namespace Longhand.Cli.Tests;

public sealed class LabVerbTests : IDisposable
{
    private const string Name = "softmax-stability";

    private readonly string _home = Directory.CreateTempSubdirectory("longhand lab ").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Without_a_name_it_lists_the_labs()
    {
        Cli.Result list = Cli.Run("lab");
        Assert.Equal(ExitCode.Done, list.Code);
        Assert.All(LabCatalogue.All, lab => Assert.Contains(list.OutLines, line => line.StartsWith($"  {lab.Name} ", StringComparison.Ordinal)));
        Assert.Contains($"longhand lab {LabCatalogue.All[0].Name}", list.Out, StringComparison.Ordinal);
        Assert.Equal(LabCatalogue.All.Select(lab => lab.Name), TrainedRun.Events(Cli.Run("lab", "--json")).Select(e => e.GetProperty("name").GetString()));
    }

    [Fact]
    public void Runs_says_what_came_out_and_writes_the_page()
    {
        string folder = Path.Combine(_home, "a", "b");
        Cli.Result result = Cli.Run("lab", Name, "--out", folder);
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Empty(result.Error);
        Assert.Contains("[0.665, 0.245, 0.090]", result.Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.StartsWith($"Pictures: {Path.Combine(folder, "report.html")} (", result.OutLines[^1], StringComparison.Ordinal);
        string page = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.True(LabReport.IsOurs(page));

        // An older page of a lab gives way; the same run writes the same bytes.
        Assert.Equal(ExitCode.Done, Cli.Run("lab", Name, "--out", folder).Code);
        Assert.Equal(page, File.ReadAllText(Path.Combine(folder, "report.html")));
        Assert.Single(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Json_ends_with_everything_measured()
    {
        Cli.Result result = Cli.Run("lab", Name, "--out", _home, "--seed", "b", "--largest", "4.5", "--json");
        Assert.Equal(ExitCode.Done, result.Code);
        List<JsonElement> events = [.. TrainedRun.Events(result)];
        Assert.All(events[..^1], e => Assert.Equal("progress", e.GetProperty("event").GetString()));
        JsonElement done = events[^1];
        Assert.Equal(("done", Name, "b"), (done.GetProperty("event").GetString(), done.GetProperty("lab").GetString(), done.GetProperty("seed").GetString()));
        Assert.Equal(4.5, done.GetProperty("settings").GetProperty("largest").GetDouble());
        Assert.Equal(0.665, done.GetProperty("numbers").GetProperty("stable_0").GetDouble(), tolerance: 1e-3);
        Assert.True(File.Exists(done.GetProperty("report").GetString()));
        Assert.True(done.GetProperty("conclusion").GetString()!.Length > 80);
    }

    [Theory]
    [InlineData("lab softmax-stabilty", "longhand lab: unknown lab \"softmax-stabilty\". Did you mean softmax-stability?")]
    [InlineData("lab xyzzy", "longhand lab: unknown lab \"xyzzy\". Labs: ")]
    [InlineData("lab softmax-stability --gpa 2", "longhand lab softmax-stability: unknown flag --gpa. Did you mean --gap? See: longhand lab softmax-stability --help")]
    [InlineData("lab softmax-stability --gap 11", "--gap: expected a number from 0 to 10, found \"11\".")]
    [InlineData("lab softmax-stability --gap", "--gap needs a value.")]
    [InlineData("lab --json softmax-stability", "--json belongs after the name: lab softmax-stability --json.")]
    [InlineData("lab softmax-stability more", "unexpected \"more\".")]
    [InlineData("lab softmax-stability --out", "--out needs a value.")]
    public void A_mistake_gets_one_line_and_exit_code_2(string args, string says)
    {
        Cli.Result result = Cli.Run(args.Split(' '));
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains(says, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    [Fact]
    public void Every_lab_has_help_with_its_knobs_and_examples()
    {
        foreach (Lab lab in LabCatalogue.All)
        {
            Cli.Result help = Cli.Run("lab", lab.Name, "--help");
            Assert.Equal(ExitCode.Done, help.Code);
            Assert.All(lab.Knobs, knob => Assert.Contains($"--{knob.Name} ", help.Out, StringComparison.Ordinal));
            Assert.Contains(lab.Question, help.Out, StringComparison.Ordinal);
            Assert.Contains($"Examples:\n  longhand lab {lab.Name}\n", help.Out, StringComparison.Ordinal);
            Assert.All(help.OutLines.TakeWhile(line => line != "Examples:"), line => Assert.InRange(line.Length, 0, 80));
        }
        Assert.Equal(Cli.Run("lab", Name, "--help").Out, Cli.Run("help", "lab", Name).Out);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_lab_with_130_and_leaves_nothing_behind()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        string folder = Path.Combine(_home, "new", "folder");
        using Process process = Cli.Start([], "lab", "activations", "--steps", "20000", "--out", folder);
        Task<string> error = process.StandardError.ReadToEndAsync();
        Assert.NotNull(await process.StandardOutput.ReadLineAsync());                       // it is running
        // The shell's own kill: a small system may have no program of that name.
        Process.Start("/bin/sh", ["-c", FormattableString.Invariant($"kill -INT {process.Id}")]).WaitForExit();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(ExitCode.Stopped, process.ExitCode);
        Assert.Contains("Stopping", Assert.Single((await error).Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_home));
    }

    [Fact]
    public void A_folder_that_nothing_can_be_written_to_is_told_before_the_work_begins()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        Cli.Result result = Cli.Run("lab", Name, "--out", "/proc/self"); // even for an administrator
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.StartsWith("longhand: Cannot write /proc/self: ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    [Fact]
    public void A_file_that_no_lab_made_is_left_alone()
    {
        string file = Path.Combine(_home, "report.html");
        File.WriteAllText(file, "mine");
        Cli.Result result = Cli.Run("lab", Name, "--out", _home);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Equal($"longhand: {file} exists already and is not a lab's page. Hint: choose another --out.", Assert.Single(result.ErrorLines));
        Assert.Equal("mine", File.ReadAllText(file));
        result = Cli.Run("lab", Name, "--out", file);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Equal($"longhand: {file} is a file, not a folder. Hint: choose another --out.", Assert.Single(result.ErrorLines));
        File.Delete(file);
        Directory.CreateDirectory(file);
        result = Cli.Run("lab", Name, "--out", _home);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Empty(result.Out);                                                 // told before the work began
    }
}
