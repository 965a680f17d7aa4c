namespace Longhand.Pictures;

/// <summary>Makes curves fit to draw: smoothing for the eye, and thinning to about as many points as a screen has columns.</summary>
internal static class Curve
{
    /// <summary>
    /// Each value becomes the mean of the values around it, as many before as after, so that the curve does not lag behind:
    /// a hundredth of all points on either side, at least two when there are enough, and fewer near the ends. Values that cannot be drawn take no part and stay as they are.
    /// </summary>
    public static List<Point> Smooth(IReadOnlyList<Point> points)
    {
        int n = points.Count;
        var sums = new double[n + 1];
        var counts = new int[n + 1];
        for (int i = 0; i < n; i++)
        {
            bool drawable = points[i].IsDrawable;
            sums[i + 1] = sums[i] + (drawable ? points[i].Y : 0);
            counts[i + 1] = counts[i] + (drawable ? 1 : 0);
        }
        var smooth = new List<Point>(n);
        int widest = Math.Max(n / 100, Math.Min(2, n / 10));
        for (int i = 0; i < n; i++)
        {
            int reach = Math.Min(widest, Math.Min(i, n - 1 - i));
            int from = i - reach, to = i + reach + 1;
            bool drawable = points[i].IsDrawable;
            smooth.Add(drawable ? points[i] with { Y = (sums[to] - sums[from]) / (counts[to] - counts[from]) } : points[i]);
        }
        return smooth;
    }

    /// <summary>
    /// Keeps the lowest and the highest point of each of <paramref name="columns"/> equal groups, in their order: spikes survive,
    /// which taking every n-th point would lose. A group with a gap in it keeps one point of the gap.
    /// </summary>
    public static IReadOnlyList<Point> Thin(IReadOnlyList<Point> points, int columns)
    {
        if (points.Count <= 2 * columns)
        {
            return points;
        }
        var kept = new List<Point>(2 * columns);
        for (int c = 0; c < columns; c++)
        {
            int from = (int)((long)points.Count * c / columns);
            int to = (int)((long)points.Count * (c + 1) / columns);
            int low = -1, high = -1, gap = -1;
            for (int i = from; i < to; i++)
            {
                double y = points[i].Y;
                if (!points[i].IsDrawable)
                {
                    gap = i;
                    continue;
                }
                low = low < 0 || y < points[low].Y ? i : low;
                high = high < 0 || y > points[high].Y ? i : high;
            }
            foreach (int i in new[] { low, high, gap }.Where(i => i >= 0).Distinct().Order())
            {
                kept.Add(points[i]);
            }
        }
        return kept;
    }
}
