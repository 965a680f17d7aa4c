namespace Longhand.Pictures;

/// <summary>A point of a curve.</summary>
public readonly record struct Point(double X, double Y)
{
    internal const double Farthest = 1e15;

    /// <summary>False for NaN, infinities and numbers no axis could show: the curve has a gap there.</summary>
    public bool IsDrawable => Math.Abs(Y) <= Farthest;

    /// <summary>Points at x = <paramref name="from"/>, from + <paramref name="step"/>, …, one for each value.</summary>
    public static Point[] Of(IEnumerable<double> values, double from = 0, double step = 1) =>
        [.. values.Select((y, i) => new Point(from + (i * step), y))];

    /// <summary>The graph of a function over [from, to], measured at <paramref name="count"/> places.</summary>
    public static Point[] Graph(Func<double, double> function, double from, double to, int count = 241) =>
        [.. Enumerable.Range(0, count).Select(i => from + ((to - from) * i / (count - 1))).Select(x => new Point(x, function(x)))];
}
