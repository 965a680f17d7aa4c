namespace Longhand.Cli.Benchmarks.Results;

/// <summary>What a comparison is about.</summary>
internal enum Subject
{
    /// <summary>Whole steps; speeds are in tokens.</summary>
    Training,

    /// <summary>Square matrix products; speeds are in operations.</summary>
    SquareProduct,

    /// <summary>The products of the presets; speeds are in operations.</summary>
    ModelProduct,
}

/// <summary>The same work done by several sides in turn.</summary>
/// <param name="Subject">What kind of work.</param>
/// <param name="Name">Which: a shape's or a product's.</param>
/// <param name="Flops">Floating-point operations in one unit of speed, as we do it.</param>
/// <param name="Peaks">This machine's with each number of threads, measured in turn with the sides, in floating-point operations.</param>
/// <param name="Sides">Everyone who finished, ours among them.</param>
internal sealed record Comparison(
    Subject Subject, string Name, double Flops, IReadOnlyList<Speeds> Peaks, IReadOnlyList<Speeds> Sides) : BenchResult
{
    public const string Us = "Longhand", Peak = "peak";

    /// <summary>Out of the speeds of everyone and of the peak, as <see cref="Side.InTurnAsync"/> measured them.</summary>
    public static Comparison Of(Subject subject, string name, double flops, IReadOnlyList<Speeds> speeds, bool isUnfair) =>
        new(subject, name, flops, [.. speeds.Where(side => side.Who == Peak)], [.. speeds.Where(side => side.Who != Peak)])
        {
            IsUnfair = isUnfair,
        };

    /// <summary>Set when the peer multiplies with the reference BLAS only.</summary>
    public bool IsUnfair { get; init; }

    /// <summary>Floating-point operations in one unit of a peer's speed, where its way to the same result takes more of them.</summary>
    public double PeerFlops { get; init; } = Flops;

    public IEnumerable<Speeds> Ours => Sides.Where(side => side.Who == Us);

    /// <summary>Our best number of threads, or null.</summary>
    public Speeds? OurBest => Ours.MaxBy(side => side.Median);

    /// <summary>The peer's best number of threads, of at most so many.</summary>
    public Speeds? PeerBest(int threads = int.MaxValue) =>
        Sides.Where(side => side.Who != Us && side.Threads <= threads).MaxBy(side => side.Median);

    /// <summary>Us with so many threads, or null.</summary>
    public Speeds? With(int threads) => Ours.FirstOrDefault(side => side.Threads == threads);

    /// <summary>How many times as fast we are with all threads as with one; null when only one was measured.</summary>
    public Ratio? SpeedUp => AllToOne(Ours);

    /// <summary>The same of the peak: what the machine gives at most. On a shared one that is at times less than its number of cores.</summary>
    public Ratio? PeakSpeedUp => AllToOne(Peaks);

    /// <summary>Us with so many threads against the peer's best with at most as many.</summary>
    public Ratio? RatioAt(int threads) =>
        With(threads) is { } ours && PeerBest(threads) is { } theirs ? new Ratio(ours, theirs) : null;

    /// <summary>Our best against the peer's best.</summary>
    public Ratio? BestRatio => OurBest is { } ours && PeerBest() is { } theirs ? new Ratio(ours, theirs) : null;

    /// <summary>The side's speeds in 10⁹ of the operations that it does itself, per second.</summary>
    public Speeds InGflops(Speeds side) => side with { Rounds = [.. side.Rounds.Select(speed => speed * FlopsOf(side) / 1e9)] };

    /// <summary>
    /// 0 to 1, of the peak with as many threads: the median over the rounds of the share in each; not a number where that peak was not
    /// measured.
    /// </summary>
    public double ShareOfPeak(Speeds side) =>
        Peaks.FirstOrDefault(peak => peak.Threads == side.Threads) is { } peak ? FlopsOf(side) * new Ratio(side, peak).Median : double.NaN;

    private static Ratio? AllToOne(IEnumerable<Speeds> sides) =>
        sides.FirstOrDefault(side => side.Threads == 1) is { } one && sides.MaxBy(side => side.Threads) is { Threads: > 1 } all ? new Ratio(all, one) : null;

    private double FlopsOf(Speeds side) => side.Who == Us ? Flops : PeerFlops;
}
