namespace Longhand.Cli.Benchmarks;

/// <summary>
/// One measurement; what does not apply is null. ShareOfPeak is 0 to 1, of the peak with as many threads; ShareOfBandwidth of the speed at
/// which as many threads read memory.
/// </summary>
internal sealed record BenchRow(
    string Name, int Threads, double? Gflops = null, double? ShareOfPeak = null, double? TokensPerSecond = null, double? ShareOfBandwidth = null);
