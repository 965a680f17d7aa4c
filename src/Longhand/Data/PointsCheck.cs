namespace Longhand.Data;

/// <summary>What all sets of points have in common: N rows of F finite numbers in one flat array.</summary>
internal static class PointsCheck
{
    public static void Rows(string type, float[] x, int rows, int features)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        if (x.Length != (long)rows * features)
            throw new ArgumentException(FormattableString.Invariant(
                $"{type}: {rows} rows of {features} features are {(long)rows * features} numbers, but x has {x.Length}."));
        Finite(type, "number", x);
    }

    public static void Finite(string type, string what, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new ArgumentException(FormattableString.Invariant($"{type}: {what} {i} is {values[i]}; all must be finite."));
        }
    }
}
