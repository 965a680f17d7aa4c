using System.Globalization;

namespace Longhand.Optim;

/// <summary>The ranges of hyper-parameters: each method returns the value or throws with what was found and what is allowed.</summary>
internal static class Setting
{
    /// <summary>0 ≤ value, finite.</summary>
    public static double NotNegative(string owner, string name, double value) =>
        value >= 0 && double.IsFinite(value) ? value : throw Wrong(owner, name, value, "a finite number, 0 or more");

    /// <summary>0 &lt; value, finite.</summary>
    public static double Positive(string owner, string name, double value) =>
        value > 0 && double.IsFinite(value) ? value : throw Wrong(owner, name, value, "a finite number above 0");

    /// <summary>0 ≤ value &lt; 1.</summary>
    public static double Fraction(string owner, string name, double value) =>
        value is >= 0 and < 1 ? value : throw Wrong(owner, name, value, "at least 0 and below 1");

    /// <summary>least ≤ value.</summary>
    public static long AtLeast(string owner, string name, long value, long least) =>
        value >= least ? value : throw Wrong(owner, name, value, string.Create(CultureInfo.InvariantCulture, $"at least {least}"));

    public static ArgumentOutOfRangeException Wrong(string owner, string name, double value, string allowed) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"{owner}: {name} is {value} but must be {allowed}."));
}
