namespace Longhand.Backends.Cpu;

/// <summary>
/// What one thread computes: a block of y (Rows × Columns) and where the strips of a and b begin. The number a[i, k] is at
/// A[i·ARow + k·AStep], b[k, j] at B[k·BStep + j·BColumn], y[i, j] at Y[i·YStride + j].
/// </summary>
internal unsafe struct MatMulPart
{
    public float* A, B, Y;
    public nint ARow, AStep, BStep, BColumn, YStride;
    public int Rows, Columns, K;
    public bool Accumulate;
}

/// <summary>
/// Cuts a part into tiles, after Goto and van de Geijn (Anatomy of High-Performance Matrix Multiplication, 2008): a block of
/// b stays in the second-level cache, a strip of a in the first, and the tile of y in registers.
/// <para>
/// Packing costs a pass over the data and pays only when the strip is used often, so the left side is read where it
/// is, and the right side too when it has few uses; edges are always packed, which pads them.
/// </para>
/// </summary>
/// <typeparam name="TRow">One vector register of the width to use.</typeparam>
internal static unsafe class MatMulBlocks<TRow> where TRow : struct, ITileRow<TRow>
{
    private const int Depth = CpuBackend.MatMulBlock, Columns = 256, Rows = 12, Widest = 128;

    private const int PackRows = 48;
    private const bool PackA = false, PackAT = true;

    public static void Run(in MatMulPart part)
    {
        float* packedB = MatMulScratch.Get(Depth * (Columns + Rows) + Rows * 2 * TRow.Width);
        float* packedA = packedB + Depth * Columns;

        for (int k = 0; k < part.K; k += Depth)
            for (int j = 0; j < part.Columns; j += Columns)
            {
                MatMulPart block = part;
                block.A += k * part.AStep;
                block.B += k * part.BStep + j * part.BColumn;
                block.Y += j;
                block.K = Math.Min(Depth, part.K - k);
                block.Columns = Math.Min(Columns, part.Columns - j);
                block.Accumulate |= k > 0;
                Block(block, packedB, packedA, packedA + Depth * Rows);
            }
    }

    /// <summary>A part that is one block deep and one block wide.</summary>
    private static void Block(in MatMulPart part, float* packedB, float* packedA, float* edge)
    {
        int widest = part.Rows == 1 ? 8 : part.Rows <= 4 && TRow.ManyRegisters ? 4 : 2;
        bool packB = part.BColumn != 1 || part.Rows >= PackRows;
        for (int j = 0, width; j < part.Columns; j += width)
        {
            width = Width(part.Columns - j, widest);
            int inside = Math.Min(width, part.Columns - j);
            if (packB || inside < width)
                MatMulPack.Strip(packedB + j * part.K, width, part.B + j * part.BColumn, part.BStep, part.BColumn, part.K, inside);
        }

        for (int i = 0; i < part.Rows; i += Rows)
        {
            int rows = Math.Min(Rows, part.Rows - i), padded = rows == 1 ? 1 : (rows + 3) & ~3;
            var tile = new Tile { A = part.A + i * part.ARow, ARow = part.ARow, AStep = part.AStep, K = part.K };
            if (rows < padded || (part.AStep == 1 ? PackA : PackAT) && rows > 1)
            {
                MatMulPack.Strip(packedA, padded, tile.A, tile.AStep, tile.ARow, part.K, rows);
                tile.A = packedA;
                tile.ARow = 1;
                tile.AStep = padded;
            }

            for (int j = 0, width; j < part.Columns; j += width)
            {
                width = Width(part.Columns - j, widest);
                int inside = Math.Min(width, part.Columns - j);
                bool packed = packB || inside < width;
                tile.B = packed ? packedB + j * part.K : part.B + j;
                tile.BStep = packed ? width : part.BStep;

                float* y = part.Y + i * part.YStride + j;
                bool whole = inside == width && rows == padded;
                tile.Y = whole ? y : edge;
                tile.YStride = whole ? part.YStride : width;
                tile.Add = whole && part.Accumulate;
                Multiply(tile, padded, width / TRow.Width);
                if (!whole) CopyEdge(y, part.YStride, edge, width, rows, inside, part.Accumulate);
            }
        }
    }

    /// <summary>The widest kernel that fits into the remaining columns; the narrowest when none does.</summary>
    private static int Width(int remaining, int widest)
    {
        while (widest > 1 && widest * TRow.Width > remaining) widest /= 2;
        return widest * TRow.Width;
    }

    /// <summary>Takes from a tile the part that lies inside y.</summary>
    private static void CopyEdge(float* y, nint yStride, float* edge, int width, int rows, int columns, bool add)
    {
        for (int i = 0; i < rows; i++, y += yStride, edge += width)
            for (int j = 0; j < columns; j++) y[j] = add ? y[j] + edge[j] : edge[j];
    }

    /// <summary>A tile of 12, 8, 4 or 1 rows; with few registers in two halves.</summary>
    private static void Multiply(in Tile tile, int rows, int vectors)
    {
        if (rows <= 4 || TRow.ManyRegisters)
        {
            Kernel(tile, rows, vectors);
            return;
        }
        Tile half = tile;
        Kernel(half, rows / 2, vectors);
        half.A += rows / 2 * tile.ARow;
        half.Y += rows / 2 * tile.YStride;
        Kernel(half, rows / 2, vectors);
    }

    private static void Kernel(in Tile tile, int rows, int vectors)
    {
        switch ((rows, vectors))
        {
            case (12, 2): MatMulKernels.Rows12<Twice<TRow>>(tile); break;
            case (12, 1): MatMulKernels.Rows12<TRow>(tile); break;
            case (8, 2): MatMulKernels.Rows8<Twice<TRow>>(tile); break;
            case (8, 1): MatMulKernels.Rows8<TRow>(tile); break;
            case (6, 2): MatMulKernels.Rows6<Twice<TRow>>(tile); break;
            case (6, 1): MatMulKernels.Rows6<TRow>(tile); break;
            case (4, 4): MatMulKernels.Rows4<Twice<Twice<TRow>>>(tile); break;
            case (4, 2): MatMulKernels.Rows4<Twice<TRow>>(tile); break;
            case (4, 1): MatMulKernels.Rows4<TRow>(tile); break;
            case (1, 8): MatMulKernels.Rows1<Twice<Twice<Twice<TRow>>>>(tile); break;
            case (1, 4): MatMulKernels.Rows1<Twice<Twice<TRow>>>(tile); break;
            case (1, 2): MatMulKernels.Rows1<Twice<TRow>>(tile); break;
            case (1, 1): MatMulKernels.Rows1<TRow>(tile); break;
        }
    }
}
