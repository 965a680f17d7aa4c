namespace Longhand.Backends.Cpu;

/// <summary>
/// A right side that many products of a few rows each read, as the steps of a recurrent layer do: cut into strips of columns and copied once,
/// in the order in which the kernels read it, instead of once for each product.
/// </summary>
internal readonly unsafe struct PackedMatrix
{
    private const int StripWidth = 32;

    private readonly float* _strips;
    private readonly int _depth, _columns, _vectorWidth;

    /// <param name="room">Space for depth·columns numbers, at the start of a cache line.</param>
    /// <param name="source">Element (k, j) is at k·<paramref name="kStep"/> + j·<paramref name="step"/>; one of the steps is 1.</param>
    /// <param name="kStep">From row to row.</param>
    /// <param name="step">From column to column.</param>
    /// <param name="depth">K, how many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="vectorWidth">512, 256 or 128 bits.</param>
    public PackedMatrix(float* room, float* source, nint kStep, nint step, int depth, int columns, int vectorWidth)
    {
        _strips = room;
        (_depth, _columns, _vectorWidth) = (depth, columns, vectorWidth);
        for (int j = 0; j < columns; j += StripWidth)
        {
            int width = Math.Min(StripWidth, columns - j);
            MatMulPack.Strip(room + (nint)j * depth, width, source + j * step, kStep, step, depth, width);
        }
    }

    /// <summary>y = from + a·b for rows of a that lie side by side; from may be null for nothing, and its stride 0 for one row that serves all.</summary>
    public void Multiply(float* y, nint yStride, float* a, int rows, float* from, nint fromStride)
    {
        for (int j = 0; j < _columns; j += StripWidth)
        {
            int width = Math.Min(StripWidth, _columns - j);
            MatMulPart.Run(
                new MatMulPart
                {
                    A = a,
                    ARow = _depth,
                    AStep = 1,
                    B = _strips + (nint)j * _depth,
                    BStep = width,
                    BColumn = 1,
                    Y = y + j,
                    YStride = yStride,
                    YColumn = 1,
                    From = from == null ? null : from + j,
                    FromRow = fromStride,
                    FromColumn = 1,
                    Rows = rows,
                    Columns = width,
                    K = _depth,
                },
                _vectorWidth);
        }
    }
}
