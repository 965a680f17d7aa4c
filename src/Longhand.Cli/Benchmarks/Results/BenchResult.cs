using Longhand.Backends.Cpu;

namespace Longhand.Cli.Benchmarks.Results;

/// <summary>Something a benchmark found out, in the order it did. Lines, JSON and Markdown are written from these alone.</summary>
internal abstract record BenchResult;

/// <summary>A sentence for the reader; a failure also decides the exit code.</summary>
internal sealed record Remark(string Text, bool IsFailure) : BenchResult;

/// <summary>This machine, as it was at the beginning.</summary>
/// <param name="Rows">Processor, cores, vectors, versions: name and value.</param>
/// <param name="Threads">How many threads "all" is.</param>
/// <param name="Peak">Fused multiply-adds on one thread and all, and reading memory with all.</param>
/// <param name="ReadOneThread">Reading memory with one thread, in 10⁹ bytes per second.</param>
internal sealed record MachineFacts(IReadOnlyList<(string Name, string Value)> Rows, int Threads, MachinePeak Peak, double ReadOneThread) : BenchResult;

/// <summary>A library that was found. Slow means that only the reference BLAS is there: no honest comparison.</summary>
internal sealed record PeerFacts(string Name, string Version, int Threads, string Python, string Blas, string Kernels, bool IsSlow) : BenchResult;

/// <summary>The losses of the first steps, from the same weights on the same batch.</summary>
/// <param name="Shape">The name of the training shape.</param>
/// <param name="Parameters">How many both have.</param>
/// <param name="Peer">Who else.</param>
/// <param name="Threads">The peer's.</param>
/// <param name="Ours">Our losses.</param>
/// <param name="Theirs">The peer's.</param>
internal sealed record LossCheck(string Shape, long Parameters, string Peer, int Threads, IReadOnlyList<double> Ours, IReadOnlyList<double> Theirs) : BenchResult
{
    /// <summary>The greatest relative difference; infinite when a loss is no number.</summary>
    public double Difference => Ours.Zip(Theirs, (a, b) => double.IsFinite(a) && double.IsFinite(b) ? Math.Abs(a - b) / Math.Abs(a) : double.PositiveInfinity).Max();
}

/// <summary>Speed of our training as one size grows.</summary>
/// <param name="Series">width, context or batch.</param>
/// <param name="Value">That size.</param>
/// <param name="Threads">How many compute.</param>
/// <param name="TokensPerSecond">Median of the bursts.</param>
/// <param name="Gflops">The same in 10⁹ operations per second.</param>
/// <param name="ShareOfPeak">0 to 1.</param>
internal sealed record ScalePoint(string Series, int Value, int Threads, double TokensPerSecond, double Gflops, double ShareOfPeak) : BenchResult;

/// <summary>How fast a model of a preset's shape writes, one token after another.</summary>
/// <param name="Model">The preset, and "8bit" where its weights are held in 8 bits.</param>
/// <param name="Threads">How many compute.</param>
/// <param name="TokensPerSecond">Median of the texts.</param>
/// <param name="ShareOfBandwidth">The bytes of weights that tokens need, of the memory's speed, 0 to 1; null for a model that caches hold.</param>
internal sealed record WritingSpeed(string Model, int Threads, double TokensPerSecond, double? ShareOfBandwidth) : BenchResult;

/// <summary>What training of a shape keeps in memory, in bytes.</summary>
/// <param name="Shape">The name of the training shape.</param>
/// <param name="Parameters">How many.</param>
/// <param name="Peak">The process's peak resident size, the program itself included.</param>
/// <param name="State">16 bytes per parameter: weight, gradient and two moments.</param>
/// <param name="Activations">What the backward pass needs from the forward pass, and the logits with their gradient.</param>
internal sealed record MemoryUse(string Shape, long Parameters, long Peak, long State, long Activations) : BenchResult;
