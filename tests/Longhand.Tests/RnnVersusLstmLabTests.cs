using Longhand.Backends;
using Longhand.Labs;
using Longhand.Labs.Experiments;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Text;
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
        string verdict = Math.Abs(rnn - lstm) <= 0.01 ? "differ by no more than 0.01"
            : lstm < rnn ? "the LSTM predicts better than the RNN in the one training of each, although"
            : "the RNN predicts better than the LSTM in the one training of each and is";
        Assert.Contains(verdict, result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("emptied every 64 characters, which none of them was trained for", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("Without shortening gradients", result.Conclusion, StringComparison.Ordinal);
        Assert.Contains("GRU, ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_few_steps_it_says_as_much_again_and_speaks_of_the_usual_rates_only_where_they_were_taken()
    {
        (LabResult result, string page) = Run("rnn-vs-lstm", ("steps", 3), ("seeds", 1), ("width", 8));
        Assert.True(double.IsFinite(Number(result, "rnn_unclipped")));
        Assert.Equal(page, Run("rnn-vs-lstm", ("steps", 3), ("seeds", 1), ("width", 8)).Page);
        Assert.Contains(RnnVersusLstmPage.OnRates, PicturesTests.Parse(page).Value, StringComparison.Ordinal);
        string other = Run("rnn-vs-lstm", ("steps", 3), ("seeds", 1), ("width", 8), ("gru-rate", 0.005)).Page;
        Assert.DoesNotContain(RnnVersusLstmPage.OnRates, PicturesTests.Parse(other).Value, StringComparison.Ordinal);
        foreach (string shown in (string[])[page, other])
            Assert.Contains("in 16 stretches side by side", PicturesTests.Parse(shown).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stops_when_asked_though_it_trains_on_several_threads() =>
        Assert.ThrowsAny<OperationCanceledException>(() => RunUntil(p => p.Done > 0, steps: 100));

    [Fact]
    public void It_stops_when_asked_while_networks_are_measured() =>
        Assert.ThrowsAny<OperationCanceledException>(() => RunUntil(p => p.Doing == "training 6 networks, 1 done"));

    [Fact]
    public void Each_network_counts_once_it_is_measured()
    {
        IReadOnlyList<LabProgress> heard = RunUntil(_ => false);
        for (int done = 1; done <= 6; done++)
        {
            string doing = FormattableString.Invariant($"training 6 networks, {done} done");
            Assert.Contains(heard, p => p.Doing == doing && p.Done >= (done / 6.0) - 1e-9);
        }
        Assert.Equal(["rnn", "lstm", "gru"], heard[^2].Numbers.Select(n => n.Name));
    }

    [Fact]
    public void What_goes_wrong_on_one_of_its_threads_arrives_as_it_was_thrown()
    {
        var lab = new RnnVersusLstm();
        var context = new LabContext(lab, settings: Small(steps: 20), listener: p =>
        {
            if (p.Done > 0) throw new InvalidDataException("the screen is gone");
        });
        Assert.Equal("the screen is gone", Assert.Throws<InvalidDataException>(() => lab.Run(context)).Message);
    }

    [Fact]
    public void A_cell_that_diverged_has_its_place_on_the_page()
    {
        CharText text = CharText.Load(BuiltInCorpus.Name);
        RnnVersusLstmContender[] cells =
            [.. Enum.GetValues<RecurrentCell>().Select(cell => Trained(cell, rate: cell == RecurrentCell.Rnn ? 1e38 : 1e-3))];
        Assert.Equal(double.PositiveInfinity, cells[0].Measured.Loss);
        Assert.Equal(double.PositiveInfinity, cells[0].Measured.Emptied);
        Assert.All(cells[1..], c => Assert.True(double.IsFinite(c.Measured.Loss + c.Measured.Emptied)));

        var lab = new RnnVersusLstm();
        var result = new LabResult
        {
            Conclusion = "None.",
            Numbers = [],
            Sections = RnnVersusLstmPage.Sections(cells, text, clip: 1, usualRates: false),
        };
        string page = LabReport.Page(lab, new LabContext(lab), result);
        Assert.Contains("RNN, diverged", PicturesTests.Parse(page).Value, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);

        RnnVersusLstmContender Trained(RecurrentCell cell, double rate)
        {
            var config = new RecurrentConfig(cell) { Width = 8, Context = 16, Vocabulary = text.Vocabulary };
            var contender = new RnnVersusLstmContender(config, [Training()], Training());
            foreach (CharTraining training in contender.Trainings)
            {
                training.Run(_ => { }, CancellationToken.None);
                contender.Examine(training, text, "seed", CancellationToken.None);
            }
            return contender;

            CharTraining Training()
            {
                var plan = new CharPlan { Steps = 8, Rate = rate, Measurements = 1, CarriesMemory = true };
                return new CharTraining(config.Create(new Rng("weights")), text, plan, new Rng("readings"));
            }
        }
    }

    private static List<LabProgress> RunUntil(Predicate<LabProgress> stops, int steps = 20)
    {
        using var stop = new CancellationTokenSource();
        var heard = new List<LabProgress>();
        var lab = new RnnVersusLstm();
        lab.Run(new LabContext(lab, settings: Small(steps), cancel: stop.Token, listener: p =>
        {
            heard.Add(p);
            if (stops(p)) stop.Cancel();
        }));
        return heard;
    }

    private static Dictionary<string, object> Small(int steps) => new() { ["steps"] = steps, ["width"] = 8, ["seeds"] = 1 };

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
