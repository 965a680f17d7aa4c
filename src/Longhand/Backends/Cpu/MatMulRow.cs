using System.Runtime.Intrinsics.X86;

namespace Longhand.Backends.Cpu;

/// <summary>
/// One row times a matrix, which is what generating one token at a time consists of. Every number of the matrix is used
/// once, so hardly anything is packed: the speed is that of reading it, in the order in which it lies in memory. Columns of
/// y may lie at any distance from each other, so a single column of a larger product can be computed here as well.
/// </summary>
internal static unsafe class MatMulRow<TRow> where TRow : struct, ITileRow<TRow>
{
    private const int Depth = CpuBackend.MatMulBlock, Widest = 128;

    public static void Run(in MatMulPart part)
    {
        float* row = MatMulScratch.Get(part.K + Widest + Depth * TRow.Width), sums = row + part.K, packed = sums + Widest;
        float* a = part.A;
        if (part.AStep != 1)
        {
            for (int k = 0; k < part.K; k++) row[k] = part.A[k * part.AStep];
            a = row;
        }

        for (int j = 0, count; j < part.Columns; j += count)
        {
            int width = part.BColumn == 1 ? Width(part.Columns - j) : TransposedWidth(part.Columns);
            count = Math.Min(width, part.Columns - j);
            int first = Math.Max(j + count - width, 0); // the last strip reaches back over columns that are done, not past the end
            for (int k = 0; k < part.K; k += Depth)
            {
                var tile = new Tile
                {
                    A = a + k,
                    AStep = 1,
                    B = part.B + k * part.BStep + first * part.BColumn,
                    BStep = part.BStep,
                    Y = sums,
                    K = Math.Min(Depth, part.K - k),
                };
                if (part.Columns < width || (part.BColumn != 1 && width == TRow.Width))
                {
                    MatMulPack.Strip(packed, width, tile.B, part.BStep, part.BColumn, tile.K, Math.Min(width, part.Columns));
                    tile.B = packed;
                    tile.BStep = width;
                    MatMulKernels.Rows1<TRow>(tile);
                }
                else if (part.BColumn == 1) MatMulKernels.Multiply<TRow>(tile, 1, width / TRow.Width);
                else if (width == 32) MatMulTransposed.RowTimes32(tile, part.BColumn);
                else MatMulTransposed.RowTimes16(tile, part.BColumn);

                bool add = part.Accumulate || k > 0;
                float* y = part.Y + j * part.YColumn, sum = sums + (j - first);
                for (int i = 0; i < count; i++, y += part.YColumn) *y = add ? *y + sum[i] : sum[i];
            }
        }
    }

    /// <summary>Eight, four, two vectors or one: as many as fit.</summary>
    private static int Width(int columns)
    {
        int width = 8 * TRow.Width;
        while (width > TRow.Width && width > columns) width /= 2;
        return width;
    }

    private static int TransposedWidth(int columns)
    {
        int width = Avx.IsSupported && TRow.Width >= 8 ? 32 : 16;
        return columns >= width ? width : TRow.Width;
    }
}
