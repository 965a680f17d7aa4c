namespace Longhand.Backends.Cpu;

/// <summary>
/// A right side that many products of a few rows each read, as the steps of a recurrent layer do: cut into strips of two vectors of
/// columns and copied once, in the order in which the kernels read it, instead of once for each product. Rows of results are as wide as
/// all strips together (<see cref="Width"/>), so no strip needs an edge; what lies behind the columns there is 0.
/// </summary>
/// <typeparam name="TRow">One vector register of the width to use.</typeparam>
internal readonly unsafe struct PackedMatrix<TRow> where TRow : struct, ITileRow<TRow>
{
    /// <summary>Of a <see cref="Tile"/>.</summary>
    public const int MostRows = 12;

    private readonly float* _strips;
    private readonly int _depth;

    /// <param name="room">Space for <see cref="Room"/> numbers, at the start of a cache line.</param>
    /// <param name="source">Element (k, j) is at k·<paramref name="kStep"/> + j·<paramref name="step"/>; one of the steps is 1.</param>
    /// <param name="kStep">From row to row.</param>
    /// <param name="step">From column to column.</param>
    /// <param name="depth">K, how many rows.</param>
    /// <param name="columns">How many columns.</param>
    public PackedMatrix(float* room, float* source, nint kStep, nint step, int depth, int columns)
    {
        _strips = room;
        _depth = depth;
        Width = WidthFor(columns);
        for (int j = 0; j < columns; j += StripWidth)
            MatMulPack.Strip(room + (nint)j * depth, StripWidth, source + j * step, kStep, step, depth, Math.Min(StripWidth, columns - j));
    }

    /// <summary>From one row of a result to the next.</summary>
    public int Width { get; }

    private static int StripWidth => 2 * TRow.Width;

    private static int WidthFor(int columns) => (columns + StripWidth - 1) / StripWidth * StripWidth;

    /// <summary>How many numbers the packed form of a matrix has.</summary>
    public static int Room(int depth, int columns) => checked(depth * WidthFor(columns));

    /// <summary>
    /// Cuts rows into tiles of 12, 8 and 4 for <see cref="Multiply"/>: the one that takes up after <paramref name="done"/> of them. The
    /// last may begin before: rows that are computed twice get the same numbers. Fewer than four rows are one tile.
    /// </summary>
    public static (int Start, int Rows) Tile(int count, int done)
    {
        int left = count - done, rows = left > 8 && count >= MostRows ? MostRows : left > 4 && count >= 8 ? 8 : Math.Min(4, count);
        return (Math.Min(done, count - rows), rows);
    }

    /// <summary>y = a·b, or from + a·b where there is a from, which has rows like those of y.</summary>
    /// <param name="y">Rows of <see cref="Width"/> numbers.</param>
    /// <param name="a">The left side.</param>
    /// <param name="aRow">From one of its rows to the next.</param>
    /// <param name="rows">As many as a <see cref="Tile"/> has.</param>
    /// <param name="from">Null for nothing.</param>
    public void Multiply(float* y, float* a, nint aRow, int rows, float* from)
    {
        for (int k = 0; k < _depth; k += CpuBackend.MatMulBlock)
        {
            var tile = new Tile
            {
                A = a + k,
                ARow = aRow,
                AStep = 1,
                BStep = StripWidth,
                YStride = Width,
                K = Math.Min(CpuBackend.MatMulBlock, _depth - k),
                FromStride = Width,
            };
            float* start = k == 0 ? from : y;
            for (int j = 0; j < Width; j += StripWidth)
            {
                tile.B = _strips + ((nint)j * _depth) + (k * StripWidth);
                tile.Y = y + j;
                tile.From = start == null ? null : start + j;
                if (rows >= 4) MatMulBlocks<TRow>.Multiply(tile, rows, 2);
                else MultiplyRows(tile, rows);
            }
        }
    }

    private static void MultiplyRows(Tile tile, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            MatMulKernels.Rows1<Twice<TRow>>(tile);
            tile.A += tile.ARow;
            tile.Y += tile.YStride;
            if (tile.From != null) tile.From += tile.FromStride;
        }
    }
}
