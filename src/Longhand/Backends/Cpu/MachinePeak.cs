using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Backends.Cpu;

/// <summary>
/// What this machine does at most, measured here and now rather than taken from a data sheet: clocks change with load,
/// temperature and the neighbours of a virtual machine. A kernel's share of these numbers says how much it leaves unused.
/// Of multiply-adds the median of many short runs counts: an interruption touches few of them, so it does not lower the peak and flatter
/// the kernels, and the best would be a moment's clock, which no work of a tenth of a second keeps. Of reading, whose runs are long and
/// few, the best counts.
/// </summary>
/// <param name="OneThread">Fused multiply-adds on one core, in 10⁹ floating-point operations per second (each counts two).</param>
/// <param name="AllThreads">The same on all threads together.</param>
/// <param name="ReadBandwidth">How fast all threads together read memory far larger than most caches, in 10⁹ bytes per second.</param>
public sealed record MachinePeak(double OneThread, double AllThreads, double ReadBandwidth)
{
    private const int Chains = 12;
    private const int Steps = 100_000;
    private const int ReadLength = 1 << 25; // 128 MB
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Measures for about half a second.</summary>
    /// <param name="threads">1 to 256; null means all cores that the process may use.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer threads than 1 or more than 256.</exception>
    public static MachinePeak Measure(int? threads = null)
    {
        int all = threads ?? Math.Min(Environment.ProcessorCount, 256);
        double one = FusedMultiplyAdds(1, s_patience);
        return new MachinePeak(one, all == 1 ? one : FusedMultiplyAdds(all, s_patience), Read(all));
    }

    /// <summary>
    /// How fast so many threads are at fused multiply-adds: the peak alone, without memory. For turns with the work that it is to be
    /// compared with, where the clock changes while that runs.
    /// </summary>
    /// <param name="threads">1 to 256: how many compute at the same time.</param>
    /// <param name="patience">How long to measure; the median of the runs of about 0.2 ms that begin in this time counts, at least of three.</param>
    /// <returns>10⁹ floating-point operations per second of all threads together; each multiply-add counts two.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer threads than 1 or more than 256.</exception>
    public static double FusedMultiplyAdds(int threads, TimeSpan patience)
    {
        var workers = new Workers(threads);
        int width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        List<double> times = Times(() => workers.For(threads, 1, new ComputeJob(width)), patience);
        times.Sort();
        return 2.0 * Chains * (width / 32) * Steps * threads / times[times.Count / 2] / 1e9;
    }

    private static double Read(int threads)
    {
        var workers = new Workers(threads);
        float[] numbers = GC.AllocateUninitializedArray<float>(ReadLength);
        numbers.AsSpan().Fill(1); // pages that were never written all read the same page of zeros
        return ReadLength * (double)sizeof(float) / Times(() => workers.For(ReadLength, 1, new ReadJob(numbers)), s_patience).Min() / 1e9;
    }

    private static List<double> Times(Action run, TimeSpan patience)
    {
        List<double> seconds = [];
        long began = Stopwatch.GetTimestamp();
        while (seconds.Count < 3 || Stopwatch.GetElapsedTime(began) < patience)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return seconds;
    }

    private readonly struct ComputeJob(int width) : IRangeJob
    {
        public void Run(int start, int end)
        {
            for (int part = start; part < end; part++)
            {
                if (width == 512) MultiplyAdd<Row512>();
                else if (width == 256) MultiplyAdd<Row256>();
                else MultiplyAdd<Row128>();
            }
        }
    }

    /// <summary>Twelve chains that do not wait for each other: more than any processor's latency times its units needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float MultiplyAdd<TRow>() where TRow : struct, ITileRow<TRow>
    {
        float* memory = stackalloc float[16];
        memory[0] = 1e-3f;
        TRow x = TRow.Broadcast(memory), y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        TRow y6 = default, y7 = default, y8 = default, y9 = default, y10 = default, y11 = default;
        for (int i = 0; i < Steps; i++)
        {
            TRow.MultiplyAdd(ref y0, x, x);
            TRow.MultiplyAdd(ref y1, x, x);
            TRow.MultiplyAdd(ref y2, x, x);
            TRow.MultiplyAdd(ref y3, x, x);
            TRow.MultiplyAdd(ref y4, x, x);
            TRow.MultiplyAdd(ref y5, x, x);
            TRow.MultiplyAdd(ref y6, x, x);
            TRow.MultiplyAdd(ref y7, x, x);
            TRow.MultiplyAdd(ref y8, x, x);
            TRow.MultiplyAdd(ref y9, x, x);
            TRow.MultiplyAdd(ref y10, x, x);
            TRow.MultiplyAdd(ref y11, x, x);
        }
        TRow low = TRow.Add(TRow.Add(TRow.Add(y0, y1), TRow.Add(y2, y3)), TRow.Add(y4, y5));
        TRow high = TRow.Add(TRow.Add(TRow.Add(y6, y7), TRow.Add(y8, y9)), TRow.Add(y10, y11));
        TRow.Store(TRow.Add(low, high), memory);
        return memory[0];
    }

    private readonly struct ReadJob(float[] numbers) : IRangeJob
    {
        public void Run(int start, int end) => Sum(numbers.AsSpan(start, end - start));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float Sum(ReadOnlySpan<float> numbers)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        fixed (float* x = numbers)
            for (int i = 0; i + 64 <= numbers.Length; i += 64)
            {
                s0 += Vector512.Load(x + i);
                s1 += Vector512.Load(x + i + 16);
                s2 += Vector512.Load(x + i + 32);
                s3 += Vector512.Load(x + i + 48);
            }
        return Vector512.Sum(s0 + s1 + (s2 + s3));
    }
}
