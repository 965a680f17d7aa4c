using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// Training as one size grows. A fall in the share of the peak from one row to the next would be a cliff; so that it is not a moment in which
/// a shared machine was slow, all sizes take turns. So all their models are in memory together.
/// </summary>
internal static class ScaleBench
{
    public const int Rounds = 5;

    /// <param name="series">What grows.</param>
    /// <param name="sizes">From small to large.</param>
    /// <param name="threads">How many compute.</param>
    /// <param name="seconds">How long each size is measured, at least one step in each round.</param>
    /// <param name="cancel">Stops between two turns, and within one.</param>
    public static async Task<IReadOnlyList<ScalePoint>> RunAsync(
        string series, IReadOnlyList<(int Value, TrainingShape Shape)> sizes, int threads, double seconds, CancellationToken cancel)
    {
        double turn = seconds / Rounds;
        List<Side> sides = [];
        foreach ((_, TrainingShape shape) in sizes)
        {
            var training = new OurTraining(shape, threads);
            BurstClock.Run(() => training.Step(), turn, least: 2, cancel);
            sides.Add(Side.Ours(threads, () => training.Step(), shape.Tokens));
        }
        sides.Add(Side.Peak(threads));
        IReadOnlyList<Speeds> speeds = await Side.InTurnAsync(sides, Rounds, turn, failed: problem => throw problem, cancel);
        return [.. sizes.Select((size, i) =>
        {
            OwnSpeed own = OwnSpeed.Of(speeds[i], speeds[^1], StepCost.FlopsPerToken(size.Shape.Model));
            return new ScalePoint(series, size.Value, threads, own.PerSecond, own.Gflops, own.ShareOfPeak);
        })];
    }
}
