using System.Text.Json;

namespace Longhand.Cli.Tests;

/// <summary>What can be done with a run once it is trained: sample, eval and info.</summary>
public sealed class RunVerbsTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Sample_continues_the_prompt_and_depends_on_the_seed_alone()
    {
        Cli.Result a = Cli.Run("sample", run.Run, "--prompt", "Line 1", "--tokens", "50", "--seed", "a");
        Assert.Equal(ExitCode.Done, a.Code);
        Assert.Empty(a.Error);
        Assert.StartsWith("Line 1", a.Out, StringComparison.Ordinal);
        Assert.Equal("Line 1".Length + 50 + 1, a.Out.Length);
        Assert.Equal(a.Out, Cli.Run("sample", run.Run, "--prompt", "Line 1", "--tokens", "50", "--seed", "a").Out);
        Assert.NotEqual(a.Out, Cli.Run("sample", run.Run, "--prompt", "Line 1", "--tokens", "50", "--seed", "b").Out);

        JsonElement done = Assert.Single(TrainedRun.Events(Cli.Run("sample", run.Run, "--prompt", "Line 1", "--tokens", "50", "--seed", "a", "--json")));
        Assert.Equal(a.Out, $"{done.GetProperty("prompt")}{done.GetProperty("text")}\n");
        Assert.Equal(50, done.GetProperty("tokens").GetInt32());
        Assert.True(done.GetProperty("tokens_per_second").GetDouble() > 0);
    }

    [Fact]
    public void Greedy_temperature_0_and_top_k_1_agree()
    {
        string greedy = Cli.Run("sample", run.Run, "--greedy", "--tokens", "30").Out;
        Assert.Equal(greedy, Cli.Run("sample", run.Run, "--temperature", "0", "--tokens", "30", "--seed", "b").Out);
        Assert.Equal(greedy, Cli.Run("sample", run.Run, "--top-k", "1", "--tokens", "30", "--seed", "c").Out);
    }

    [Fact]
    public void Eval_gives_the_validation_loss_of_the_training_and_measures_other_texts_whole()
    {
        JsonElement trained = TrainedRun.Events(run.Result)[^1];
        JsonElement own = Assert.Single(TrainedRun.Events(Cli.Run("eval", run.Run, "--json")));
        double loss = own.GetProperty("loss").GetDouble();
        Assert.Equal(trained.GetProperty("val_loss").GetDouble(), loss);
        Assert.Equal(Math.Exp(loss), own.GetProperty("perplexity").GetDouble());
        Assert.Equal(loss / Math.Log(2), own.GetProperty("bits_per_character").GetDouble());
        Assert.Equal(own.ToString(), Assert.Single(Cli.Run("eval", run.Run, run.Text, "--json").OutLines));

        string other = run.NewFile("other text.txt", TrainedRun.Utf8("Line 3: the crow said the fox."));
        JsonElement measured = Assert.Single(TrainedRun.Events(Cli.Run("eval", run.Run, other, "--json")));
        Assert.Equal(29, measured.GetProperty("tokens").GetInt32());
        Assert.Contains("all of other text.txt", Cli.Run("eval", run.Run, other).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Eight_bit_weights_write_and_are_measured()
    {
        JsonElement floats = Assert.Single(TrainedRun.Events(Cli.Run("eval", run.Run, "--json")));
        JsonElement bytes = Assert.Single(TrainedRun.Events(Cli.Run("eval", run.Run, "--weights", "8bit", "--json")));
        Assert.Equal("float", floats.GetProperty("weights").GetString());
        Assert.Equal("8bit", bytes.GetProperty("weights").GetString());
        Assert.InRange(Math.Abs(bytes.GetProperty("loss").GetDouble() - floats.GetProperty("loss").GetDouble()), 1e-9, 0.005);
        Assert.Equal(floats.ToString(), Assert.Single(Cli.Run("eval", run.Run, "--weights", "float", "--json").OutLines));
        Assert.Contains("predicted with 8bit weights", Cli.Run("eval", run.Run, "--weights", "8bit").Out, StringComparison.Ordinal);
        Assert.Equal(20 + 1, Cli.Run("sample", run.Run, "--tokens", "20", "--weights", "8bit").Out.Length);
    }

    [Fact]
    public void Info_shows_parameters_settings_and_the_hash()
    {
        JsonElement info = Assert.Single(TrainedRun.Events(Cli.Run("info", run.Run, "--json")));
        Assert.Equal(TrainedRun.Events(run.Result)[^1].GetProperty("weights_sha256").GetString(), info.GetProperty("weights_sha256").GetString());
        long sum = info.GetProperty("tensors").EnumerateArray().Sum(t => t.GetProperty("parameters").GetInt64());
        Assert.Equal(sum, info.GetProperty("parameters").GetInt64());
        Assert.Equal(1, info.GetProperty("config").GetProperty("n_layer").GetInt32());
        string text = Cli.Run("info", run.Run).Out;
        Assert.Contains($"{sum:N0} parameters", text, StringComparison.Ordinal);
        Assert.Contains(info.GetProperty("weights_sha256").GetString()!, text, StringComparison.Ordinal);
        Assert.Matches(@"trained +40 steps\nweights +of step 40: validation loss \d\.\d+, the best\n", text);
        Assert.Equal(40, info.GetProperty("weights_step").GetInt32());
        Assert.Equal(40, info.GetProperty("trained_steps").GetInt32());
        Assert.Equal(TrainedRun.Events(run.Result)[^1].GetProperty("val_loss").GetDouble(), info.GetProperty("weights_val_loss").GetDouble());
        Assert.True(text.IndexOf("SHA-256", StringComparison.Ordinal) < text.IndexOf("Settings", StringComparison.Ordinal));
        Assert.True(text.IndexOf("Settings", StringComparison.Ordinal) < text.IndexOf("Tensors", StringComparison.Ordinal));
    }

    [Fact]
    public void Info_of_a_run_killed_before_its_first_checkpoint_says_that_its_weights_are_untrained()
    {
        string killed = run.Copy("killed"), metrics = Path.Combine(killed, "metrics.jsonl");
        Directory.Delete(Path.Combine(killed, "checkpoints"), recursive: true);
        File.WriteAllLines(metrics, File.ReadAllLines(metrics).TakeWhile(line => !line.Contains("\"step\":9,", StringComparison.Ordinal)));
        File.AppendAllText(metrics, "{\"step\":9,\"lo");
        Assert.Matches(@"trained +8 of 40 steps\nweights +of step 0, untrained: validation loss \d\.\d+\n", Cli.Run("info", killed).Out);
        Assert.Contains("those of step 0, untrained", Cli.Run("doctor", killed).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors", false, "its checkpoint")]
    [InlineData("model.safetensors", true, "its checkpoint")]
    [InlineData("tokenizer.json", false, "the text")]
    [InlineData("tokenizer.json", true, "the text")]
    public void A_file_that_resuming_writes_again_is_no_dead_end(string file, bool isMissing, string from)
    {
        string folder = run.Copy($"{file} {isMissing}"), path = Path.Combine(folder, file);
        byte[] whole = File.ReadAllBytes(path);
        File.Delete(path);
        if (!isMissing)
        {
            File.WriteAllBytes(path, whole[..^9]);
        }
        foreach (string verb in new[] { "sample", "eval", "doctor" })
        {
            Check($"{file}: ", verb, folder);
            Check($" Hint: longhand train --resume --out '{folder}' writes it again from {from}.", verb, folder);
        }
        Cli.Result resumed = Cli.Run("train", "--resume", "--out", folder, "--plain");
        Assert.Equal(ExitCode.Done, resumed.Code);
        Assert.Contains($"{file} was {(isMissing ? "missing" : "damaged")}; it is written again from ", resumed.OutLines[1], StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllBytes(path));
        Assert.DoesNotContain("again", Cli.Run("train", "--resume", "--out", folder, "--plain").Out, StringComparison.Ordinal);

        // Without a checkpoint there is nothing to write it from.
        Directory.Delete(Path.Combine(folder, "checkpoints"), recursive: true);
        File.Delete(path);
        Assert.DoesNotContain("--resume", Cli.Run("sample", folder).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_is_a_flag_of_every_verb()
    {
        Assert.Equal(Cli.Run("info", run.Run).Out, Cli.Run("info", run.Run, "--plain").Out);
        Assert.Equal(Cli.Run("eval", run.Run).Out, Cli.Run("eval", run.Run, "--plain").Out);
        Assert.Equal(Cli.Run("sample", run.Run, "--tokens", "9").Out, Cli.Run("sample", run.Run, "--tokens", "9", "--plain").Out);
        Assert.Equal(ExitCode.BadInput, Cli.Run("bench", "nothing", "--plain").Code);
    }

    [Fact]
    public void Bad_input_gets_one_line_and_exit_code_2()
    {
        Check("--top-p: expected a number above 0 and up to 1, found \"1.5\"", "sample", run.Run, "--top-p", "1.5");
        Check("--temperature: expected a number from 0 to 100, found \"-1\"", "sample", run.Run, "--temperature", "-1");
        Check("'€' '你'", "sample", run.Run, "--prompt", "fox € 你");
        Check("RUN is missing", "sample");
        Check("there is no such folder", "sample", Path.Combine(run.Home, "nowhere"));
        Check("this is not a run folder", "sample", run.Home);
        Check("this is not a run folder", "info", run.Home);
        Check("this is a file; expected a run folder", "eval", run.Text);
        Check("--greedy means --temperature 0", "sample", run.Run, "--greedy", "--temperature", "1");
        Check("strange.txt: The text has", "eval", run.Run, run.NewFile("strange.txt", TrainedRun.Utf8("fox € 你")));
        Check("save it as UTF-8", "eval", run.Run, run.NewFile("latin-1.txt", (byte)'n', 0xE4, (byte)'h', (byte)'e'));
        Check("there is no such file or folder", "eval", run.Run, Path.Combine(run.Home, "nothing.txt"));

        string cut = run.Copy("cut");
        string weights = Path.Combine(cut, "model.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^100]);
        Check("model.safetensors", "sample", cut);
        Check("model.safetensors", "info", cut);
        string torn = run.Copy("torn");
        File.WriteAllText(Path.Combine(torn, "config.json"), "{");
        Check("config.json: it is no valid JSON", "info", torn);
        string changed = run.Copy("changed");
        string config = Path.Combine(changed, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("text.txt", "gone.txt", StringComparison.Ordinal));
        Check("there is no such file or folder", "eval", changed);
    }

    [Fact]
    public async Task A_closed_pipe_ends_a_long_sample_quietly()
    {
        using System.Diagnostics.Process process = Cli.Start([], "sample", run.Run, "--tokens", "1000000000");
        await process.StandardOutput.ReadAsync(new char[100]);
        process.StandardOutput.Close();
        Assert.Empty(await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
    }

    private static void Check(string says, params string[] args)
    {
        Cli.Result result = Cli.Run(args);
        Assert.Contains(says, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Empty(result.Out);
    }
}
