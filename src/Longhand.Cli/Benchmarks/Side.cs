using Longhand.Backends.Cpu;
using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>One side of a comparison, ready to work: <paramref name="Work"/> does it for at least so many seconds.</summary>
/// <param name="Who">Whose code it is.</param>
/// <param name="Threads">How many it computes with.</param>
/// <param name="Work">A burst, counted in the comparison's unit.</param>
internal sealed record Side(string Who, int Threads, Func<double, CancellationToken, Task<Burst>> Work)
{
    // Threads that other libraries leave spinning after a call go to sleep in this time.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(40);

    // Long enough for a second core that slept during the pause to be there at least once: 30 ms were not, on a virtual machine.
    private static readonly TimeSpan s_peakTakes = TimeSpan.FromMilliseconds(100);

    /// <summary>Us, with so many threads: a piece of work, again and again, which counts as so many units.</summary>
    public static Side Ours(int threads, Action work, double units) => new(Comparison.Us, threads, (seconds, stop) =>
        OwnThread.Run(() => BurstClock.Run(work, seconds, least: 1, stop).Times(units)));

    /// <summary>
    /// The machine's peak as one more side, so that its clock, which drifts, is compared with itself; counted in floating-point operations.
    /// </summary>
    public static Side Peak(int threads) => new(Comparison.Peak, threads, (_, _) =>
        OwnThread.Run(() => new Burst((long)(1e9 * MachinePeak.FusedMultiplyAdds(threads, s_peakTakes)), 1)));

    /// <summary>
    /// Measures all sides in turn, A B C A B C …, one at a time: what slows the machine for longer than a round slows all of them.
    /// The warm-up is the callers'. A side that fails is left out, and <paramref name="failed"/> is told.
    /// </summary>
    public static async Task<IReadOnlyList<Speeds>> InTurnAsync(
        IReadOnlyList<Side> sides, int rounds, double seconds, Action<PeerException> failed, CancellationToken cancel)
    {
        var speeds = sides.ToDictionary(side => side, _ => new List<double>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (Side side in sides.Where(speeds.ContainsKey))
            {
                try
                {
                    await Task.Delay(s_pause, cancel);
                    speeds[side].Add((await side.Work(seconds, cancel)).PerSecond);
                }
                catch (PeerException problem)
                {
                    speeds.Remove(side);
                    failed(problem);
                }
            }
        }
        return [.. sides.Where(speeds.ContainsKey).Select(side => new Speeds(side.Who, side.Threads, speeds[side]))];
    }

    /// <summary>Measures this side alone, in turn with the peak of as many threads.</summary>
    /// <param name="flops">Floating-point operations in one of its units.</param>
    /// <param name="rounds">How often each has its turn.</param>
    /// <param name="seconds">How long a turn is.</param>
    /// <param name="cancel">Stops between two turns, and within one.</param>
    public async Task<OwnSpeed> BesidePeakAsync(double flops, int rounds, double seconds, CancellationToken cancel)
    {
        IReadOnlyList<Speeds> speeds = await InTurnAsync([this, Peak(Threads)], rounds, seconds, failed: problem => throw problem, cancel);
        return OwnSpeed.Of(speeds[0], speeds[1], flops);
    }
}
