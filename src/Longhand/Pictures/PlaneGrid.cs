namespace Longhand.Pictures;

/// <summary>A rectangle of the plane cut into cells, and their centres, at which a model is asked what it says there.</summary>
public sealed class PlaneGrid
{
    /// <param name="x">The rectangle from left to right.</param>
    /// <param name="y">The rectangle from the bottom up.</param>
    /// <param name="columns">Cells in a row.</param>
    /// <param name="rows">Rows of cells; left out, as many as columns.</param>
    public PlaneGrid((double Low, double High) x, (double Low, double High) y, int columns = 90, int? rows = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows ?? columns, 1, nameof(rows));
        (X, Y, Columns, Rows) = (x, y, columns, rows ?? columns);
        Centres = new float[Count * 2];
        for (int i = 0; i < Count; i++)
        {
            Centres[2 * i] = (float)(x.Low + ((x.High - x.Low) * ((i % Columns) + 0.5) / Columns));
            Centres[(2 * i) + 1] = (float)(y.High - ((y.High - y.Low) * ((i / Columns) + 0.5) / Rows));
        }
    }

    public (double Low, double High) X { get; }

    public (double Low, double High) Y { get; }

    public int Columns { get; }

    public int Rows { get; }

    public int Count => Columns * Rows;

    /// <summary>x and y of each cell's centre, row by row from the top left: (Count, 2), row-major, as a model takes its inputs.</summary>
    public float[] Centres { get; }

    /// <summary>A grid around points with a margin of a tenth on every side, the same length in both directions.</summary>
    public static PlaneGrid Around(ReadOnlySpan<float> points, int columns = 90)
    {
        (float left, float right, float bottom, float top) = (float.PositiveInfinity, float.NegativeInfinity, float.PositiveInfinity, float.NegativeInfinity);
        for (int i = 0; i + 1 < points.Length; i += 2)
        {
            (left, right) = (Math.Min(left, points[i]), Math.Max(right, points[i]));
            (bottom, top) = (Math.Min(bottom, points[i + 1]), Math.Max(top, points[i + 1]));
        }
        if (!(right >= left && top >= bottom))
        {
            return new PlaneGrid((-1, 1), (-1, 1), columns);
        }
        double half = Math.Max(0.6 * Math.Max(right - left, top - bottom), 1e-3);
        (double x, double y) = ((left + right) / 2.0, (bottom + top) / 2.0);
        return new PlaneGrid((x - half, x + half), (y - half, y + half), columns);
    }
}
