using Longhand.Backends;
using Longhand.Labs;
using Longhand.Labs.Experiments;
using Longhand.Models;
using static Longhand.Tests.LabTests;

namespace Longhand.Tests;

public sealed class RnnVersusLstmLabTests
{
    [Fact]
    public void At_equal_parameters_all_learn_and_the_conclusion_is_what_was_measured()
    {
        (LabResult result, string page) = Run("rnn-vs-lstm", ("steps", 150), ("seeds", 1), ("width", 48));
        double parameters = Number(result, "lstm_parameters");
        double rnn = Number(result, "rnn_loss"), lstm = Number(result, "lstm_loss"), gru = Number(result, "gru_loss");
        Assert.InRange(Number(result, "rnn_parameters"), 0.98 * parameters, 1.02 * parameters);
        Assert.InRange(Number(result, "gru_parameters"), 0.98 * parameters, 1.02 * parameters);
        Assert.All([rnn, lstm, gru], loss => Assert.InRange(loss, 1, 2.3));                     // a table of pairs has 2.41
        foreach (string cell in (string[])["rnn", "lstm", "gru"])                               // a memory carried on helps each
            Assert.InRange(Number(result, $"{cell}_emptied"), Number(result, $"{cell}_loss") + 0.01, 2.5);
        Assert.Equal(lstm < rnn ? 1 : 0, Number(result, "lstm_wins"));
        string verdict = Math.Abs(rnn - lstm) < 0.01 ? "make no difference"
            : lstm < rnn ? "the LSTM predicts better than the RNN" : "wider, predicts better after 150 steps";
        Assert.Contains(verdict, result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("Without shortening gradients", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("GRU, ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_few_steps_it_claims_only_what_it_measured()
    {
        (LabResult result, string page) = Run("rnn-vs-lstm", ("steps", 3), ("seeds", 1), ("width", 8));
        Assert.True(double.IsFinite(Number(result, "rnn_unclipped")));
        Assert.Equal(page, Run("rnn-vs-lstm", ("steps", 3), ("seeds", 1), ("width", 8)).Page);
    }

    [Fact]
    public void It_stops_when_asked_though_it_trains_on_several_threads()
    {
        using var stop = new CancellationTokenSource();
        var lab = new RnnVersusLstm();
        var settings = new Dictionary<string, object> { ["steps"] = 100, ["width"] = 8 };
        var context = new LabContext(lab, settings: settings, listener: p => { if (p.Done > 0) stop.Cancel(); }, cancel: stop.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => lab.Run(context));
    }

    [Theory]
    [InlineData(RecurrentCell.Rnn)]
    [InlineData(RecurrentCell.Gru)]
    public void Widths_are_chosen_so_that_no_other_comes_closer(RecurrentCell cell)
    {
        var lstm = new RecurrentConfig(RecurrentCell.Lstm) { Width = 96, Layers = 2, Vocabulary = 65 };
        RecurrentConfig chosen = RnnVersusLstm.OfSize(cell, lstm);
        long Distance(int width) => Math.Abs((chosen with { Width = width }).ParameterCount - lstm.ParameterCount);
        Assert.True(Distance(chosen.Width) <= Math.Min(Distance(chosen.Width - 1), Distance(chosen.Width + 1)));
    }
}
