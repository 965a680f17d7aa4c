using Longhand.Backends.Cpu;

namespace Longhand.Cli.Benchmarks;

/// <summary>On a shared machine the peak drifts, so it is measured beside each group of figures.</summary>
internal static class Peaks
{
    /// <summary>Measures the peak once more, after the work: the better of that and the one from before.</summary>
    public static MachinePeak Again(MachinePeak before, int threads) => Better(before, MachinePeak.Measure(threads));

    /// <summary>The better of two measurements in each number: what disturbs one only ever makes it lower, which would flatter the kernels.</summary>
    public static MachinePeak Better(MachinePeak a, MachinePeak b) => new(
        Math.Max(a.OneThread, b.OneThread), Math.Max(a.AllThreads, b.AllThreads), Math.Max(a.ReadBandwidth, b.ReadBandwidth));
}
