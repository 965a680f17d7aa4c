using Longhand.Files;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class TrainingStateTests : IDisposable
{
    private static readonly TrainingState Full = new()
    {
        Step = 12,
        EvaluatedAt = 10,
        SampledAt = 8,
        BestLoss = 1.0 / 3,
        BestStep = 6,
        KeptStep = 7,
        Waited = 2,
        LossSum = 7.1,
        LossWeight = 5.2,
        Seconds = 1.5,
        MetricsLength = 5_000_000_000,
    };

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["state.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read()
    {
        foreach (TrainingState state in new[] { Full, new TrainingState() })
        {
            Write(state);
            Assert.Equal(state, TrainingState.Read(Path));
        }
    }

    [Fact]
    public void The_smoothed_loss_is_a_mean_that_follows_the_newest()
    {
        var state = new TrainingState();
        for (int i = 0; i < 10; i++) state = state.WithLoss(3);
        Assert.Equal(3, state.SmoothedLoss, 12);
        for (int i = 0; i < 500; i++) state = state.WithLoss(1);
        Assert.Equal(1, state.SmoothedLoss, 3);
        Assert.Equal(((0.98 * 2) + 1) / 1.98, new TrainingState().WithLoss(2).WithLoss(1).SmoothedLoss, 12);
    }

    [Theory]
    [InlineData("step", "-1")]
    [InlineData("step", "1e99")]
    [InlineData("step", "\"12\"")]
    [InlineData("evaluated_at", "13")]
    [InlineData("sampled_at", "-2")]
    [InlineData("best_step", "13")]
    [InlineData("kept_step", "13")]
    [InlineData("waited", "-1")]
    [InlineData("metrics_length", "-5")]
    [InlineData("loss_weight", "-1")]
    [InlineData("seconds", "-1")]
    public void A_field_out_of_range_is_refused(string field, string value)
    {
        Write(Full);
        string text = string.Join('\n', File.ReadLines(Path).Select(line =>
            line.Contains($"\"{field}\"", StringComparison.Ordinal) ? $"\"{field}\": {value}{(line.EndsWith(',') ? "," : "")}" : line));
        File.WriteAllText(Path, text);
        Assert.Contains("state.json: ", Assert.Throws<BadFileException>(() => TrainingState.Read(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.Contains("there is no such file", Assert.Throws<BadFileException>(() => TrainingState.Read(Path)).Message, StringComparison.Ordinal);

    [Fact]
    public void Damage_gives_one_clear_error_or_a_state_in_range()
    {
        Write(Full);
        byte[] whole = File.ReadAllBytes(Path);
        var random = new Random(2);
        for (int trial = 0; trial < 5000; trial++)
        {
            TemporaryFolder.Overwrite(Path, RunConfigTests.Damage(whole, random));
            try
            {
                TrainingState state = TrainingState.Read(Path);
                Assert.True(state.Step >= 0 && state.MetricsLength >= 0 && double.IsFinite(state.LossSum) && state.EvaluatedAt <= state.Step);
            }
            catch (BadFileException)
            {
            }
        }
    }

    private void Write(TrainingState state)
    {
        using FileStream stream = File.Create(Path);
        state.Write(stream);
    }
}
