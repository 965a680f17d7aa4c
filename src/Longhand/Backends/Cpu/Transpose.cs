using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Backends.Cpu;

/// <summary>Turns columns into rows, four by four in registers: only moves, so every machine agrees.</summary>
internal static class Transpose
{
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
