namespace Longhand.Data;

/// <summary>
/// Examples of a regression: N rows of F numbers, and for each row the number to predict from them.
/// The counterpart of <see cref="LabelledPoints"/>, whose rows have classes.
/// </summary>
public sealed class RegressionPoints
{
    /// <summary>Takes the arrays as they are, without copying; the caller no longer changes them.</summary>
    /// <param name="x">(N, F), row after row; finite.</param>
    /// <param name="targets">(N); finite.</param>
    /// <param name="features">F, at least 1.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together, or a number is not finite.</exception>
    public RegressionPoints(float[] x, float[] targets, int features)
    {
        PointsCheck.Rows(nameof(RegressionPoints), x, targets.Length, features);
        PointsCheck.Finite(nameof(RegressionPoints), "target", targets);
        (X, Targets, Features) = (x, targets, features);
    }

    /// <summary>The numbers of all points, (N, F), row after row.</summary>
    public float[] X { get; }

    /// <summary>The number to predict for each point, (N).</summary>
    public float[] Targets { get; }

    /// <summary>N, the number of points.</summary>
    public int Count => Targets.Length;

    /// <summary>F, the numbers of a point.</summary>
    public int Features { get; }

    /// <summary>The F numbers of point i.</summary>
    public ReadOnlySpan<float> Row(int i)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(i);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, Count);
        return X.AsSpan(i * Features, Features);
    }
}
