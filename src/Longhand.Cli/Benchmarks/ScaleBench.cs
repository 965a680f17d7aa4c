using Longhand.Backends.Cpu;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>Training as one size grows. A fall in the share of the peak from one row to the next would be a cliff.</summary>
internal static class ScaleBench
{
    private const int Bursts = 3;

    public static ScalePoint Run(string series, int value, TrainingShape shape, int threads, double seconds, CancellationToken cancel)
    {
        var training = new OurTraining(shape, threads);
        MachinePeak before = MachinePeak.Measure(threads);
        BurstClock.Run(() => training.Step(), seconds / 2, least: 2, cancel);
        double[] speeds = new double[Bursts];
        for (int i = 0; i < Bursts; i++)
        {
            speeds[i] = BurstClock.Run(() => training.Step(), seconds / Bursts, least: 1, cancel).PerSecond * shape.Tokens;
        }
        double peak = Peaks.Again(before, threads).AllThreads;
        double speed = Speeds.MedianOf(speeds), gflops = speed * StepCost.FlopsPerToken(shape.Model) / 1e9;
        return new ScalePoint(series, value, threads, speed, gflops, gflops / peak);
    }
}
