using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// The most floating-point operations this machine does in a second, measured: chains of fused multiply-adds that touch no memory,
/// enough of them side by side to fill every unit. A share of this peak says how good a kernel is on any machine; the number
/// that a data sheet promises would not, since clocks depend on heat, neighbours and the width of vectors.
/// </summary>
internal static class Peak
{
    private const int Chains = 12;
    private const int Repeats = 1_000_000;

    /// <summary>Operations per second over <paramref name="threads"/> threads, in units of 10⁹. A fused multiply-add is two.</summary>
    public static double Gflops(int threads)
    {
        double best = 0;
        for (int round = 0; round < 30; round++)
        {
            best = Math.Max(best, Round(threads));
        }
        return best;
    }

    private static double Round(int threads)
    {
        var start = new Barrier(threads);
        double[] seconds = new double[threads];
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => Measure(i)))];
        Array.ForEach(others, t => t.Start());
        Measure(0);
        Array.ForEach(others, t => t.Join());
        double operations = 2.0 * Chains * Lanes * Repeats * threads;
        return operations / seconds.Max() / 1e9;

        void Measure(int i)
        {
            start.SignalAndWait();
            long from = Stopwatch.GetTimestamp();
            Sink = Spin(Repeats);
            seconds[i] = Stopwatch.GetElapsedTime(from).TotalSeconds;
        }
    }

    /// <summary>Holds what the loop computed, or the compiler might leave it out.</summary>
    private static volatile float Sink;

    private static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    private static float Spin(int repeats) =>
        Vector512.IsHardwareAccelerated ? Spin512(repeats) : Vector256.IsHardwareAccelerated ? Spin256(repeats) : Spin128(repeats);

    // x ← x·m + a settles at 1, so the numbers neither overflow nor become subnormal, both of which could change the speed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Spin512(int repeats)
    {
        Vector512<float> m = Vector512.Create(0.5f), a = m;
        Vector512<float> x0 = a, x1 = a, x2 = a, x3 = a, x4 = a, x5 = a, x6 = a, x7 = a, x8 = a, x9 = a, x10 = a, x11 = a;
        for (int i = 0; i < repeats; i++)
        {
            x0 = Vector512.FusedMultiplyAdd(x0, m, a);
            x1 = Vector512.FusedMultiplyAdd(x1, m, a);
            x2 = Vector512.FusedMultiplyAdd(x2, m, a);
            x3 = Vector512.FusedMultiplyAdd(x3, m, a);
            x4 = Vector512.FusedMultiplyAdd(x4, m, a);
            x5 = Vector512.FusedMultiplyAdd(x5, m, a);
            x6 = Vector512.FusedMultiplyAdd(x6, m, a);
            x7 = Vector512.FusedMultiplyAdd(x7, m, a);
            x8 = Vector512.FusedMultiplyAdd(x8, m, a);
            x9 = Vector512.FusedMultiplyAdd(x9, m, a);
            x10 = Vector512.FusedMultiplyAdd(x10, m, a);
            x11 = Vector512.FusedMultiplyAdd(x11, m, a);
        }
        return Vector512.Sum(x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Spin256(int repeats)
    {
        Vector256<float> m = Vector256.Create(0.5f), a = m;
        Vector256<float> x0 = a, x1 = a, x2 = a, x3 = a, x4 = a, x5 = a, x6 = a, x7 = a, x8 = a, x9 = a, x10 = a, x11 = a;
        for (int i = 0; i < repeats; i++)
        {
            x0 = Vector256.FusedMultiplyAdd(x0, m, a);
            x1 = Vector256.FusedMultiplyAdd(x1, m, a);
            x2 = Vector256.FusedMultiplyAdd(x2, m, a);
            x3 = Vector256.FusedMultiplyAdd(x3, m, a);
            x4 = Vector256.FusedMultiplyAdd(x4, m, a);
            x5 = Vector256.FusedMultiplyAdd(x5, m, a);
            x6 = Vector256.FusedMultiplyAdd(x6, m, a);
            x7 = Vector256.FusedMultiplyAdd(x7, m, a);
            x8 = Vector256.FusedMultiplyAdd(x8, m, a);
            x9 = Vector256.FusedMultiplyAdd(x9, m, a);
            x10 = Vector256.FusedMultiplyAdd(x10, m, a);
            x11 = Vector256.FusedMultiplyAdd(x11, m, a);
        }
        return Vector256.Sum(x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Spin128(int repeats)
    {
        Vector128<float> m = Vector128.Create(0.5f), a = m;
        Vector128<float> x0 = a, x1 = a, x2 = a, x3 = a, x4 = a, x5 = a, x6 = a, x7 = a, x8 = a, x9 = a, x10 = a, x11 = a;
        for (int i = 0; i < repeats; i++)
        {
            x0 = Vector128.FusedMultiplyAdd(x0, m, a);
            x1 = Vector128.FusedMultiplyAdd(x1, m, a);
            x2 = Vector128.FusedMultiplyAdd(x2, m, a);
            x3 = Vector128.FusedMultiplyAdd(x3, m, a);
            x4 = Vector128.FusedMultiplyAdd(x4, m, a);
            x5 = Vector128.FusedMultiplyAdd(x5, m, a);
            x6 = Vector128.FusedMultiplyAdd(x6, m, a);
            x7 = Vector128.FusedMultiplyAdd(x7, m, a);
            x8 = Vector128.FusedMultiplyAdd(x8, m, a);
            x9 = Vector128.FusedMultiplyAdd(x9, m, a);
            x10 = Vector128.FusedMultiplyAdd(x10, m, a);
            x11 = Vector128.FusedMultiplyAdd(x11, m, a);
        }
        return Vector128.Sum(x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11);
    }
}
