using System.Globalization;

namespace Longhand.Training;

/// <summary>Numbers and names as a finding says them: short, and the same in every culture.</summary>
internal static class Say
{
    /// <summary>A loss or a size, to three digits: 2.31, 0.0042, 1.2e-07.</summary>
    public static string Number(double x) => !double.IsFinite(x) ? "no finite number"
        : x.ToString("G3", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);

    /// <summary>A share in percent, with a digit where there would be none: 34%, 0.6%, 210%, and 35 times.</summary>
    public static string Percent(double share) => !double.IsFinite(share) ? "no finite share"
        : share >= 10 ? Times(share)
        : share >= 0.0995 || share == 0 ? (100 * share).ToString("0", CultureInfo.InvariantCulture) + "%"
        : $"{(100 * share).ToString("G2", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal)}%";

    /// <summary>A factor: 3 times, 4.2e+06 times.</summary>
    public static string Times(double x) => $"{(x < 100 ? Number(x) : x < 1e6 ? x.ToString("N0", CultureInfo.InvariantCulture) : Number(x))} times";

    /// <summary>A layer's name without what all of a model's layers begin with.</summary>
    public static string Layer(string name) => name.StartsWith("transformer.", StringComparison.Ordinal) ? name["transformer.".Length..] : name;

    /// <summary>Text with numbers that were formatted already, or whole ones.</summary>
    public static string Text(FormattableString text) => FormattableString.Invariant(text);
}
