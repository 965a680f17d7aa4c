using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>Training as one size grows. A fall in the share of the peak from one row to the next would be a cliff.</summary>
internal static class ScaleBench
{
    private const int Bursts = 3;

    public static async Task<ScalePoint> RunAsync(
        string series, int value, TrainingShape shape, int threads, double seconds, CancellationToken cancel)
    {
        var training = new OurTraining(shape, threads);
        BurstClock.Run(() => training.Step(), seconds / 2, least: 2, cancel);
        OwnSpeed own = await Side.Ours(threads, () => training.Step(), shape.Tokens)
            .BesidePeakAsync(StepCost.FlopsPerToken(shape.Model), Bursts, seconds / Bursts, cancel);
        return new ScalePoint(series, value, threads, own.PerSecond, own.Gflops, own.ShareOfPeak);
    }
}
