using System.Globalization;
using Longhand.Cli.Benchmarks;

namespace Longhand.Cli.Display;

/// <summary>The table of our own measurements.</summary>
/// <param name="HasProducts">Whether something in it is compared with the machine's peak.</param>
/// <param name="HasTokens">Whether something in it trains or writes.</param>
/// <param name="HasBandwidth">Whether something in it can be as fast as memory is read.</param>
internal sealed record BenchColumns(bool HasProducts, bool HasTokens, bool HasBandwidth)
{
    /// <summary>Under the table: GFLOP/s beside the peak in the first line give other shares, for the clock changes meanwhile.</summary>
    public const string Note = "of peak: of what as many threads reached right beside it, in the same round; medians of the rounds.";

    public string Heading => Line("", "threads", "GFLOP/s", "of peak", "tokens/s", "of bandwidth");

    public string Of(BenchRow row) => Line(
        row.Name, Text(row.Threads, "0"), Text(row.Gflops, "N1"), Text(row.ShareOfPeak, "P0"), Text(row.TokensPerSecond, "N0"), Text(row.ShareOfBandwidth, "P0"));

    private static string Text(double? x, string format) => x?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private string Line(string name, string threads, string gflops, string peak, string tokens, string bandwidth)
    {
        string products = HasProducts ? $"{gflops,12}{peak,10}" : "", ofTokens = HasTokens ? $"{tokens,14}" : "", ofBandwidth = HasBandwidth ? $"{bandwidth,14}" : "";
        return $"{name,-22}{threads,8}{products}{ofTokens}{ofBandwidth}".TrimEnd();
    }
}
