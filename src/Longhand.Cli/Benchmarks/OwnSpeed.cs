using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>How fast we were beside the machine's peak, with nobody else to compare with.</summary>
/// <param name="PerSecond">Units of work in a second: the median of the rounds.</param>
/// <param name="Gflops">The same in 10⁹ floating-point operations.</param>
/// <param name="ShareOfPeak">0 to 1: the median over the rounds of the share in each.</param>
internal readonly record struct OwnSpeed(double PerSecond, double Gflops, double ShareOfPeak)
{
    /// <param name="own">Ours, in units of so many floating-point operations.</param>
    /// <param name="peak">The peak in the same rounds, in floating-point operations.</param>
    /// <param name="flops">Operations in one unit.</param>
    public static OwnSpeed Of(Speeds own, Speeds peak, double flops) =>
        new(own.Median, own.Median * flops / 1e9, flops * new Ratio(own, peak).Median);
}
