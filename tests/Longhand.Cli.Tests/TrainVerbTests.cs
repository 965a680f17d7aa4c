using System.Diagnostics;
using System.Text.Json;

namespace Longhand.Cli.Tests;

public sealed class TrainVerbTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Json_tells_the_whole_run_and_nothing_else()
    {
        Assert.Equal(ExitCode.Done, run.Result.Code);
        Assert.Empty(run.Result.Error);
        JsonElement[] events = TrainedRun.Events(run.Result);
        var counts = events.CountBy(e => e.GetProperty("event").GetString()!).ToDictionary();
        Assert.Equal(40, counts["step"]);
        Assert.Equal(3, counts["eval"]);
        Assert.Equal(2, counts["sample"]);
        Assert.Equal(4, counts["checkpoint"]);
        Assert.Equal("start", events[0].GetProperty("event").GetString());
        JsonElement done = events[^1];
        Assert.Equal("done", done.GetProperty("event").GetString());
        Assert.Equal(40, done.GetProperty("step").GetInt32());
        Assert.Equal(Math.Exp(done.GetProperty("val_loss").GetDouble()), done.GetProperty("perplexity").GetDouble(), tolerance: 1e-9);
        Assert.Matches("^[0-9a-f]{64}$", done.GetProperty("weights_sha256").GetString());
        Assert.Equal(run.Run, done.GetProperty("run").GetString());
        foreach (string file in new[] { "config.json", "tokenizer.json", "metrics.jsonl", "report.html", "model.safetensors", "checkpoints/step-000040/manifest.json" })
        {
            Assert.True(File.Exists(Path.Combine(run.Run, file)), file);
        }
    }

    [Fact]
    public void Without_a_terminal_lines_are_plain()
    {
        string folder = Path.Combine(run.Home, "plain");
        Cli.Result result = Cli.Run([("TERM", "xterm-256color"), ("LONGHAND_COMMAND", "./longhand")], ["train", run.Text, "--out", folder, .. TrainedRun.Small]);
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Empty(result.Error);
        Assert.DoesNotContain('\u001b', result.Out);
        Assert.DoesNotContain('\r', result.Out);
        Assert.Contains("step 40/40  validation loss", result.Out, StringComparison.Ordinal);
        Assert.Contains("Go on    ./longhand sample ", result.Out, StringComparison.Ordinal);
        // The other way of showing it and another folder change nothing in the weights.
        Assert.Contains(Done(run.Result).GetProperty("weights_sha256").GetString()!, result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_c_saves_and_the_run_resumes_to_the_same_bytes()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        string folder = Path.Combine(run.Home, "stopped");
        string[] args = ["train", run.Text, "--out", folder, "--json", .. TrainedRun.Small.Select(a => a == "40" ? "3000" : a)];
        using (Process process = Cli.Start([], args))
        {
            string? line;
            while ((line = await process.StandardOutput.ReadLineAsync()) is not null && !line.Contains("\"step\":15,", StringComparison.Ordinal))
            {
            }
            Signal(process, "INT");
            string[] rest = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await process.WaitForExitAsync();
            Assert.Equal(ExitCode.Stopped, process.ExitCode);
            Assert.Equal("interrupted", JsonDocument.Parse(rest[^1]).RootElement.GetProperty("stopped").GetString());
        }
        Cli.Result whole = Cli.Run([.. args.Select(a => a == folder ? folder + "-whole" : a)]);
        Cli.Result resumed = Cli.Run("train", "--resume", "--out", folder, "--json");
        Assert.Equal(ExitCode.Done, resumed.Code);
        Assert.Equal(Done(whole).GetProperty("weights_sha256").GetString(), Done(resumed).GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public async Task A_second_ctrl_c_ends_at_once_and_a_closed_pipe_ends_quietly()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using (Process process = Cli.Start([], "train", "--out", Path.Combine(run.Home, "twice"), "--preset", "desktop", "--plain"))
        {
            await process.StandardOutput.ReadLineAsync();
            Signal(process, "INT");
            Signal(process, "INT");
            await process.WaitForExitAsync();
            Assert.Equal(ExitCode.Stopped, process.ExitCode);
        }
        using (Process process = Cli.Start([], "train", run.Text, "--out", Path.Combine(run.Home, "pipe"), "--steps", "1000000", "--json"))
        {
            await process.StandardOutput.ReadLineAsync();
            process.StandardOutput.Close();
            Assert.Empty(await process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.Equal(ExitCode.Stopped, process.ExitCode);
        }
    }

    [Fact]
    public void A_run_is_named_after_its_text()
    {
        Assert.Equal("poems", Verbs.TrainVerb.NameOf("some where/poems.txt"));
        Assert.Equal("poems.old", Verbs.TrainVerb.NameOf("poems.old.txt"));
        Assert.Equal(Path.GetFileName(run.Home), Verbs.TrainVerb.NameOf(run.Home + Path.DirectorySeparatorChar));
        Assert.Equal("run", Verbs.TrainVerb.NameOf(Path.GetPathRoot(run.Home)!));
    }

    [Fact]
    public async Task A_write_that_fails_later_names_the_checkpoint_to_go_on_from()
    {
        string folder = Path.Combine(run.Home, "blocked"), report = Path.Combine(folder, "report.html");
        using Process process = Cli.Start([], ["train", run.Text, "--out", folder, "--json", .. TrainedRun.Small.Select(a => a == "40" ? "1000000" : a)]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string? line;
        while ((line = await process.StandardOutput.ReadLineAsync()) is not null && !line.Contains("\"checkpoint\"", StringComparison.Ordinal))
        {
        }
        // A folder in the report's place stands for a disk that is full: the next report cannot be written.
        while (!Directory.Exists(report))
        {
            File.Delete(report);
            try
            {
                Directory.CreateDirectory(report);
            }
            catch (IOException)
            {
                // The report was there first.
            }
        }
        await process.StandardOutput.ReadToEndAsync();
        Assert.Matches($@"^longhand: Cannot write .*report\.html: .* The checkpoint of step \d+ is whole; go on with: longhand train --resume --out '?{folder}'?\n$", await error);
        await process.WaitForExitAsync();
        Assert.Equal(ExitCode.BadInput, process.ExitCode);
    }

    [Fact]
    public void Resuming_a_finished_run_says_so()
    {
        Cli.Result result = Cli.Run("train", "--resume", "--out", run.Copy("finished"), "--plain");
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Equal("This run is already finished: 40 steps are done.", result.OutLines[0]);
        Assert.StartsWith("Go on    longhand sample ", result.OutLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_gets_one_line_and_exit_code_2()
    {
        string empty = Directory.CreateDirectory(Path.Combine(run.Home, "no texts")).FullName;
        Check("there is no such file or folder", "train", Path.Combine(run.Home, "nothing.txt"));
        Check("no .txt files", "train", empty);
        Check("it is empty", "train", run.NewFile("empty.txt"));
        Check("it is too short", "train", run.NewFile("ten.txt", TrainedRun.Utf8("0123456789")));
        Check("it is not text", "train", run.NewFile("picture.png", 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D));
        Check("heads is 3 but must divide the width, 64", "train", run.Text, "--heads", "3", "--width", "64");
        Check("--learning-rate: expected a number above 0 and up to 10, found \"1,5\"", "train", "--learning-rate", "1,5");
        Check("--learning-rate: expected a number above 0 and up to 10, found \"nan\"", "train", "--learning-rate", "nan");
        Check("Did you mean --learning-rate?", "train", "--lerning-rate", "1");
        Check("Did you mean laptop?", "train", "--preset", "labtop");
        Check($"exists already. Hint: choose another --out. The run in it is finished: longhand sample '{run.Run}'", "train", run.Text, "--out", run.Run);
        string begun = run.Copy("begun");
        Directory.Delete(Path.Combine(begun, "checkpoints", "step-000040"), recursive: true);
        Check($"To go on with the run in it: longhand train --resume --out '{begun}'", "train", run.Text, "--out", begun);
        Check("exists already. Hint: choose another --out.", "train", run.Text, "--out", empty);
        Check("is a file, not a folder", "train", run.Text, "--out", Path.Combine(run.Text, "run"));
    }

    [Fact]
    public void A_run_that_cannot_go_on_says_why()
    {
        Check("--resume needs the run", "train", "--resume");
        Check("there is no run to resume", "train", "--resume", "--out", Path.Combine(run.Home, "nowhere"));
        Check("there is no run to resume", "train", "--resume", "--out", run.Text);
        Check("--steps differs from what the run", "train", "--resume", "--out", run.Run, "--steps", "41");
        Check("--preset differs from what the run", "train", "--resume", "--out", run.Run, "--preset", "laptop");
        Check("this is not the text that the run learned from", "train", run.NewFile("other.txt", TrainedRun.Utf8("another")), "--resume", "--out", run.Run);

        string flipped = run.Copy("flipped");
        foreach (string weights in Directory.EnumerateFiles(Path.Combine(flipped, "checkpoints"), "model.safetensors", SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(weights);
            bytes[^9] ^= 4;
            File.WriteAllBytes(weights, bytes);
        }
        Check("no checkpoint is whole, so the run cannot go on. Hint: its model.safetensors is whole", "train", "--resume", "--out", flipped);
        File.Delete(Path.Combine(flipped, "model.safetensors"));
        Check("Hint: its model.safetensors is missing too", "train", "--resume", "--out", flipped);

        string other = run.Copy("other settings");
        string config = Path.Combine(other, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"n_layer\": 1", "\"n_layer\": 2", StringComparison.Ordinal));
        Check("made with other settings", "train", "--resume", "--out", other);
    }

    [Fact]
    public void Flags_that_repeat_what_a_run_began_with_do_not_stop_it_from_resuming()
    {
        Cli.Result again = Cli.Run(["train", run.Text, "--resume", "--out", run.Copy("again"), "--json", .. TrainedRun.Small]);
        Assert.Equal(ExitCode.Done, again.Code);
        Assert.Equal(Done(run.Result).GetProperty("weights_sha256").GetString(), Done(again).GetProperty("weights_sha256").GetString());
    }

    private static JsonElement Done(Cli.Result result) => TrainedRun.Events(result)[^1];

    private static void Check(string says, params string[] args)
    {
        Cli.Result result = Cli.Run(args);
        Assert.Contains(says, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Empty(result.Out);
    }

    // The shell's own kill: a small system may have no program of that name.
    private static void Signal(Process process, string signal) =>
        Process.Start("/bin/sh", ["-c", FormattableString.Invariant($"kill -{signal} {process.Id}")]).WaitForExit();
}
