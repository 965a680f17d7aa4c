using Longhand.Text;
using Longhand.Training;

namespace Longhand.Tests;

public sealed class RunRepairTests
{
    [Theory]
    [InlineData(30, 30, "the checkpoint of step 30, the same weights that it held.")]
    [InlineData(20, 30, "the newest weights, not the best, which were those of step 20 (validation loss 2.5000, now 2.7500).")]
    [InlineData(20, 25, "the newest weights, not the best, which were those of step 20 (validation loss 2.5000).")]
    public void It_tells_which_weights_take_the_place_of_the_lost_ones(int best, int evaluated, string told)
    {
        var before = new TrainingState { Step = 30, EvaluatedAt = evaluated, BestStep = best, BestLoss = 2.5, KeptStep = best, Waited = 1 };
        TrainingState after = RunRepair.WithNewestWeights(before, [new(20, 2.5), new(evaluated, 2.75)]);
        Assert.EndsWith(told, RunRepair.Describe(before, after, "damaged"), StringComparison.Ordinal);
        Assert.Equal((30, 1), (after.KeptStep, after.Waited));
        Assert.Equal(best == 30 ? 2.5 : evaluated == 30 ? 2.75 : double.PositiveInfinity, after.BestLoss);
    }

    [Fact]
    public void A_tokenizer_that_is_not_the_texts_is_written_again()
    {
        using var folder = new TemporaryFolder();
        CharTokenizer ours = CharTokenizer.FromText("abc");
        Assert.Equal("tokenizer.json was missing; it is written again from the text.", RunRepair.Tokenizer(folder.Path, ours));
        Assert.Null(RunRepair.Tokenizer(folder.Path, ours));
        CharTokenizer.FromText("abd").Save(folder["tokenizer.json"]);
        Assert.Equal("tokenizer.json was another text's; it is written again from the text.", RunRepair.Tokenizer(folder.Path, ours));
        Assert.Equal("abc", CharTokenizer.Load(folder["tokenizer.json"]).Decode([0, 1, 2]));
    }
}
