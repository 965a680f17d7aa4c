using Longhand.Labs.Experiments;

namespace Longhand.Tests;

/// <summary>What the lab says of numbers that were chosen for it: every branch of its conclusion by name.</summary>
public sealed class RnnVersusLstmConclusionTests
{
    private const double Diverged = double.PositiveInfinity;

    public static TheoryData<string, double[], double[], double[], string> Verdicts => new()
    {
        { "LSTM in both", [1.60, 1.61], [1.50, 1.51], [1.70, 1.71],
            "At equal size the gates buy 0.100 nats per character: "
            + "after 3,000 steps the LSTM predicts better than the RNN in both trainings, although the RNN is 50% wider; "
            + "the GRU does no better than either." },
        { "LSTM in all", [1.60, 1.61, 1.6], [1.50, 1.51, 1.5], [1.55, 1.56, 1.55],
            "At equal size the gates buy 0.100 nats per character: "
            + "after 3,000 steps the LSTM predicts better than the RNN in all 3 trainings, although the RNN is 50% wider; "
            + "the GRU lies between them." },
        { "LSTM in some", [1.0, 1.1, 1.1, 1.1, 1.1, 1.1], [1.0, 0.9, 0.9, 0.9, 0.9, 0.9], [0.9, 0.9, 0.9, 0.9, 0.9, 0.9],
            "At equal size the gates buy 0.166 nats per character: "
            + "after 3,000 steps the LSTM predicts better than the RNN in 5 of 6 trainings, although the RNN is 50% wider; "
            + "the GRU is within 0.100 of the LSTM." },
        { "LSTM, one seed", [1.60], [1.50], [1.40],
            "At equal size the gates buy 0.100 nats per character: "
            + "after 3,000 steps the LSTM predicts better than the RNN in the one training of each, although the RNN is 50% wider; "
            + "the GRU does better still." },
        { "LSTM, no third", [1.60], [1.50], [Diverged],
            "At equal size the gates buy 0.100 nats per character: "
            + "after 3,000 steps the LSTM predicts better than the RNN in the one training of each, although the RNN is 50% wider." },
        { "RNN in both", [1.50, 1.51], [1.60, 1.61], [1.505, 1.506],
            "At equal size the gates buy nothing: "
            + "after 3,000 steps the RNN predicts better than the LSTM in both trainings and is 50% wider; "
            + "the GRU is within 0.010 of the RNN." },
        { "RNN in all", [1.50, 1.51, 1.5], [1.60, 1.61, 1.6], [1.4, 1.4, 1.4],
            "At equal size the gates buy nothing: "
            + "after 3,000 steps the RNN predicts better than the LSTM in all 3 trainings and is 50% wider; the GRU does better still." },
        { "RNN in some", [1.0, 0.9, 0.9, 0.9, 0.9, 0.9], [1.0, 1.1, 1.1, 1.1, 1.1, 1.1], [1.2, 1.2, 1.2, 1.2, 1.2, 1.2],
            "At equal size the gates buy nothing: "
            + "after 3,000 steps the RNN predicts better than the LSTM in 5 of 6 trainings and is 50% wider; "
            + "the GRU does no better than either." },
        { "RNN, one seed", [1.50], [1.60], [1.55],
            "At equal size the gates buy nothing: "
            + "after 3,000 steps the RNN predicts better than the LSTM in the one training of each and is 50% wider; "
            + "the GRU lies between them." },
        { "even, by the seeds of a cell", [1.50, 1.54], [1.50, 1.51], [1.50, 1.50],
            "At equal size the gates buy nothing that shows: "
            + "the RNN and the LSTM differ by no more than trainings of one cell do; the LSTM is lower in 1 of 2." },
        { "even, though one leads in all", [1.52, 1.55], [1.51, 1.52], [1.50, 1.50],
            "At equal size the gates buy nothing that shows: "
            + "the RNN and the LSTM differ by no more than trainings of one cell do; the LSTM is lower in 2 of 2." },
        { "more than 0.01, less than seeds of the GRU", [1.52, 1.52], [1.50, 1.50], [1.50, 1.53],
            "At equal size the gates buy nothing that shows: "
            + "the RNN and the LSTM differ by no more than trainings of one cell do; the LSTM is lower in 2 of 2." },
        { "less than 0.01, more than the seeds", [1.505, 1.506], [1.501, 1.502], [1.501, 1.502],
            "At equal size the gates buy 0.004 nats per character: "
            + "after 3,000 steps the LSTM predicts better than the RNN in both trainings, although the RNN is 50% wider; "
            + "the GRU is within 0.001 of the LSTM." },
        { "even, one seed", [1.509], [1.5], [1.3],
            "At equal size the gates buy nothing that shows: the RNN and the LSTM differ by no more than 0.01." },
        { "even but for digits that are not shown", [1.5004, 1.5004], [1.5, 1.5], [1.5, 1.5],
            "At equal size the gates buy nothing that shows: "
            + "the RNN and the LSTM differ by no more than trainings of one cell do; the LSTM is lower in 2 of 2." },
        { "one of three RNNs diverged", [1.5, Diverged, 1.5], [1.5, 1.5, 1.5], [1.5, 1.5, 1.5],
            "Since 1 of 3 trainings of the RNN diverged, nothing can be said of the LSTM's gates." },
        { "both diverged, one seed", [Diverged], [Diverged], [1.5],
            "Since the RNN's training and the LSTM's training diverged, nothing can be said of the LSTM's gates." },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void The_verdict_follows_the_numbers(string situation, double[] rnn, double[] lstm, double[] gru, string expected)
    {
        Assert.NotEmpty(situation);
        Assert.Equal(expected, Of(Cell("RNN", rnn), Cell("LSTM", lstm), Cell("GRU", gru)).Verdict());
    }

    [Fact]
    public void A_cell_that_is_no_wider_is_not_called_wider() =>
        Assert.Equal(
            "At equal size the gates buy nothing: "
            + "after 3,000 steps the RNN predicts better than the LSTM in the one training of each; the GRU does no better than either.",
            Of(Cell("RNN", [1.5]) with { Width = 100 }, Cell("LSTM", [1.6]), Cell("GRU", [1.6001])).Verdict());

    [Fact]
    public void Losses_stand_beside_how_far_the_seeds_are_apart()
    {
        const string start = "With 90,000 parameters each, on the fables, the loss is ";
        Assert.Equal(
            start + "1.505 for the RNN, 1.602 for the LSTM and 1.702 for the GRU, in nats per character "
            + "(means of 2 trainings; those of one cell are up to 0.010 apart).",
            Of(Cell("RNN", [1.50, 1.51]), Cell("LSTM", [1.600, 1.604]), Cell("GRU", [1.7, 1.7031])).Losses());
        Assert.Equal(
            start + "1.500 for the RNN, 1.600 for the LSTM and infinite for the GRU, in nats per character "
            + "(one training of each; how much the seed changes was not measured).",
            Of(Cell("RNN", [1.5]), Cell("LSTM", [1.6]), Cell("GRU", [Diverged])).Losses());
        Assert.Equal(
            start + "infinite for the RNN, 1.600 for the LSTM and 1.700 for the GRU, in nats per character "
            + "(means of 2 trainings; those of one cell are up to 0.021 apart).",                        // 0.0201, never rounded down
            Of(Cell("RNN", [1.5, Diverged]), Cell("LSTM", [1.6, 1.6]), Cell("GRU", [1.68995, 1.71005])).Losses());
        Assert.EndsWith(
            "in nats per character (means of 2 trainings).",
            Of(Cell("RNN", [1.5, Diverged]), Cell("LSTM", [1.6, Diverged]), Cell("GRU", [Diverged, 1.6])).Losses(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Where_sizes_are_not_quite_equal_both_ends_are_named() =>
        Assert.StartsWith(
            "With 89,900 to 90,000 parameters each, on the fables, ",
            Of(Cell("RNN", [1.5]) with { Parameters = 89_900 }, Cell("LSTM", [1.6]), Cell("GRU", [1.7]) with { Parameters = 89_950 }).Losses(),
            StringComparison.Ordinal);

    [Fact]
    public void Emptied_memories_are_figures_without_a_cause()
    {
        MeasuredCell rnn = Cell("RNN", [1.5]), lstm = Cell("LSTM", [1.6]), gru = Cell("GRU", [1.7]);
        const string start = "Measured with memories emptied every 64 characters, which none of them was trained for, the loss is ";
        Assert.Equal(start + "1.600 for the RNN, 1.700 for the LSTM and 1.800 for the GRU.", Of(rnn, lstm, gru).WithEmptiedMemories());
        rnn = rnn with { Emptied = Diverged };
        Assert.Equal(start + "1.700 for the LSTM and 1.800 for the GRU.", Of(rnn, lstm, gru).WithEmptiedMemories());
        Assert.Empty(Of(rnn, rnn with { Name = "LSTM" }, rnn with { Name = "GRU" }).WithEmptiedMemories());
    }

    public static TheoryData<double[], double, string> Unclipped => new()
    {
        { [1.5], 1.509, "Without shortening gradients to 1, no loss changes by more than 0.01. " },
        { [1.5], 1.6, "Without shortening gradients to 1, the RNN ends at 1.600 in place of 1.500; "
            + "the others change by no more than 0.01. " },
        { [1.5, 1.6], 1.509, "Without shortening gradients to 1 in the first seed, no loss changes by more than 0.100. " },
        { [1.5, 1.501], 1.509, "Without shortening gradients to 1 in the first seed, the RNN ends at 1.509 in place of 1.500; "
            + "the others change by no more than 0.001. " },
        { [1.5], Diverged, "Without shortening gradients to 1, the RNN diverges; the others change by no more than 0.01." },
        { [Diverged], 1.5, "Without shortening gradients to 1, the RNN, which diverges with it, ends at 1.500; "
            + "the others change by no more than 0.01. " },
        { [Diverged], Diverged, "Without shortening gradients to 1, the RNN diverges all the same; "
            + "the others change by no more than 0.01." },
        { [Diverged, 1.5], 1.5, "Without shortening gradients to 1 in the first seed, the RNN, which diverges with it, ends at 1.500; "
            + "the others change by no more than 0.001. " },
    };

    [Theory]
    [MemberData(nameof(Unclipped))]
    public void Clipping_is_judged_by_what_the_seeds_change(double[] losses, double unclipped, string expected)
    {
        double longest = double.IsFinite(unclipped) ? 12.34 : Diverged;
        MeasuredCell other = Cell("LSTM", [.. losses.Select(_ => 1.6)]), third = other with { Name = "GRU" };
        MeasuredCell rnn = Cell("RNN", losses) with { Unclipped = unclipped, LongestGradient = longest };
        string gradient = double.IsFinite(unclipped) ? "The longest gradient met is 12, the RNN's." : "";
        Assert.Equal(expected + gradient, Of(rnn, other, third).WithoutClipping());
    }

    [Fact]
    public void Where_two_or_all_change_the_rest_is_counted()
    {
        MeasuredCell rnn = Cell("RNN", [1.5]) with { Unclipped = 1.6 }, lstm = Cell("LSTM", [1.5]) with { Unclipped = Diverged };
        MeasuredCell gru = Cell("GRU", [1.5]) with { LongestGradient = 0.5 };
        Assert.Equal(
            "Without shortening gradients to 1, the RNN ends at 1.600 in place of 1.500 and the LSTM diverges; "
            + "the other changes by no more than 0.01. The longest gradient met is 2.0, the RNN's.",
            Of(rnn, lstm, gru).WithoutClipping());
        Assert.Equal(
            "Without shortening gradients to 1, the RNN ends at 1.600 in place of 1.500, the LSTM diverges and the GRU diverges. "
            + "The longest gradient met is 2.0, the RNN's.",
            Of(rnn, lstm, gru with { Unclipped = Diverged }).WithoutClipping());
    }

    [Fact]
    public void The_whole_is_its_parts_and_no_number_is_infinite()
    {
        var conclusion = Of(Cell("RNN", [1.5, 1.5]), Cell("LSTM", [1.4, 1.4]), Cell("GRU", [1.4, 1.4]));
        Assert.Equal(
            $"{conclusion.Verdict()} {conclusion.Losses()} {conclusion.WithEmptiedMemories()} {conclusion.WithoutClipping()}",
            conclusion.ToString());
        MeasuredCell lost = Cell("RNN", [Diverged]) with { Emptied = Diverged, Unclipped = Diverged, LongestGradient = Diverged };
        string allLost = Of(lost, lost with { Name = "LSTM" }, lost with { Name = "GRU" }).ToString();
        Assert.DoesNotContain("∞", allLost, StringComparison.Ordinal);
        Assert.DoesNotContain("–", allLost, StringComparison.Ordinal);
        Assert.DoesNotContain("  ", allLost, StringComparison.Ordinal);
        Assert.DoesNotContain("emptied", allLost, StringComparison.Ordinal);
    }

    private static RnnVersusLstmConclusion Of(MeasuredCell rnn, MeasuredCell lstm, MeasuredCell gru) =>
        new(rnn, lstm, gru, "the fables", Context: 64, Steps: 3000, Clip: 1);

    private static MeasuredCell Cell(string name, double[] losses) => new(
        name, name == "RNN" ? 150 : 100, Parameters: 90_000, losses, Emptied: losses[0] + 0.1, Unclipped: losses[0], LongestGradient: 2);
}
