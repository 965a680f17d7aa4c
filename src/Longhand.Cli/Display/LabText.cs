using System.Globalization;
using Longhand.Labs;

namespace Longhand.Cli.Display;

/// <summary>The words of a lab's displays.</summary>
internal static class LabText
{
    public const string Stopping = "Stopping; nothing is written…";

    public const string Stopped = "Stopped; nothing was written.";

    private const int Widest = 100;

    /// <summary>What came out, for a person.</summary>
    public static IEnumerable<string> Closing(LabResult result, string? file, double seconds, int width) =>
    [
        .. Show.Wrap(result.Conclusion.Replace("`", "", StringComparison.Ordinal), Math.Min(Widest, width)),
        .. file is null ? [] : new[] { "", string.Create(CultureInfo.InvariantCulture, $"Pictures: {file} ({seconds:0.0} s)") },
    ];

    /// <summary>The numbers worth watching: "loss 0.312   accuracy 0.97".</summary>
    public static string Numbers(LabProgress progress) => string.Join("   ", progress.Numbers.Select(n => $"{n.Name} {Show.Short(n.Value)}"));
}
