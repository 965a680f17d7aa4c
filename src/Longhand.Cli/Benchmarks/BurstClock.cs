using System.Diagnostics;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>Does a piece of work again and again for a while. tools/twins/peer.py times its bursts in the same way.</summary>
internal static class BurstClock
{
    /// <param name="work">One piece.</param>
    /// <param name="seconds">How long at least.</param>
    /// <param name="least">How often at least.</param>
    /// <param name="cancel">Looked at as often as the clock.</param>
    public static Burst Run(Action work, double seconds, int least, CancellationToken cancel)
    {
        long count = 0, calls = 1, begun = Stopwatch.GetTimestamp();
        while (true)
        {
            for (long i = 0; i < calls; i++)
            {
                work();
            }
            count += calls;
            double taken = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            if (taken >= seconds && count >= least)
            {
                return new Burst(count, taken);
            }
            cancel.ThrowIfCancellationRequested();

            // Short calls take less than a look at the clock: one look about every hundredth of a second.
            calls = Math.Max(1, (long)(0.01 * count / taken));
        }
    }
}
