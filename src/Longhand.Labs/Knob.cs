using System.Globalization;

namespace Longhand.Labs;

/// <summary>Something about a lab that can be turned: a value with a default and the range that makes sense.</summary>
/// <param name="Name">As typed after "--": small letters and hyphens.</param>
/// <param name="About">What it changes, and why one would; ends with a full stop.</param>
public abstract record Knob(string Name, string About)
{
    /// <summary>The value when nothing else is asked for.</summary>
    public abstract object Usual { get; }

    /// <summary>Says what is wrong with a value; null when nothing is.</summary>
    public abstract string? Problem(object value);

    /// <summary>A value as it is typed, the same in every culture.</summary>
    public string Show(object value) => value is double number
        ? number.ToString("R", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}

/// <summary>A whole number.</summary>
public sealed record WholeKnob(string Name, string About, int Default, int Least, int Greatest) : Knob(Name, About)
{
    public override object Usual => Default;

    public override string? Problem(object value) => value is int n && n >= Least && n <= Greatest
        ? null
        : FormattableString.Invariant($"{Name}: expected a whole number from {Least} to {Greatest}, found {Show(value)}.");
}

/// <summary>A number; the least one may be left out of the range, as 0 is of learning rates.</summary>
public sealed record NumberKnob(string Name, string About, double Default, double Least, double Greatest, bool OpenBelow = false) : Knob(Name, About)
{
    public override object Usual => Default;

    public override string? Problem(object value) => value is double x && (OpenBelow ? x > Least : x >= Least) && x <= Greatest
        ? null
        : FormattableString.Invariant($"{Name}: expected a number {(OpenBelow ? "above" : "from")} {Least} to {Greatest}, found {Show(value)}.");
}

/// <summary>One of a few words; the first is the default.</summary>
public sealed record ChoiceKnob(string Name, string About, params IReadOnlyList<string> Words) : Knob(Name, About)
{
    public override object Usual => Words[0];

    public override string? Problem(object value) => value is string word && Words.Contains(word)
        ? null
        : $"{Name}: expected one of {string.Join(", ", Words)}, found {Show(value)}.";
}
