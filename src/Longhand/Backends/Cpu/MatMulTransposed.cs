using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Backends.Cpu;

/// <summary>
/// Matrices whose columns, not rows, lie side by side: a few numbers of a few columns are loaded at a time and exchanged
/// between registers until each holds one row.
/// </summary>
internal static unsafe class MatMulTransposed
{
    private const int CacheLine = Kernel.FloatsOfALine;

    /// <summary>
    /// One row times 32 columns that are <paramref name="column"/> apart, to tile.Y; needs AVX. Each column's numbers must be
    /// added in order, so the columns are the lanes; four vectors of them hide the latency of the additions.
    /// <para>
    /// Lines are used up eight at a time, because columns a power of two apart share the few places of one set of the cache. And
    /// 32 columns are more streams than the processor follows, so the next 32 are asked for here, line by line in the order of
    /// memory, which is what memory likes best.
    /// </para>
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RowTimes32(in Tile tile, nint column)
    {
        float* a = tile.A, b = tile.B, ahead = tile.B + 32 * column;
        Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
        int whole = tile.K & -CacheLine, k = 0, line = 0;
        for (; k < whole; k += CacheLine)
        {
            for (int i = 0; i < 32; i++)
            {
                Sse.Prefetch0(ahead + line);
                line += CacheLine;
                if (line < whole) continue;
                line = 0;
                ahead += column;
            }
            AddLine8(ref y0, a + k, b + k, column);
            AddLine8(ref y1, a + k, b + 8 * column + k, column);
            AddLine8(ref y2, a + k, b + 16 * column + k, column);
            AddLine8(ref y3, a + k, b + 24 * column + k, column);
        }
        y0.Store(tile.Y);
        y1.Store(tile.Y + 8);
        y2.Store(tile.Y + 16);
        y3.Store(tile.Y + 24);
        AddRest(tile, column, k, 32);
    }

    /// <summary>The same for 16 columns and vectors of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RowTimes16(in Tile tile, nint column)
    {
        float* a = tile.A, b = tile.B;
        Vector128<float> y0 = default, y1 = default, y2 = default, y3 = default;
        int k = 0;
        for (; k + 4 <= tile.K; k += 4)
        {
            Add4(ref y0, a + k, b + k, column);
            Add4(ref y1, a + k, b + 4 * column + k, column);
            Add4(ref y2, a + k, b + 8 * column + k, column);
            Add4(ref y3, a + k, b + 12 * column + k, column);
        }
        y0.Store(tile.Y);
        y1.Store(tile.Y + 4);
        y2.Store(tile.Y + 8);
        y3.Store(tile.Y + 12);
        AddRest(tile, column, k, 16);
    }

    /// <summary>A cache line of eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddLine8(ref Vector256<float> y, float* a, float* b, nint column)
    {
        for (int k = 0; k < CacheLine; k += 4) Add8(ref y, a + k, b + k, column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add8(ref Vector256<float> y, float* a, float* b, nint column)
    {
        Transpose8(b, column, out Vector256<float> b0, out Vector256<float> b1, out Vector256<float> b2, out Vector256<float> b3);
        y = Vector256.FusedMultiplyAdd(Vector256.Create(a[0]), b0, y);
        y = Vector256.FusedMultiplyAdd(Vector256.Create(a[1]), b1, y);
        y = Vector256.FusedMultiplyAdd(Vector256.Create(a[2]), b2, y);
        y = Vector256.FusedMultiplyAdd(Vector256.Create(a[3]), b3, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add4(ref Vector128<float> y, float* a, float* b, nint column)
    {
        Transpose4(b, column, out Vector128<float> b0, out Vector128<float> b1, out Vector128<float> b2, out Vector128<float> b3);
        y = Vector128.FusedMultiplyAdd(Vector128.Create(a[0]), b0, y);
        y = Vector128.FusedMultiplyAdd(Vector128.Create(a[1]), b1, y);
        y = Vector128.FusedMultiplyAdd(Vector128.Create(a[2]), b2, y);
        y = Vector128.FusedMultiplyAdd(Vector128.Create(a[3]), b3, y);
    }

    private static void AddRest(in Tile tile, nint column, int k, int columns)
    {
        for (; k < tile.K; k++)
            for (int j = 0; j < columns; j++) tile.Y[j] = MathF.FusedMultiplyAdd(tile.A[k], tile.B[j * column + k], tile.Y[j]);
    }

    /// <summary>c0 is x[0], x[step], x[2·step] … of eight; c1 the numbers after these, and so on. Needs AVX.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose8(
        float* x, nint step, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        // Rows 0–3 travel in the lower halves and rows 4–7 in the upper ones, because shuffles stay within halves.
        float* upper = x + 4 * step;
        Vector256<float> r0 = Vector256.Create(Vector128.Load(x), Vector128.Load(upper));
        Vector256<float> r1 = Vector256.Create(Vector128.Load(x + step), Vector128.Load(upper + step));
        Vector256<float> r2 = Vector256.Create(Vector128.Load(x + 2 * step), Vector128.Load(upper + 2 * step));
        Vector256<float> r3 = Vector256.Create(Vector128.Load(x + 3 * step), Vector128.Load(upper + 3 * step));
        Vector256<float> low01 = Avx.UnpackLow(r0, r1), high01 = Avx.UnpackHigh(r0, r1);
        Vector256<float> low23 = Avx.UnpackLow(r2, r3), high23 = Avx.UnpackHigh(r2, r3);
        c0 = Avx.Shuffle(low01, low23, 0b01_00_01_00);
        c1 = Avx.Shuffle(low01, low23, 0b11_10_11_10);
        c2 = Avx.Shuffle(high01, high23, 0b01_00_01_00);
        c3 = Avx.Shuffle(high01, high23, 0b11_10_11_10);
    }

    /// <summary>c0 is x[0], x[step], x[2·step] and x[3·step]; c1 the numbers after these, and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose4(
        float* x, nint step, out Vector128<float> c0, out Vector128<float> c1, out Vector128<float> c2, out Vector128<float> c3)
    {
        Vector128<float> r0 = Vector128.Load(x), r1 = Vector128.Load(x + step);
        Vector128<float> r2 = Vector128.Load(x + 2 * step), r3 = Vector128.Load(x + 3 * step);
        if (Sse.IsSupported)
        {
            Vector128<float> low01 = Sse.UnpackLow(r0, r1), high01 = Sse.UnpackHigh(r0, r1);
            Vector128<float> low23 = Sse.UnpackLow(r2, r3), high23 = Sse.UnpackHigh(r2, r3);
            c0 = Sse.MoveLowToHigh(low01, low23);
            c1 = Sse.MoveHighToLow(low23, low01);
            c2 = Sse.MoveLowToHigh(high01, high23);
            c3 = Sse.MoveHighToLow(high23, high01);
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<double> low01 = AdvSimd.Arm64.ZipLow(r0, r1).AsDouble(), high01 = AdvSimd.Arm64.ZipHigh(r0, r1).AsDouble();
            Vector128<double> low23 = AdvSimd.Arm64.ZipLow(r2, r3).AsDouble(), high23 = AdvSimd.Arm64.ZipHigh(r2, r3).AsDouble();
            c0 = AdvSimd.Arm64.ZipLow(low01, low23).AsSingle();
            c1 = AdvSimd.Arm64.ZipHigh(low01, low23).AsSingle();
            c2 = AdvSimd.Arm64.ZipLow(high01, high23).AsSingle();
            c3 = AdvSimd.Arm64.ZipHigh(high01, high23).AsSingle();
        }
        else
        {
            c0 = Vector128.Create(r0[0], r1[0], r2[0], r3[0]);
            c1 = Vector128.Create(r0[1], r1[1], r2[1], r3[1]);
            c2 = Vector128.Create(r0[2], r1[2], r2[2], r3[2]);
            c3 = Vector128.Create(r0[3], r1[3], r2[3], r3[3]);
        }
    }
}
