using Longhand.Labs.Experiments;

namespace Longhand.Tests;

/// <summary>What the lab says of numbers that were chosen for it.</summary>
public sealed class RecurrentMemoryConclusionTests
{
    private static readonly GrownCell s_gru = new("GRU", 200, 0.99, WasGrowing: false), s_lstm = new("LSTM", 200, 1, WasGrowing: false);

    [Fact]
    public void A_distance_mastered_and_lost_again_is_not_called_a_memory() =>
        Assert.Equal(
            "At shorter distances the share of right answers is then 20% for the simple cell, 99% for the GRU and 100% for the LSTM "
            + "(guessing: 12%): what the simple cell learned fits about one distance, the last; the others are lost again.",
            Of(new GrownCell("simple cell", 56, 0.2, WasGrowing: true)).Afterwards());

    [Fact]
    public void Where_all_hold_on_only_the_shares_are_told() =>
        Assert.EndsWith(
            "100% for the LSTM (guessing: 12%).", Of(new GrownCell("simple cell", 56, 0.9, WasGrowing: true)).Afterwards(), StringComparison.Ordinal);

    [Fact]
    public void Where_nothing_was_mastered_nothing_is_asked()
    {
        var none = new GrownCell("simple cell", 0, double.NaN, WasGrowing: false);
        RecurrentMemoryConclusion conclusion = Of(none) with { Gru = none with { Name = "GRU" }, Lstm = none with { Name = "LSTM" } };
        Assert.Empty(conclusion.Afterwards());
        Assert.Empty(conclusion.StillGrowing());
        Assert.Contains("with 3 90% (guessing: 12%)", conclusion.ToString(), StringComparison.Ordinal);
        Assert.Equal("distractors, where training ended", none.About);
    }

    [Fact]
    public void Cells_that_had_not_levelled_off_are_named()
    {
        RecurrentMemoryConclusion conclusion = Of(new GrownCell("simple cell", 56, 0.2, WasGrowing: true));
        Assert.Equal(
            "In the second half of the 800 steps the simple cell's distance was still growing: more steps may take it further.",
            conclusion.StillGrowing());
        Assert.Contains(
            "the simple cell's and the GRU's distances were", (conclusion with { Gru = s_gru with { WasGrowing = true } }).StillGrowing(),
            StringComparison.Ordinal);
        Assert.Equal(("56", "200 or more"), (conclusion.Simple.Far, s_gru.Far));
    }

    private static RecurrentMemoryConclusion Of(GrownCell simple) =>
        new(simple, s_gru, s_lstm, Trainings: 3, Steps: 800, new FixedDistance(20, WithBias0: 0.1, WithBias1: 0.5, WithBias3: 0.9));
}
