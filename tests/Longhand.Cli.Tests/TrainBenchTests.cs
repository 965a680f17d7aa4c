using Longhand.Cli.Benchmarks;
using Longhand.Text;

namespace Longhand.Cli.Tests;

public sealed class TrainBenchTests
{
    [Fact]
    public async Task The_arithmetic_is_that_of_the_model_that_is_trained_whose_vocabulary_is_the_corpus()
    {
        var rows = new List<BenchRow>();
        await foreach (BenchRow row in TrainBench.Run([FakePeer.Shape], threads: 1, seconds: 0.01, CancellationToken.None))
        {
            rows.Add(row);
        }
        BenchRow tiny = Assert.Single(rows);
        Assert.Equal(("train tiny", 1), (tiny.Name, tiny.Threads));
        int characters = CharTokenizer.FromText(BuiltInCorpus.Text[..50_000]).VocabularySize;
        Assert.NotEqual(FakePeer.Shape.Model.Vocabulary, characters);
        double flops = StepCost.FlopsPerToken(FakePeer.Shape.Model with { Vocabulary = characters });
        Assert.Equal(flops, tiny.Gflops!.Value * 1e9 / tiny.TokensPerSecond!.Value, 6);
        Assert.InRange(tiny.ShareOfPeak!.Value, 1e-9, 1);
    }

    [Fact]
    public async Task Products_come_after_the_peak_of_as_many_threads()
    {
        BenchRow[] rows = await GemmBench.Run([Product.Square(64)], threads: 2, CancellationToken.None).ToArrayAsync();
        Assert.Equal([("peak", 1), ("gemm 64x64x64", 1), ("peak", 2), ("gemm 64x64x64", 2)], rows.Select(row => (row.Name, row.Threads)));
        Assert.All(rows, row => Assert.True(row.Gflops > 0 && row.ShareOfPeak > 0));
    }
}
