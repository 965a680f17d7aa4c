using Longhand.Numerics;

namespace Longhand.Data;

/// <summary>
/// Examples of a classification: N rows of F numbers, and for each row its class, 0 … K − 1. Flat arrays and nothing more, so that
/// the scalar engine, the models derived by hand and the tensor engine can all learn from the same points.
/// <para>Left out: batches (slice the arrays, or <see cref="Select"/> rows) and any scaling of the numbers.</para>
/// </summary>
public sealed class LabelledPoints
{
    /// <summary>Takes the arrays as they are, without copying; the caller no longer changes them.</summary>
    /// <param name="x">(N, F), row after row; finite.</param>
    /// <param name="labels">(N), each from 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="features">F, at least 1.</param>
    /// <param name="classes">K, at least 1; a class without points is allowed.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together, a label is out of range, or a number is not finite.</exception>
    public LabelledPoints(float[] x, int[] labels, int features, int classes)
    {
        PointsCheck.Rows(nameof(LabelledPoints), x, labels.Length, features);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
                throw new ArgumentException(FormattableString.Invariant(
                    $"LabelledPoints: the label of row {i} is {labels[i]}, but with {classes} classes labels go from 0 to {classes - 1}."));
        }
        (X, Labels, Features, Classes) = (x, labels, features, classes);
    }

    /// <summary>The numbers of all points, (N, F), row after row.</summary>
    public float[] X { get; }

    /// <summary>The class of each point, (N).</summary>
    public int[] Labels { get; }

    /// <summary>N, the number of points.</summary>
    public int Count => Labels.Length;

    /// <summary>F, the numbers of a point.</summary>
    public int Features { get; }

    /// <summary>K, the number of classes.</summary>
    public int Classes { get; }

    /// <summary>The F numbers of point i.</summary>
    public ReadOnlySpan<float> Row(int i)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(i);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, Count);
        return X.AsSpan(i * Features, Features);
    }

    /// <summary>A copy of these rows, in this order; a row may be named twice.</summary>
    public LabelledPoints Select(ReadOnlySpan<int> rows)
    {
        float[] x = new float[rows.Length * Features];
        int[] labels = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(x.AsSpan(i * Features));
            labels[i] = Labels[rows[i]];
        }
        return new LabelledPoints(x, labels, Features, Classes);
    }

    /// <summary>
    /// Divides the points, shuffled, into those to learn from and those to judge by: of N points, N·<paramref name="heldOut"/>, rounded,
    /// are held out, at least one and at most N − 1. Classes are not balanced between the two parts.
    /// </summary>
    /// <param name="heldOut">The share to hold out, between 0 and 1.</param>
    /// <param name="rng">Decides who goes where; this method forks its own purpose from it.</param>
    /// <exception cref="ArgumentException">There are fewer than two points, or the share is not between 0 and 1.</exception>
    public (LabelledPoints Train, LabelledPoints HeldOut) Split(double heldOut, Rng rng)
    {
        if (!(heldOut > 0 && heldOut < 1))
            throw new ArgumentOutOfRangeException(nameof(heldOut), FormattableString.Invariant(
                $"LabelledPoints.Split: the share to hold out is {heldOut} but must lie between 0 and 1, for example 0.2."));
        if (Count < 2) throw new ArgumentException($"LabelledPoints.Split: two parts need at least 2 points, and there are {Count}.");
        int[] order = rng.Fork("split").Permutation(Count);
        int held = Math.Clamp((int)Math.Round(Count * heldOut), 1, Count - 1);
        return (Select(order.AsSpan(held)), Select(order.AsSpan(0, held)));
    }
}
