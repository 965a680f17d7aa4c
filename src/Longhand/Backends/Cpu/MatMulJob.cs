namespace Longhand.Backends.Cpu;

/// <summary>
/// A batch of matrix products cut into cells that threads can compute independently: whole entries of the batch, or, when
/// these are few, a grid over each entry's rows and columns.
/// </summary>
internal readonly struct MatMulJob : IRangeJob
{
    private readonly Floats _y, _a, _b;
    private readonly Floats? _from;
    private readonly int _vectorWidth, _batch, _m, _n, _k, _rowParts, _columnParts, _columnUnit;
    private readonly nint _aEntry, _aRow, _aStep, _bEntry, _bStep, _bColumn, _fromEntry, _fromRow, _fromColumn;

    /// <param name="y">The result.</param>
    /// <param name="a">The left side.</param>
    /// <param name="b">The right side.</param>
    /// <param name="bias">One number for each column of y to add to, or null.</param>
    /// <param name="sizes">The layout; a bias and accumulating exclude each other.</param>
    /// <param name="vectorWidth">512, 256 or 128.</param>
    /// <param name="threads">How many may share the work.</param>
    public MatMulJob(Floats y, Floats a, Floats b, Floats? bias, in MatMulSizes sizes, int vectorWidth, int threads)
    {
        (_y, _a, _b, _vectorWidth) = (y, a, b, vectorWidth);
        _from = sizes.Accumulate ? y : bias;
        (_batch, _m, _n, _k) = (sizes.Batch, sizes.M, sizes.N, sizes.K);
        (_aRow, _aStep) = sizes.TransposeA ? (1, _m) : (_k, 1);
        (_bStep, _bColumn) = sizes.TransposeB ? (1, _k) : (_n, 1);
        _aEntry = sizes.ShareA ? 0 : (nint)_m * _k;
        _bEntry = sizes.ShareB ? 0 : (nint)_k * _n;
        (_fromEntry, _fromRow, _fromColumn) = sizes.Accumulate ? ((nint)_m * _n, _n, 1) : (0, 0, 1);

        // One right side for all entries: their rows follow each other in memory, so this is one taller product.
        if (sizes.ShareB && !sizes.ShareA && !sizes.TransposeA) (_batch, _m) = (1, _m * _batch);

        // A column is a row in another light: yᵀ = bᵀ·aᵀ, and as vectors the transposes lie in memory unchanged.
        if (_n == 1)
        {
            (_m, _n) = (1, _m);
            (_a, _b, _aEntry, _bEntry) = (b, a, _bEntry, _aEntry);
            (_aStep, _aRow, _bStep, _bColumn) = (1, _k, _aStep, _aRow);
            (_fromRow, _fromColumn) = (_fromColumn, _fromRow);
        }

        // Threads that are not worth waking get no cells: narrower ones would only cost more.
        int worthwhile = (int)Math.Clamp((long)_batch * _m * _n * _k / Worthwhile(_m), 1, threads);
        // Two cells for each thread, so that a fast one can help a slow one; more would pack the right side too often. One for a single row,
        // of which little is packed or shared: memory is read faster in longer pieces.
        int cells = worthwhile == 1 || _m == 1 ? worthwhile : 2 * worthwhile;
        int wanted = _batch % threads == 0 || _batch > 8 * threads ? 1 : cells;
        (_rowParts, _columnParts) = Grid(wanted, _m, _n);

        // The widest strips have 32 columns. Cells that end in half a one cost more; threads with unequal shares would, too.
        _columnUnit = _n % (32 * threads) == 0 ? 32 : 16;
    }

    public int Cells => _batch * _rowParts * _columnParts;

    public int CellsPerThread =>
        (int)Math.Clamp(Worthwhile(_m) * _rowParts * _columnParts / Math.Max((long)_m * _n * _k, 1), 1, int.MaxValue);

    /// <summary>
    /// How many multiplications are worth another thread: those of one or two microseconds. With a single row these are fewer, since each
    /// waits for a number that no other one uses.
    /// </summary>
    public static long Worthwhile(int rows) => rows == 1 ? 1 << 15 : 1 << 17;

    public unsafe void Run(int start, int end)
    {
        fixed (float* y = _y, a = _a, b = _b, from = _from)
            for (int cell = start; cell < end; cell++)
            {
                int entry = cell / (_rowParts * _columnParts), inside = cell % (_rowParts * _columnParts);
                (int row, int rows) = Range(_m, 4, inside / _columnParts, _rowParts);
                (int column, int columns) = Range(_n, _columnUnit, inside % _columnParts, _columnParts);
                if (rows == 0 || columns == 0) continue; // more threads than there are units to cut
                var part = new MatMulPart
                {
                    A = a + entry * _aEntry + row * _aRow,
                    ARow = _aRow,
                    AStep = _aStep,
                    B = b + entry * _bEntry + column * _bColumn,
                    BStep = _bStep,
                    BColumn = _bColumn,
                    Y = y + (nint)entry * _m * _n + (nint)row * _n + column,
                    YStride = _n,
                    YColumn = 1,
                    Rows = rows,
                    Columns = columns,
                    K = _k,
                    From = from == null ? null : from + entry * _fromEntry + row * _fromRow + column * _fromColumn,
                    FromRow = _fromRow,
                    FromColumn = _fromColumn,
                };
                MatMulPart.Run(part, _vectorWidth);
            }
    }

    /// <summary>The most square cells: they read the least of a and b together.</summary>
    private static (int Rows, int Columns) Grid(int parts, int m, int n)
    {
        (int Rows, int Columns) best = (1, 1);
        long least = long.MaxValue;
        for (int rows = 1; rows <= parts; rows++)
        {
            if (parts % rows != 0) continue;
            int columns = parts / rows;
            long reads = (m + rows - 1) / rows + (n + columns - 1) / columns;
            if (reads < least) (least, best) = (reads, (rows, columns));
        }
        return best;
    }

    /// <summary>Part p of a size that is cut at multiples of a unit.</summary>
    private static (int Start, int Count) Range(int size, int unit, int p, int parts)
    {
        int units = (size + unit - 1) / unit;
        int start = (int)((long)units * p / parts) * unit, end = (int)((long)units * (p + 1) / parts) * unit;
        return (start, Math.Min(end, size) - start);
    }
}
