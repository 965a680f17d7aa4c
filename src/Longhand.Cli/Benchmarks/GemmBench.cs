using System.Diagnostics;
using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Numerics;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// Square matrix products from small to large, on one thread and on all. The best of several runs counts: what disturbs a run
/// (other programs, clocks that rise) only ever makes it slower.
/// </summary>
internal static class GemmBench
{
    private static readonly int[] Sizes = [64, 128, 256, 512, 768, 1024, 1536];

    public static IEnumerable<BenchRow> Run(int threads, CancellationToken cancel)
    {
        foreach (int t in threads > 1 ? new[] { 1, threads } : [1])
        {
            var backend = new CpuBackend(t);
            MachinePeak before = MachinePeak.Measure(t);
            var products = new List<(int Size, double Gflops)>();
            foreach (int n in Sizes)
            {
                cancel.ThrowIfCancellationRequested();
                products.Add((n, Measure(backend, n)));
            }
            double peak = Peaks.Again(before, t).AllThreads;
            yield return new BenchRow("peak", t, Gflops: peak, ShareOfPeak: 1);
            foreach ((int n, double gflops) in products)
            {
                yield return new BenchRow($"gemm {n}x{n}x{n}", t, gflops, gflops / peak);
            }
        }
    }

    private static double Measure(CpuBackend backend, int n)
    {
        Storage y = backend.Allocate(n * n);
        Storage a = Filled(backend, n, "a");
        Storage b = Filled(backend, n, "b");
        var sizes = new MatMulSizes(Batch: 1, M: n, N: n, K: n);
        // Small products last microseconds: enough of them in a row for the clock to see.
        int inner = (int)Math.Max(1, 50_000_000L / ((long)n * n * n));
        double best = double.MaxValue;
        long begun = Stopwatch.GetTimestamp();
        for (int run = 0; run < 5 || Stopwatch.GetElapsedTime(begun).TotalSeconds < 0.5; run++)
        {
            long from = Stopwatch.GetTimestamp();
            for (int i = 0; i < inner; i++)
            {
                backend.MatMul(y, a, b, sizes);
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalSeconds / inner);
        }
        return 2.0 * n * n * n / best / 1e9;
    }

    private static Storage Filled(CpuBackend backend, int n, string seed)
    {
        var rng = new Rng(seed);
        float[] values = new float[n * n];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)rng.Normal(i);
        }
        Storage x = backend.Allocate(values.Length);
        backend.Write(x, values.AsSpan());
        return x;
    }
}
