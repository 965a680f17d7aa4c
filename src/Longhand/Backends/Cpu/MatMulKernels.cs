using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Backends.Cpu;

/// <summary>
/// A tile of y and the strips of a and b it is the product of: y[r, j] = Σ a[r, k]·b[k, j] over one block of k.
/// a[r, k] is at A[r·ARow + k·AStep], so packed, row-major and transposed left sides look alike; b[k, j] is at B[k·BStep + j].
/// </summary>
internal unsafe struct Tile
{
    public float* A, B, Y;
    public nint ARow, AStep, BStep, YStride;
    public int K;

    /// <summary>What the sum is added to: null for nothing, Y itself for y += the sum, a bias with a stride of 0.</summary>
    public float* From;
    public nint FromStride;
}

/// <summary>
/// The innermost loops of a matrix product. Each keeps its whole tile of y in registers over a block of k, and per k loads
/// one row of b and broadcasts one number of a for each row of the tile. Twelve rows of two vectors fill 24 of the 32
/// registers of AVX-512 and ARM; six rows fill 12 of the 16 that AVX2 has; fewer rows are for the lower edge.
/// One row is for products with a single row whose columns must be packed.
/// <para>
/// They skip the tier of slow code that methods usually start in: the first call is already in the middle of a large
/// product. Rows are addressed from every third one, so that the addresses need few registers.
/// </para>
/// </summary>
internal static unsafe class MatMulKernels
{
    /// <summary>The kernel for so many rows and vectors of columns.</summary>
    public static void Multiply<TRow>(in Tile tile, int rows, int vectors) where TRow : struct, ITileRow<TRow>
    {
        switch ((rows, vectors))
        {
            case (12, 2): Rows12<Twice<TRow>>(tile); break;
            case (12, 1): Rows12<TRow>(tile); break;
            case (8, 2): Rows8<Twice<TRow>>(tile); break;
            case (8, 1): Rows8<TRow>(tile); break;
            case (6, 2): Rows6<Twice<TRow>>(tile); break;
            case (6, 1): Rows6<TRow>(tile); break;
            case (4, 4): Rows4<Twice<Twice<TRow>>>(tile); break;
            case (4, 2): Rows4<Twice<TRow>>(tile); break;
            case (4, 1): Rows4<TRow>(tile); break;
            default: throw new InvalidOperationException($"There is no kernel for {rows} rows of {vectors} vectors.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows12<TRow>(in Tile t) where TRow : struct, ITileRow<TRow>
    {
        TRow y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default,
            y6 = default, y7 = default, y8 = default, y9 = default, y10 = default, y11 = default;
        nint row = t.ARow, twoRows = 2 * row, aStep = t.AStep, bStep = t.BStep;
        float* b = t.B, a0 = t.A, a3 = a0 + 3 * row, a6 = a3 + 3 * row, a9 = a6 + 3 * row;
        for (int k = t.K; k > 0; k--)
        {
            TRow x = TRow.Load(b);
            TRow.MultiplyAdd(ref y0, TRow.Broadcast(a0), x);
            TRow.MultiplyAdd(ref y1, TRow.Broadcast(a0 + row), x);
            TRow.MultiplyAdd(ref y2, TRow.Broadcast(a0 + twoRows), x);
            TRow.MultiplyAdd(ref y3, TRow.Broadcast(a3), x);
            TRow.MultiplyAdd(ref y4, TRow.Broadcast(a3 + row), x);
            TRow.MultiplyAdd(ref y5, TRow.Broadcast(a3 + twoRows), x);
            TRow.MultiplyAdd(ref y6, TRow.Broadcast(a6), x);
            TRow.MultiplyAdd(ref y7, TRow.Broadcast(a6 + row), x);
            TRow.MultiplyAdd(ref y8, TRow.Broadcast(a6 + twoRows), x);
            TRow.MultiplyAdd(ref y9, TRow.Broadcast(a9), x);
            TRow.MultiplyAdd(ref y10, TRow.Broadcast(a9 + row), x);
            TRow.MultiplyAdd(ref y11, TRow.Broadcast(a9 + twoRows), x);
            a0 += aStep;
            a3 += aStep;
            a6 += aStep;
            a9 += aStep;
            b += bStep;
            PrefetchRow<TRow>(t, 12, k);
        }

        Write(y0, t, 0);
        Write(y1, t, 1);
        Write(y2, t, 2);
        Write(y3, t, 3);
        Write(y4, t, 4);
        Write(y5, t, 5);
        Write(y6, t, 6);
        Write(y7, t, 7);
        Write(y8, t, 8);
        Write(y9, t, 9);
        Write(y10, t, 10);
        Write(y11, t, 11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8<TRow>(in Tile t) where TRow : struct, ITileRow<TRow>
    {
        TRow y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default,
            y6 = default, y7 = default;
        nint row = t.ARow, twoRows = 2 * row, aStep = t.AStep, bStep = t.BStep;
        float* b = t.B, a0 = t.A, a3 = a0 + 3 * row, a6 = a3 + 3 * row;
        for (int k = t.K; k > 0; k--)
        {
            TRow x = TRow.Load(b);
            TRow.MultiplyAdd(ref y0, TRow.Broadcast(a0), x);
            TRow.MultiplyAdd(ref y1, TRow.Broadcast(a0 + row), x);
            TRow.MultiplyAdd(ref y2, TRow.Broadcast(a0 + twoRows), x);
            TRow.MultiplyAdd(ref y3, TRow.Broadcast(a3), x);
            TRow.MultiplyAdd(ref y4, TRow.Broadcast(a3 + row), x);
            TRow.MultiplyAdd(ref y5, TRow.Broadcast(a3 + twoRows), x);
            TRow.MultiplyAdd(ref y6, TRow.Broadcast(a6), x);
            TRow.MultiplyAdd(ref y7, TRow.Broadcast(a6 + row), x);
            a0 += aStep;
            a3 += aStep;
            a6 += aStep;
            b += bStep;
            PrefetchRow<TRow>(t, 8, k);
        }

        Write(y0, t, 0);
        Write(y1, t, 1);
        Write(y2, t, 2);
        Write(y3, t, 3);
        Write(y4, t, 4);
        Write(y5, t, 5);
        Write(y6, t, 6);
        Write(y7, t, 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6<TRow>(in Tile t) where TRow : struct, ITileRow<TRow>
    {
        TRow y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        nint row = t.ARow, twoRows = 2 * row, aStep = t.AStep, bStep = t.BStep;
        float* b = t.B, a0 = t.A, a3 = a0 + 3 * row;
        for (int k = t.K; k > 0; k--)
        {
            TRow x = TRow.Load(b);
            TRow.MultiplyAdd(ref y0, TRow.Broadcast(a0), x);
            TRow.MultiplyAdd(ref y1, TRow.Broadcast(a0 + row), x);
            TRow.MultiplyAdd(ref y2, TRow.Broadcast(a0 + twoRows), x);
            TRow.MultiplyAdd(ref y3, TRow.Broadcast(a3), x);
            TRow.MultiplyAdd(ref y4, TRow.Broadcast(a3 + row), x);
            TRow.MultiplyAdd(ref y5, TRow.Broadcast(a3 + twoRows), x);
            a0 += aStep;
            a3 += aStep;
            b += bStep;
            PrefetchRow<TRow>(t, 6, k);
        }

        Write(y0, t, 0);
        Write(y1, t, 1);
        Write(y2, t, 2);
        Write(y3, t, 3);
        Write(y4, t, 4);
        Write(y5, t, 5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4<TRow>(in Tile t) where TRow : struct, ITileRow<TRow>
    {
        TRow y0 = default, y1 = default, y2 = default, y3 = default;
        nint row = t.ARow, twoRows = 2 * row, aStep = t.AStep, bStep = t.BStep;
        float* b = t.B, a0 = t.A, a3 = a0 + 3 * row;
        for (int k = t.K; k > 0; k--)
        {
            TRow x = TRow.Load(b);
            TRow.MultiplyAdd(ref y0, TRow.Broadcast(a0), x);
            TRow.MultiplyAdd(ref y1, TRow.Broadcast(a0 + row), x);
            TRow.MultiplyAdd(ref y2, TRow.Broadcast(a0 + twoRows), x);
            TRow.MultiplyAdd(ref y3, TRow.Broadcast(a3), x);
            a0 += aStep;
            a3 += aStep;
            b += bStep;
            PrefetchRow<TRow>(t, 4, k);
        }

        Write(y0, t, 0);
        Write(y1, t, 1);
        Write(y2, t, 2);
        Write(y3, t, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1<TRow>(in Tile t) where TRow : struct, ITileRow<TRow>
    {
        TRow y0 = default;
        nint aStep = t.AStep, bStep = t.BStep;
        float* a = t.A, b = t.B;
        for (int k = t.K; k > 0; k--)
        {
            TRow.MultiplyAdd(ref y0, TRow.Broadcast(a), TRow.Load(b));
            a += aStep;
            b += bStep;
        }
        Write(y0, t, 0);
    }

    /// <summary>
    /// Asks for the tile's memory in y, a row in every eighth of the last steps, so that writing it waits for nothing. Earlier would be for
    /// nothing: over a whole block of k a strip of b is as large as the first-level cache, and as it streams through, what was asked for
    /// before leaves again. Products of fewer steps ask for the last rows only; asking faster, for all, measured the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchRow<TRow>(in Tile t, int rows, int k) where TRow : struct, ITileRow<TRow>
    {
        if (!Sse.IsSupported || k > 8 * rows || k % 8 != 0) return;
        float* y = t.Y + (rows - k / 8) * t.YStride;
        for (int j = 0; j < TRow.Width; j += Kernel.FloatsOfALine) Sse.Prefetch0(y + j);
    }

    /// <summary>Row r of the tile goes to y, on top of what it starts from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TRow>(TRow sum, in Tile t, int r) where TRow : struct, ITileRow<TRow> =>
        TRow.Store(t.From == null ? sum : TRow.Add(TRow.Load(t.From + r * t.FromStride), sum), t.Y + r * t.YStride);
}
