using System.Text.Json;

namespace Longhand.Cli.Tests;

/// <summary>longhand train --model: every kind goes through the same verbs.</summary>
public sealed class ModelKindTests(TrainedRun text) : IClassFixture<TrainedRun>
{
    [Theory]
    [InlineData("bigram")]
    [InlineData("ngram", "--history", "4", "--width", "8", "--hidden", "16")]
    [InlineData("rnn", "--layers", "1", "--width", "16")]
    [InlineData("lstm", "--layers", "1", "--width", "16", "--dropout", "0.1")]
    [InlineData("gru", "--layers", "2", "--width", "8")]
    public void A_kind_trains_writes_and_is_measured(string kind, params string[] shape)
    {
        string run = Path.Combine(text.Home, kind);
        Cli.Result trained = Cli.Run(
            ["train", text.Text, "--model", kind, "--out", run, "--json", "--context", "16", "--batch", "4", "--steps", "40", "--eval-every", "20", .. shape]);
        Assert.Equal(ExitCode.Done, trained.Code);
        double loss = TrainedRun.Events(trained)[^1].GetProperty("val_loss").GetDouble();

        JsonElement measured = Assert.Single(TrainedRun.Events(Cli.Run("eval", run, "--json")));
        Assert.Equal(loss, measured.GetProperty("loss").GetDouble());
        Assert.Equal(40 + 1, Cli.Run("sample", run, "--tokens", "40").Out.Length);
        Assert.Contains(kind == "ngram" ? "n-gram" : kind, Cli.Run("info", run).Out, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("--model differs", Cli.Run("train", "--resume", "--out", run, "--model", "gpt").Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, Cli.Run("train", "--resume", "--out", run, "--model", kind).Code);
    }

    [Fact]
    public void What_a_kind_does_not_have_is_refused_in_a_sentence()
    {
        Check("--heads means nothing to a model of kind lstm; it is for gpt.", "--model", "lstm", "--heads", "2");
        Check("--layers means nothing to a model of kind bigram; it is for rnn, lstm, gru, gpt.", "--model", "bigram", "--layers", "2");
        Check("--history means nothing to a model of kind gpt", "--history", "2");
        Check("--preset: expected capstone or laptop with --model gru, found \"gpt2\".", "--model", "gru", "--preset", "gpt2");
        Check("--model", "--model", "lstn");
    }

    [Fact]
    public void Only_a_gpt_has_8_bit_weights()
    {
        string run = Path.Combine(text.Home, "bits");
        Cli.Run("train", text.Text, "--model", "bigram", "--out", run, "--context", "16", "--steps", "5");
        Cli.Result sampled = Cli.Run("sample", run, "--weights", "8bit");
        Assert.Equal(ExitCode.BadInput, sampled.Code);
        Assert.Contains("bigram has no 8-bit form", sampled.Error, StringComparison.Ordinal);
    }

    private void Check(string expected, params string[] flags)
    {
        Cli.Result result = Cli.Run(["train", text.Text, "--out", Path.Combine(text.Home, "never"), .. flags]);
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }
}
