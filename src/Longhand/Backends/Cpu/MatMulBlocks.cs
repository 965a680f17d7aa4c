namespace Longhand.Backends.Cpu;

/// <summary>
/// What one thread computes: a block of y (Rows × Columns) and where the strips of a and b begin. The number a[i, k] is at
/// A[i·ARow + k·AStep], b[k, j] at B[k·BStep + j·BColumn], y[i, j] at Y[i·YStride + j·YColumn]. The sum for y[i, j] is added to
/// From[i·FromRow + j·FromColumn]: y itself, or a bias, which is the same for all rows; to nothing if that is null.
/// </summary>
internal unsafe struct MatMulPart
{
    public float* A, B, Y, From;
    public nint ARow, AStep, BStep, BColumn, YStride, YColumn, FromRow, FromColumn;
    public int Rows, Columns, K;

    /// <summary>Computes it with vectors of so many bits: 512, 256 or 128.</summary>
    public static void Run(in MatMulPart part, int vectorWidth)
    {
        if (vectorWidth == 512) MatMulBlocks<Row512>.Run(part);
        else if (vectorWidth == 256) MatMulBlocks<Row256>.Run(part);
        else MatMulBlocks<Row128>.Run(part);
    }

    /// <summary>From the second block of k on, sums are added to those of the blocks before.</summary>
    public void GoOn()
    {
        From = Y;
        (FromRow, FromColumn) = (YStride, YColumn);
    }
}

/// <summary>
/// Cuts a part into tiles, after Goto and van de Geijn (Anatomy of High-Performance Matrix Multiplication, 2008): a block of
/// b stays in the second-level cache, a strip of a in the first, and the tile of y in registers.
/// <para>
/// Packing costs a pass over the data and pays only when the copy is used often. So b is packed when many rows use it, or
/// when its columns lie side by side, which no kernel can read; a is read where it is, which measured faster than packing
/// it in every shape tried. The last rows of a and columns of b are packed in any case: that pads them.
/// </para>
/// <para>
/// Rows of a that lie a multiple of 4 KB apart collide: all fall into the same set of the first-level cache, whose ways a tile's
/// twelve rows fill or exceed, and b, which streams through, drives them out; all the more where another program's thread shares
/// the core. Such rows are copied, a line apart, when a tile is needed for many strips.
/// </para>
/// </summary>
/// <typeparam name="TRow">One vector register of the width to use.</typeparam>
internal static unsafe class MatMulBlocks<TRow> where TRow : struct, ITileRow<TRow>
{
    private const int Depth = CpuBackend.MatMulBlock, Columns = 256, Rows = 12;
    private const int ManyRows = 256, FewColumns = 2;

    /// <summary>How far rows that collide are from each other, or a multiple: 64 sets of lines of 64 bytes, on nearly all processors.</summary>
    private const int CollidingRow = 4096 / sizeof(float);

    /// <summary>Where rows that collide are copied to, each is so far from the next: a line more than a block is deep.</summary>
    private const int CopiedRow = Depth + Kernel.FloatsOfALine;

    public static void Run(in MatMulPart part)
    {
        int odd = part.Columns % TRow.Width;
        if (part.Rows == 1)
        {
            MatMulRow<TRow>.Run(part);
        }
        else if (odd > FewColumns || odd == 0)
        {
            RunBlocks(part);
        }
        else
        {
            // For a column or two, a vector of columns would be mostly empty; a vector of rows is full.
            MatMulPart even = part;
            even.Columns -= odd;
            if (even.Columns > 0) RunBlocks(even);
            for (int j = even.Columns; j < part.Columns; j++) MatMulRow<TRow>.Run(Transposed(part, j));
        }
    }

    /// <summary>Column j of y as a row: y[:, j]ᵀ = b[:, j]ᵀ·aᵀ.</summary>
    private static MatMulPart Transposed(in MatMulPart part, int j) => new()
    {
        A = part.B + j * part.BColumn,
        AStep = part.BStep,
        B = part.A,
        BStep = part.AStep,
        BColumn = part.ARow,
        Y = part.Y + j * part.YColumn,
        YColumn = part.YStride,
        Rows = 1,
        Columns = part.Rows,
        K = part.K,
        From = part.From == null ? null : part.From + j * part.FromColumn,
        FromRow = part.FromColumn,
        FromColumn = part.FromRow,
    };

    private static void RunBlocks(in MatMulPart part)
    {
        float* packedB = MatMulScratch.Get(Depth * Columns + CopiedRow * Rows + 2 * Rows * TRow.Width);
        float* packedA = packedB + Depth * Columns, edge = packedA + CopiedRow * Rows;
        for (int k = 0; k < part.K; k += Depth)
            for (int j = 0; j < part.Columns; j += Columns)
            {
                MatMulPart block = part;
                block.A += k * part.AStep;
                block.B += k * part.BStep + j * part.BColumn;
                block.Y += j;
                if (k > 0) block.GoOn();
                else if (block.From != null) block.From += j;
                block.K = Math.Min(Depth, part.K - k);
                block.Columns = Math.Min(Columns, part.Columns - j);
                Block(block, packedB, packedA, edge);
            }
    }

    /// <summary>A part that is one block deep and one block wide.</summary>
    private static void Block(in MatMulPart part, float* packedB, float* packedA, float* edge)
    {
        int widest = part.Rows <= 4 && TRow.ManyRegisters ? 4 : 2;
        bool packB = part.BColumn != 1 || part.Rows >= ManyRows;
        Pack(part, packedB, widest, packB);
        bool collide = part.AStep == 1 && part.ARow % CollidingRow == 0 && part.Columns > 4 * widest * TRow.Width;

        for (int i = 0; i < part.Rows; i += Rows)
        {
            int rows = Math.Min(Rows, part.Rows - i), padded = (rows + 3) & ~3;
            var tile = new Tile { A = part.A + i * part.ARow, ARow = part.ARow, AStep = part.AStep, K = part.K };
            if (rows < padded)
            {
                MatMulPack.Strip(packedA, padded, tile.A, tile.AStep, tile.ARow, part.K, rows);
                (tile.ARow, tile.AStep) = (1, padded);
                tile.A = packedA;
            }

            for (int j = 0, width; j < part.Columns; j += width)
            {
                if (j > 0 && collide && tile.A != packedA)
                {
                    CopyRows(packedA, tile, rows);
                    tile.A = packedA;
                    tile.ARow = CopiedRow;
                }
                width = Width(part.Columns - j, widest);
                int inside = Math.Min(width, part.Columns - j);
                bool packed = packB || inside < width, whole = inside == width && rows == padded;
                tile.B = packed ? packedB + j * part.K : part.B + j;
                tile.BStep = packed ? width : part.BStep;
                float* y = part.Y + i * part.YStride + j, from = part.From == null ? null : part.From + i * part.FromRow + j;
                tile.Y = whole ? y : edge;
                tile.YStride = whole ? part.YStride : width;
                tile.From = whole ? from : null;
                tile.FromStride = part.FromRow;
                Multiply(tile, padded, width / TRow.Width);
                if (!whole) CopyEdge(y, part.YStride, from, part.FromRow, edge, width, rows, inside);
            }
        }
    }

    /// <summary>Packs all strips of b, or only the last if that one is not whole; strip j begins at j·K.</summary>
    private static void Pack(in MatMulPart part, float* packedB, int widest, bool all)
    {
        int j = 0;
        if (all && part.BColumn == 1)
        {
            int width = widest * TRow.Width, strips = part.Columns / width;
            MatMulPack.Strips<TRow>(packedB, width, part.B, part.BStep, part.K, strips);
            j = strips * width;
        }
        for (int width; j < part.Columns; j += width)
        {
            width = Width(part.Columns - j, widest);
            int inside = Math.Min(width, part.Columns - j);
            if (all || inside < width)
                MatMulPack.Strip(packedB + j * part.K, width, part.B + j * part.BColumn, part.BStep, part.BColumn, part.K, inside);
        }
    }

    /// <summary>Copies the rows of a that a tile needs, for the strips after the first, which has brought them into the cache.</summary>
    private static void CopyRows(float* copy, in Tile tile, int rows)
    {
        for (int r = 0; r < rows; r++) new Span<float>(tile.A + r * tile.ARow, tile.K).CopyTo(new Span<float>(copy + r * CopiedRow, tile.K));
    }

    /// <summary>The width of the next strip: as many vectors as fit into the remaining columns, or one if none does.</summary>
    private static int Width(int remaining, int widest)
    {
        while (widest > 1 && widest * TRow.Width > remaining) widest /= 2;
        return widest * TRow.Width;
    }

    /// <summary>Takes from a tile the part that lies inside y, which begins at <paramref name="from"/>.</summary>
    private static void CopyEdge(float* y, nint yStride, float* from, nint fromStride, float* edge, int width, int rows, int columns)
    {
        for (int i = 0; i < rows; i++, y += yStride, edge += width)
            for (int j = 0; j < columns; j++) y[j] = from == null ? edge[j] : from[i * fromStride + j] + edge[j];
    }

    /// <summary>A tile of 12, 8 or 4 rows; with few registers in two halves.</summary>
    public static void Multiply(in Tile tile, int rows, int vectors)
    {
        if (rows == 4 || TRow.ManyRegisters)
        {
            MatMulKernels.Multiply<TRow>(tile, rows, vectors);
            return;
        }
        Tile half = tile;
        MatMulKernels.Multiply<TRow>(half, rows / 2, vectors);
        half.A += rows / 2 * tile.ARow;
        half.Y += rows / 2 * tile.YStride;
        if (half.From != null) half.From += rows / 2 * tile.FromStride;
        MatMulKernels.Multiply<TRow>(half, rows / 2, vectors);
    }
}
