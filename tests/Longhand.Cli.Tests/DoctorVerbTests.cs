using System.Text.Json;

namespace Longhand.Cli.Tests;

public sealed class DoctorVerbTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void It_says_what_it_finds_and_shows_every_layer()
    {
        Cli.Result result = Cli.Run("doctor", run.Run);
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Empty(result.Error);
        Assert.Contains("40 of 40 steps", result.OutLines[0], StringComparison.Ordinal);
        foreach (string shown in new[] { "Activations at step 40", "h.0.mlp", "Attention at step 40", "entropy", "Matrices at step 40", "h.0.attn.c_attn", "update/weight" })
        {
            Assert.Contains(shown, result.Out, StringComparison.Ordinal);
        }
        Assert.All(result.OutLines, line => Assert.InRange(line.Length, 0, Math.Max(80, run.Run.Length + 60)));
        Assert.Equal(result.Out, Cli.Run("doctor", run.Run, "--plain").Out);
        Assert.Contains("Matrices at step 1\n", Cli.Run("doctor", run.Run, "--step", "1").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_one_object_and_agrees_with_the_trainings_last_line()
    {
        JsonElement done = Assert.Single(TrainedRun.Events(Cli.Run("doctor", run.Run, "--json")));
        Assert.Equal("done", done.GetProperty("event").GetString());
        Assert.Equal(40, done.GetProperty("steps").GetInt32());
        Assert.Equal(40, done.GetProperty("step").GetInt32());
        Assert.Equal(6, done.GetProperty("weights").GetArrayLength());
        string?[] kinds = [.. done.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("kind").GetString())];
        Assert.Equal(kinds.Length == 0, done.GetProperty("healthy").GetBoolean());
        Assert.Equal(TrainedRun.Events(run.Result)[^1].GetProperty("findings").EnumerateArray().Select(f => f.GetString()), kinds);
    }

    [Fact]
    public void A_training_that_goes_wrong_is_told_at_its_end_in_its_report_and_by_the_doctor()
    {
        string folder = Path.Combine(run.Home, "too fast");
        Cli.Result trained = Cli.Run(["train", run.Text, "--out", folder, .. TrainedRun.Small, "--learning-rate", "10", "--clip", "0"]);
        Assert.Equal(ExitCode.Done, trained.Code);
        Assert.Contains("Doctor   learning rate too high", trained.Out, StringComparison.Ordinal);
        Assert.Contains("1. learning rate too high", Cli.Run("doctor", folder).Out, StringComparison.Ordinal);
        Assert.Contains("Learning rate too high", File.ReadAllText(Path.Combine(folder, "report.html")), StringComparison.Ordinal);
        Assert.Contains("Try:", File.ReadAllText(Path.Combine(folder, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_gets_one_line_and_exit_code_2()
    {
        Check("RUN is missing", "doctor");
        Check("there is no such folder", "doctor", Path.Combine(run.Home, "nowhere"));
        Check("this is not a run folder", "doctor", run.Home);
        string bare = run.Copy("without records");
        File.WriteAllText(Path.Combine(bare, "metrics.jsonl"), "{\"step\":0,\"val_loss\":4}\n");
        Check("no training step is recorded in it", "doctor", bare);
        File.Delete(Path.Combine(bare, "metrics.jsonl"));
        Check("there is no such file", "doctor", bare);
        string damaged = run.Copy("damaged");
        File.AppendAllText(Path.Combine(damaged, "metrics.jsonl"), "{\"step\":41,\"weights\":[{}],\"activations\":[],\"attention\":[]}\n");
        Check("a line is no metric of ours", "doctor", damaged);
    }

    [Fact]
    public void A_run_without_looks_inside_and_a_line_that_is_half_written_are_no_mistakes()
    {
        string older = run.Copy("older"), metrics = Path.Combine(older, "metrics.jsonl");
        string[] losses = [.. File.ReadLines(metrics).Where(line => !line.Contains("\"weights\"", StringComparison.Ordinal))];
        File.WriteAllText(metrics, string.Join('\n', losses) + "\n{\"step\":");
        Cli.Result result = Cli.Run("doctor", older);
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Contains("Nothing was recorded inside the model", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Healthy", result.Out, StringComparison.Ordinal);
    }

    private static void Check(string says, params string[] args)
    {
        Cli.Result result = Cli.Run(args);
        Assert.Contains(says, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Empty(result.Out);
    }
}
