using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Backends.Cpu;

/// <summary>
/// The matrix product inside attention: c (rows × columns) = or += a (rows × depth) · b (depth × columns), where columns is a
/// multiple of 16, rows of b and c are contiguous, and a may be read along either axis. For one head's few dozen rows there
/// is nothing to pack; tiles in registers are enough.
/// <para>
/// Every element of c is one chain of fused multiply-adds in the order of depth, whatever tile it falls in: computing a row
/// alone or with others, or the depth in two calls, gives the same bits.
/// </para>
/// </summary>
internal static class SmallProduct
{
    /// <summary>
    /// Rows of c lie <c>cRow</c> apart, rows of b <c>bRow</c>, and element (r, k) of a lies at r·aRow + k·aStep. With
    /// <c>add</c> each chain goes on from what c holds instead of from 0.
    /// </summary>
    public static void Run(
        ref float c, int cRow, ref float a, int aRow, int aStep, ref float b, int bRow, int rows, int columns, int depth, bool add)
    {
        int r = 0;
        for (; r + 4 <= rows; r += 4)
        {
            ref float cs = ref Unsafe.Add(ref c, (nint)r * cRow);
            ref float left = ref Unsafe.Add(ref a, (nint)r * aRow);
            int j = 0;
            // Eight sums of 512 bits: as many as AVX-512 keeps in registers with ease and AVX2 does not.
            for (; Vector512.IsHardwareAccelerated && j + (2 * Lanes.Count) <= columns; j += 2 * Lanes.Count)
                FourByTwo(ref Unsafe.Add(ref cs, j), cRow, ref left, aRow, aStep, ref Unsafe.Add(ref b, j), bRow, depth, add);
            for (; j < columns; j += Lanes.Count)
                FourByOne(ref Unsafe.Add(ref cs, j), cRow, ref left, aRow, aStep, ref Unsafe.Add(ref b, j), bRow, depth, add);
        }
        for (; r < rows; r++)
        {
            for (int j = 0; j < columns; j += Lanes.Count)
            {
                OneByOne(ref Unsafe.Add(ref c, ((nint)r * cRow) + j), ref Unsafe.Add(ref a, (nint)r * aRow), aStep,
                    ref Unsafe.Add(ref b, j), bRow, depth, add);
            }
        }
    }

    [MethodImpl(Kernel.Loop)]
    private static void FourByTwo(
        ref float c, int cRow, ref float a, int aRow, int aStep, ref float b, int bRow, int depth, bool add)
    {
        Vector512<float> s00 = default, s01 = default, s10 = default, s11 = default;
        Vector512<float> s20 = default, s21 = default, s30 = default, s31 = default;
        ref float c1 = ref Unsafe.Add(ref c, cRow);
        ref float c2 = ref Unsafe.Add(ref c1, cRow);
        ref float c3 = ref Unsafe.Add(ref c2, cRow);
        if (add)
        {
            (s00, s01) = (Lanes.Load(ref c, 0), Lanes.Load(ref c, Lanes.Count));
            (s10, s11) = (Lanes.Load(ref c1, 0), Lanes.Load(ref c1, Lanes.Count));
            (s20, s21) = (Lanes.Load(ref c2, 0), Lanes.Load(ref c2, Lanes.Count));
            (s30, s31) = (Lanes.Load(ref c3, 0), Lanes.Load(ref c3, Lanes.Count));
        }
        ref float a2 = ref Unsafe.Add(ref a, 2 * (nint)aRow);
        for (int k = 0; k < depth; k++)
        {
            Vector512<float> b0 = Lanes.Load(ref b, 0), b1 = Lanes.Load(ref b, Lanes.Count);
            Vector512<float> factor = Vector512.Create(a);
            s00 = Vector512.FusedMultiplyAdd(factor, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(factor, b1, s01);
            factor = Vector512.Create(Unsafe.Add(ref a, aRow));
            s10 = Vector512.FusedMultiplyAdd(factor, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(factor, b1, s11);
            factor = Vector512.Create(a2);
            s20 = Vector512.FusedMultiplyAdd(factor, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(factor, b1, s21);
            factor = Vector512.Create(Unsafe.Add(ref a2, aRow));
            s30 = Vector512.FusedMultiplyAdd(factor, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(factor, b1, s31);
            a = ref Unsafe.Add(ref a, aStep);
            a2 = ref Unsafe.Add(ref a2, aStep);
            b = ref Unsafe.Add(ref b, bRow);
        }
        Lanes.Store(s00, ref c, 0);
        Lanes.Store(s01, ref c, Lanes.Count);
        Lanes.Store(s10, ref c1, 0);
        Lanes.Store(s11, ref c1, Lanes.Count);
        Lanes.Store(s20, ref c2, 0);
        Lanes.Store(s21, ref c2, Lanes.Count);
        Lanes.Store(s30, ref c3, 0);
        Lanes.Store(s31, ref c3, Lanes.Count);
    }

    [MethodImpl(Kernel.Loop)]
    private static void FourByOne(
        ref float c, int cRow, ref float a, int aRow, int aStep, ref float b, int bRow, int depth, bool add)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        ref float c1 = ref Unsafe.Add(ref c, cRow);
        ref float c2 = ref Unsafe.Add(ref c1, cRow);
        ref float c3 = ref Unsafe.Add(ref c2, cRow);
        if (add) (s0, s1, s2, s3) = (Lanes.Load(ref c, 0), Lanes.Load(ref c1, 0), Lanes.Load(ref c2, 0), Lanes.Load(ref c3, 0));
        ref float a2 = ref Unsafe.Add(ref a, 2 * (nint)aRow);
        for (int k = 0; k < depth; k++)
        {
            Vector512<float> b0 = Lanes.Load(ref b, 0);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Create(a), b0, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, aRow)), b0, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Create(a2), b0, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a2, aRow)), b0, s3);
            a = ref Unsafe.Add(ref a, aStep);
            a2 = ref Unsafe.Add(ref a2, aStep);
            b = ref Unsafe.Add(ref b, bRow);
        }
        Lanes.Store(s0, ref c, 0);
        Lanes.Store(s1, ref c1, 0);
        Lanes.Store(s2, ref c2, 0);
        Lanes.Store(s3, ref c3, 0);
    }

    [MethodImpl(Kernel.Loop)]
    private static void OneByOne(ref float c, ref float a, int aStep, ref float b, int bRow, int depth, bool add)
    {
        Vector512<float> sum = add ? Lanes.Load(ref c, 0) : default;
        for (int k = 0; k < depth; k++)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(a), Lanes.Load(ref b, 0), sum);
            a = ref Unsafe.Add(ref a, aStep);
            b = ref Unsafe.Add(ref b, bRow);
        }
        Lanes.Store(sum, ref c, 0);
    }
}
