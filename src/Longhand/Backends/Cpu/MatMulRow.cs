using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Backends.Cpu;

/// <summary>
/// One row times a matrix, which is what generating one token at a time consists of. Every number of the matrix is used
/// once, so hardly anything is packed: the speed is that of reading it, in the order in which it lies in memory. Columns of
/// y may lie at any distance from each other, so a single column of a larger product can be computed here as well.
/// </summary>
internal static unsafe class MatMulRow<TRow> where TRow : struct, ITileRow<TRow>
{
    private const int Depth = CpuBackend.MatMulBlock;

    /// <summary>Sums that stay in the first-level cache beside the rows that are added to them.</summary>
    private const int Widest = 2048;

    /// <summary>Rows of b that are read side by side: each load and store of the sums serves so many.</summary>
    private const int Together = 8;

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
                else if (part.BColumn == 1) AddRows(tile, width);
                else if (width == 32) MatMulTransposed.RowTimes32(tile, part.BColumn);
                else MatMulTransposed.RowTimes16(tile, part.BColumn);
                MatMulPart whole = part;
                if (k > 0) whole.GoOn();
                Write(whole, j, sums + (j - first), count);
            }
        }
    }

    /// <summary>
    /// tile.Y = tile.A · tile.B for a multiple of a vector's columns. The sums go through the cache so that b can be read in whole
    /// rows: narrow strips of far apart rows, with the sums in registers, would ask for a new page of memory at every step.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows(in Tile tile, int columns)
    {
        float* a = tile.A, b = tile.B, y = tile.Y;
        nint step = tile.BStep;
        new Span<float>(y, columns).Clear();
        int k = 0;
        for (; k + Together <= tile.K; k += Together, a += Together, b += Together * step)
        {
            TRow a0 = TRow.Broadcast(a), a1 = TRow.Broadcast(a + 1), a2 = TRow.Broadcast(a + 2), a3 = TRow.Broadcast(a + 3);
            TRow a4 = TRow.Broadcast(a + 4), a5 = TRow.Broadcast(a + 5), a6 = TRow.Broadcast(a + 6), a7 = TRow.Broadcast(a + 7);
            float* upper = b + 4 * step;
            for (int j = 0; j < columns; j += TRow.Width)
            {
                TRow sum = TRow.Load(y + j);
                TRow.MultiplyAdd(ref sum, a0, TRow.Load(b + j));
                TRow.MultiplyAdd(ref sum, a1, TRow.Load(b + step + j));
                TRow.MultiplyAdd(ref sum, a2, TRow.Load(b + 2 * step + j));
                TRow.MultiplyAdd(ref sum, a3, TRow.Load(b + 3 * step + j));
                TRow.MultiplyAdd(ref sum, a4, TRow.Load(upper + j));
                TRow.MultiplyAdd(ref sum, a5, TRow.Load(upper + step + j));
                TRow.MultiplyAdd(ref sum, a6, TRow.Load(upper + 2 * step + j));
                TRow.MultiplyAdd(ref sum, a7, TRow.Load(upper + 3 * step + j));
                TRow.Store(sum, y + j);
            }
        }
        for (; k < tile.K; k++, a++, b += step)
        {
            TRow factor = TRow.Broadcast(a);
            for (int j = 0; j < columns; j += TRow.Width)
            {
                TRow sum = TRow.Load(y + j);
                TRow.MultiplyAdd(ref sum, factor, TRow.Load(b + j));
                TRow.Store(sum, y + j);
            }
        }
    }

    /// <summary>Writes the sums of columns j … j + count − 1 to y, on top of what they start from.</summary>
    private static void Write(in MatMulPart part, int j, float* sums, int count)
    {
        float* y = part.Y + j * part.YColumn, from = part.From == null ? null : part.From + j * part.FromColumn;
        int i = 0;
        if (part.YColumn == 1 && (from == null || part.FromColumn == 1))
            for (; i + TRow.Width <= count; i += TRow.Width)
                TRow.Store(from == null ? TRow.Load(sums + i) : TRow.Add(TRow.Load(from + i), TRow.Load(sums + i)), y + i);
        for (; i < count; i++) y[i * part.YColumn] = from == null ? sums[i] : from[i * part.FromColumn] + sums[i];
    }

    /// <summary>As many whole vectors as there are columns for, or one.</summary>
    private static int Width(int columns) => Math.Clamp(columns / TRow.Width * TRow.Width, TRow.Width, Widest);

    private static int TransposedWidth(int columns)
    {
        int width = Avx.IsSupported && TRow.Width >= 8 ? 32 : 16;
        return columns >= width ? width : TRow.Width;
    }
}
