namespace Longhand.Cli.Benchmarks.Results;

/// <summary>So much work in so much time.</summary>
internal readonly record struct Burst(long Count, double Seconds)
{
    public double PerSecond => Count / Seconds;

    /// <summary>The same work, counted in units of which each piece has so many.</summary>
    public Burst Times(double units) => this with { Count = (long)(Count * units) };
}

/// <summary>How fast one side was in each round, in pieces of work per second.</summary>
internal sealed record Speeds(string Who, int Threads, IReadOnlyList<double> Rounds)
{
    public double Median => MedianOf(Rounds);

    public double Least => Rounds.Min();

    public double Greatest => Rounds.Max();

    internal static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>
/// How many times as fast one side was as another: the median over the rounds of the ratio within each, because a disturbance that
/// lasts longer than a round slows both.
/// </summary>
internal sealed record Ratio(Speeds Ours, Speeds Theirs)
{
    public double Median => Speeds.MedianOf(EachRound);

    public double Least => EachRound.Min();

    public double Greatest => EachRound.Max();

    private IEnumerable<double> EachRound => Ours.Rounds.Zip(Theirs.Rounds, (a, b) => a / b);
}
