using System.Globalization;

namespace Longhand.Cli.Parsing;

/// <summary>
/// The numbers a flag takes. They are read the same in every culture: a point is the decimal mark, and "1,5", "nan" and "inf" are
/// no numbers. Ends belong to the range unless they are said to be open.
/// </summary>
internal readonly record struct NumberRange(double Least, double Greatest, bool OpenBelow = false, bool OpenAbove = false)
{
    /// <exception cref="FormatException">Not a whole number in the range; the message says what is.</exception>
    public int? Whole(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && Holds(value)
            ? value
            : throw new FormatException($"expected a whole number {Described}, found \"{text}\".");

    /// <exception cref="FormatException">Not a number in the range; the message says what is.</exception>
    public double? Number(string text)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(text, style, CultureInfo.InvariantCulture, out double value) && Holds(value))
        {
            return value;
        }
        string hint = text.Contains(',', StringComparison.Ordinal) ? " Hint: write a point as the decimal mark." : "";
        throw new FormatException($"expected a number {Described}, found \"{text}\".{hint}");
    }

    private string Described => (OpenBelow, OpenAbove) switch
    {
        (false, false) => $"from {Show(Least)} to {Show(Greatest)}",
        (true, false) => $"above {Show(Least)} and up to {Show(Greatest)}",
        (false, true) => $"from {Show(Least)} to below {Show(Greatest)}",
        (true, true) => $"between {Show(Least)} and {Show(Greatest)}",
    };

    // NaN fails both comparisons.
    private bool Holds(double value) =>
        (OpenBelow ? value > Least : value >= Least) && (OpenAbove ? value < Greatest : value <= Greatest);

    private static string Show(double value) => value.ToString(Math.Abs(value) >= 1000 ? "N0" : "R", CultureInfo.InvariantCulture);
}
