using System.Globalization;
using Longhand.Cli.Display;

namespace Longhand.Cli.Benchmarks.Results;

/// <summary>Figures of a benchmark as people read them, the same in lines and in Markdown.</summary>
internal static class Say
{
    public const string Nothing = "–";

    /// <summary>Three digits or more: 0.123, 12.3, 123, 12,345.</summary>
    public static string Number(double x) => !double.IsFinite(x) ? Nothing : x switch
    {
        >= 100 => x.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => x.ToString("N1", CultureInfo.InvariantCulture),
        >= 1 => x.ToString("N2", CultureInfo.InvariantCulture),
        _ => x.ToString("N3", CultureInfo.InvariantCulture),
    };

    /// <summary>2.03.</summary>
    public static string Times(double ratio) => double.IsFinite(ratio) ? ratio.ToString("N2", CultureInfo.InvariantCulture) : Nothing;

    public static string Threads(int threads) => threads == 1 ? "1 thread" : $"{Show.Count(threads)} threads";

    /// <summary>The middle value of a side's rounds in a unit of so many operations, with least and greatest: "217 (215–219)".</summary>
    public static string Spread(Speeds? side, double unit = 1) =>
        side is null ? Nothing : $"{Number(side.Median / unit)} ({Number(side.Least / unit)}–{Number(side.Greatest / unit)})";

    /// <summary>"2.03 (1.98–2.10)".</summary>
    public static string Spread(Ratio? ratio) => ratio is null ? Nothing : $"{Times(ratio.Median)} ({Times(ratio.Least)}–{Times(ratio.Greatest)})";

    /// <summary>How closely losses agree: "3e-07".</summary>
    public static string Difference(double relative) => relative == 0 ? "0" : relative.ToString("0e-0", CultureInfo.InvariantCulture);

    public static string Gigabytes(long bytes) => (bytes / 1e9).ToString("N2", CultureInfo.InvariantCulture) + " GB";
}
