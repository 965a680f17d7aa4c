namespace Longhand.Pictures;

/// <summary>
/// Lines of equal height by marching squares: in each cell of a grid whose corners lie on both sides of the height, a straight piece
/// runs between the places where the height is met along the cell's edges (linear between corners). Left out: joining the pieces.
/// </summary>
internal static class Contours
{
    /// <summary>The function at the corners of cells × cells squares: (cells + 1)², row by row from the bottom.</summary>
    public static double[] Sample(Func<double, double, double> function, (double Low, double High) x, (double Low, double High) y, int cells)
    {
        var values = new double[(cells + 1) * (cells + 1)];
        for (int row = 0; row <= cells; row++)
        {
            for (int column = 0; column <= cells; column++)
            {
                values[(row * (cells + 1)) + column] = function(At(x, column, cells), At(y, row, cells));
            }
        }
        return values;
    }

    /// <summary>The pieces of the line at one height.</summary>
    public static List<(Point From, Point To)> At(double height, double[] values, (double Low, double High) x, (double Low, double High) y, int cells)
    {
        var pieces = new List<(Point, Point)>();
        Span<Point> met = stackalloc Point[4];
        for (int row = 0; row < cells; row++)
        {
            for (int column = 0; column < cells; column++)
            {
                int count = 0;
                Meet(column, row, column + 1, row, met, ref count);
                Meet(column + 1, row, column + 1, row + 1, met, ref count);
                Meet(column, row + 1, column + 1, row + 1, met, ref count);
                Meet(column, row, column, row + 1, met, ref count);
                if (count >= 2)
                {
                    pieces.Add((met[0], met[1]));
                }
                // Two opposite corners above: all four edges are met, and two pieces run side by side.
                if (count == 4)
                {
                    pieces.Add((met[2], met[3]));
                }
            }
        }
        return pieces;

        void Meet(int c0, int r0, int c1, int r1, Span<Point> places, ref int count)
        {
            double a = values[(r0 * (cells + 1)) + c0] - height, b = values[(r1 * (cells + 1)) + c1] - height;
            if ((a < 0) == (b < 0) || !double.IsFinite(a) || !double.IsFinite(b))
            {
                return;
            }
            double share = a / (a - b);
            places[count++] = new Point(At(x, c0 + (share * (c1 - c0)), cells), At(y, r0 + (share * (r1 - r0)), cells));
        }
    }

    private static double At((double Low, double High) range, double cell, int cells) => range.Low + ((range.High - range.Low) * cell / cells);
}
