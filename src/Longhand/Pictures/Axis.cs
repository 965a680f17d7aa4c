namespace Longhand.Pictures;

/// <summary>How the numbers along an axis are spaced.</summary>
public enum Scale
{
    /// <summary>Equal distances are equal differences.</summary>
    Linear,

    /// <summary>Equal distances are equal factors; only numbers above 0 have a place.</summary>
    Log,
}

/// <summary>One direction of a chart: which values it covers, where each lies, and which of them are labelled.</summary>
internal abstract class Axis
{
    public double Low { get; protected init; }

    public double High { get; protected init; }

    /// <summary>The power of ten the labels leave out, as " (×10⁻³)", or nothing.</summary>
    public virtual string Unit => "";

    /// <summary>Each tick's value and label, from the low end to the high one.</summary>
    public abstract IEnumerable<(double Value, string Label)> Ticks();

    /// <summary>Where a value lies between the two ends, 0 to 1 (outside for values beyond them).</summary>
    public abstract double Share(double value);

    /// <summary>Whether a value has a place on this axis at all.</summary>
    public virtual bool CanShow(double value) => Math.Abs(value) <= Point.Farthest;

    /// <summary>An axis that covers the given range, or else all of the values that can be drawn.</summary>
    public static Axis Over(IEnumerable<double> values, Scale scale, (double Low, double High)? range, int ticks)
    {
        if (range is { } r)
        {
            return scale == Scale.Log ? new LogAxis(r.Low, r.High) : new LinearAxis(r.Low, r.High, ticks, keepsEnds: true);
        }
        double[] shown = [.. values.Where(v => Math.Abs(v) <= Point.Farthest && (scale == Scale.Linear || v > 0))];
        (double low, double high) = shown.Length == 0 ? (scale == Scale.Log ? 0.1 : 0, 1) : (shown.Min(), shown.Max());
        return scale == Scale.Log ? new LogAxis(low, high) : new LinearAxis(low, high, ticks);
    }
}
