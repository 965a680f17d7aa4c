using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Backends.Cpu;

/// <summary>Turns columns into rows, in registers: only moves, so every machine agrees.</summary>
internal static class Transpose
{
    /// <summary>y (16 × 16, contiguous) = xᵀ, where rows of x lie xStep apart.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void Tile(ref float y, ref float x, int xStep)
    {
        if (!Avx512F.IsSupported)
        {
            for (int c = 0; c < 16; c += 4) FourRows(ref Unsafe.Add(ref y, c * 16), 16, ref Unsafe.Add(ref x, c), xStep, 16);
            return;
        }

        // First 4 × 4 numbers in each quarter of a vector: four rows a, b, c, d become (a0 b0 c0 d0 | a4 b4 c4 d4 | …), (a1 b1 …) ….
        for (int r = 0; r < 16; r += 4)
        {
            ref float from = ref Unsafe.Add(ref x, (nint)r * xStep);
            Vector512<float> a = Lanes.Load(ref from, 0), b = Vector512.LoadUnsafe(ref Unsafe.Add(ref from, xStep));
            Vector512<float> c = Vector512.LoadUnsafe(ref Unsafe.Add(ref from, 2 * (nint)xStep));
            Vector512<float> d = Vector512.LoadUnsafe(ref Unsafe.Add(ref from, 3 * (nint)xStep));
            Vector512<double> lowAB = Avx512F.UnpackLow(a, b).AsDouble(), highAB = Avx512F.UnpackHigh(a, b).AsDouble();
            Vector512<double> lowCD = Avx512F.UnpackLow(c, d).AsDouble(), highCD = Avx512F.UnpackHigh(c, d).AsDouble();
            ref float to = ref Unsafe.Add(ref y, r * 16);
            Lanes.Store(Avx512F.UnpackLow(lowAB, lowCD).AsSingle(), ref to, 0);
            Lanes.Store(Avx512F.UnpackHigh(lowAB, lowCD).AsSingle(), ref to, 16);
            Lanes.Store(Avx512F.UnpackLow(highAB, highCD).AsSingle(), ref to, 32);
            Lanes.Store(Avx512F.UnpackHigh(highAB, highCD).AsSingle(), ref to, 48);
        }

        // Then 4 × 4 quarters: column 4q + c is quarter q of the vectors c, 4 + c, 8 + c and 12 + c.
        for (int c = 0; c < 64; c += 16)
        {
            Vector512<float> r0 = Lanes.Load(ref y, c), r4 = Lanes.Load(ref y, c + 64);
            Vector512<float> r8 = Lanes.Load(ref y, c + 128), r12 = Lanes.Load(ref y, c + 192);
            Vector512<float> low = Avx512F.Shuffle4x128(r0, r4, 0b_10_00_10_00), lower = Avx512F.Shuffle4x128(r8, r12, 0b_10_00_10_00);
            Vector512<float> high = Avx512F.Shuffle4x128(r0, r4, 0b_11_01_11_01), higher = Avx512F.Shuffle4x128(r8, r12, 0b_11_01_11_01);
            Lanes.Store(Avx512F.Shuffle4x128(low, lower, 0b_10_00_10_00), ref y, c);
            Lanes.Store(Avx512F.Shuffle4x128(high, higher, 0b_10_00_10_00), ref y, c + 64);
            Lanes.Store(Avx512F.Shuffle4x128(low, lower, 0b_11_01_11_01), ref y, c + 128);
            Lanes.Store(Avx512F.Shuffle4x128(high, higher, 0b_11_01_11_01), ref y, c + 192);
        }
    }

    /// <summary>
    /// Rows 0 … 3 of y from columns 0 … 3 of x: y[r, i] = x[i, r] for i &lt; n, where rows of y lie yStep and rows of x xStep apart.
    /// </summary>
    public static void FourRows(ref float y, int yStep, ref float x, int xStep, int n)
    {
        int i = 0;
        for (; i + 4 <= n; i += 4)
        {
            ref float from = ref Unsafe.Add(ref x, (nint)i * xStep);
            // (a0 b0 a1 b1 | a2 b2 a3 b3) and (c0 d0 c1 d1 | c2 d2 c3 d3): then pairs are joined.
            Vector256<ulong> ab = Interleave(Row(ref from, 0), Row(ref from, xStep));
            Vector256<ulong> cd = Interleave(Row(ref from, 2 * (nint)xStep), Row(ref from, 3 * (nint)xStep));
            Vector256<float> first = Join(ab.GetLower(), cd.GetLower()), second = Join(ab.GetUpper(), cd.GetUpper());
            first.GetLower().StoreUnsafe(ref Unsafe.Add(ref y, i));
            first.GetUpper().StoreUnsafe(ref Unsafe.Add(ref y, (nint)yStep + i));
            second.GetLower().StoreUnsafe(ref Unsafe.Add(ref y, (2 * (nint)yStep) + i));
            second.GetUpper().StoreUnsafe(ref Unsafe.Add(ref y, (3 * (nint)yStep) + i));
        }
        for (; i < n; i++)
        {
            for (int r = 0; r < 4; r++) Unsafe.Add(ref y, ((nint)r * yStep) + i) = Unsafe.Add(ref x, ((nint)i * xStep) + r);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Row(ref float x, nint offset) => Vector128.LoadUnsafe(ref Unsafe.Add(ref x, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Interleave(Vector128<float> a, Vector128<float> b) =>
        Vector256.Shuffle(Vector256.Create(a, b), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Join(Vector128<ulong> a, Vector128<ulong> b) =>
        Vector256.Shuffle(Vector256.Create(a, b), Vector256.Create(0UL, 2, 1, 3)).AsSingle();
}
