using Longhand.Data;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The classifier that learns nothing: a point is of the class of the nearest one known, by Euclidean distance (Fix and Hodges, 1951).
/// Something that learns should be compared with it. Each method gives the share of test points whose class it finds.
/// </summary>
internal static class NearestPoint
{
    /// <summary>Compares with the mean of each class.</summary>
    public static double OfMeans(LabelledPoints train, LabelledPoints test)
    {
        float[] means = new float[train.Classes * train.Features];
        int[] counts = [.. Enumerable.Range(0, train.Classes).Select(c => train.Labels.Count(label => label == c))];
        for (int i = 0; i < train.Count; i++)
        {
            int c = train.Labels[i];
            for (int p = 0; p < train.Features; p++) means[(c * train.Features) + p] += train.Row(i)[p] / counts[c];
        }
        return OfAll(new LabelledPoints(means, [.. Enumerable.Range(0, train.Classes)], train.Features, train.Classes), test);
    }

    /// <summary>Compares with every known point.</summary>
    public static double OfAll(LabelledPoints known, LabelledPoints test)
    {
        int right = 0;
        for (int i = 0; i < test.Count; i++)
        {
            int nearest = 0;
            float least = float.PositiveInfinity;
            for (int k = 0; k < known.Count; k++)
            {
                float distance = Distance(known.Row(k), test.Row(i));
                if (distance < least) (nearest, least) = (k, distance);
            }
            right += known.Labels[nearest] == test.Labels[i] ? 1 : 0;
        }
        return (double)right / test.Count;
    }

    private static float Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int p = 0; p < a.Length; p++) sum += (a[p] - b[p]) * (a[p] - b[p]);
        return sum;
    }
}
