using System.Diagnostics;
using Longhand.Backends.Cpu;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// Square matrix products from small to large, on one thread and on all, each in turn with the machine's peak. Of each turn the best of
/// several short runs counts, for both: what disturbs a run (other programs, clocks that rise) only ever makes it slower.
/// All turns are on the thread that calls: in turns that went on on other threads of the pool, 1024³ sometimes lost a third of its speed.
/// </summary>
internal static class GemmBench
{
    private const int Rounds = 5;
    private const double WarmUp = 0.3, Turn = 0.1, PeakTurn = 0.03;

    public static IEnumerable<BenchRow> Run(IReadOnlyList<Product> products, int threads, CancellationToken cancel)
    {
        foreach (int t in threads > 1 ? new[] { 1, threads } : [1])
        {
            double peak = MachinePeak.FusedMultiplyAdds(t, TimeSpan.FromSeconds(Turn));
            yield return new BenchRow("peak", t, Gflops: peak, ShareOfPeak: 1);
            foreach (Product product in products)
            {
                var ours = new OurProduct(product, t);
                BurstClock.Run(ours.Multiply, WarmUp, least: 1, cancel);
                double[] speeds = new double[Rounds], peaks = new double[Rounds];
                for (int i = 0; i < Rounds; i++)
                {
                    speeds[i] = Best(ours, Turn, cancel).PerSecond;
                    peaks[i] = 1e9 * MachinePeak.FusedMultiplyAdds(t, TimeSpan.FromSeconds(PeakTurn));
                }
                OwnSpeed own = OwnSpeed.Of(new Speeds(Comparison.Us, t, speeds), new Speeds(Comparison.Peak, t, peaks), product.Flops);
                string name = FormattableString.Invariant($"gemm {product.M}x{product.K}x{product.N}");
                yield return new BenchRow(name, t, own.Gflops, own.ShareOfPeak);
            }
        }
    }

    // The fastest of the runs in so much time. One call, or as many as a look at the clock does not matter to.
    private static Burst Best(OurProduct product, double seconds, CancellationToken cancel)
    {
        var best = new Burst(0, 1);
        long begun = Stopwatch.GetTimestamp();
        do
        {
            Burst run = BurstClock.Run(product.Multiply, seconds: 0.001, least: 1, cancel);
            best = run.PerSecond > best.PerSecond ? run : best;
        }
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds);
        return best;
    }
}
