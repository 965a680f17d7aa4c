using Longhand.Cli.Benchmarks;

namespace Longhand.Cli.Tests;

public sealed class BenchPlanTests
{
    [Fact]
    public void Each_part_trains_its_own_shapes_and_all_together_everything()
    {
        Assert.Equal(["capstone", "laptop", "desktop", "gpt2"], Trained("train"));
        Assert.Equal(["rnn", "lstm", "gru"], Trained("recurrent"));
        Assert.Equal(["capstone", "laptop", "desktop", "gpt2", "rnn", "lstm", "gru"], Trained(null));
        Assert.Empty(Trained("gemm"));
        Assert.Equal(["rnn", "lstm", "gru"], BenchPlan.Quick.Only("recurrent").Training.Select(shape => shape.Name));

        BenchPlan recurrent = BenchPlan.Full.Only("recurrent");
        Assert.True(recurrent.HasPeers);
        Assert.False(recurrent.Memory || recurrent.Writing);
        Assert.True(BenchPlan.Full.Only(null).Writing);
        Assert.Empty(recurrent.Growing);
        Assert.Empty(recurrent.Squares.Concat(recurrent.OfModels));
    }

    private static IEnumerable<string> Trained(string? part) => BenchPlan.Full.Only(part).Training.Select(shape => shape.Name);
}
