using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Longhand.Backends.Cpu;

/// <summary>
/// The matrix product inside attention, on tiles: c (16 × 16) = or += a (16 × depth) · b (depth × 16), rows of c 16
/// apart, rows of b as far apart as they happen to lie in memory, so that there is nothing to pack for it. a lies as strips of 16
/// columns: it is read 16 rows at a time, whose offsets are constants then.
/// <para>
/// Every element of c is one chain of fused multiply-adds in the order of depth, whatever tile it falls in: computing the
/// depth in two calls gives the same bits.
/// </para>
/// </summary>
internal static class SmallProduct
{
    /// <summary>How the 16 rows of a lie in memory.</summary>
    public interface IOrder
    {
        /// <summary>The distance between two rows.</summary>
        static abstract int Row { get; }

        /// <summary>The distance between two steps of depth.</summary>
        static abstract int Step { get; }
    }

    /// <summary>a lies like b and c: 16 steps of depth side by side.</summary>
    public readonly struct ByRows : IOrder
    {
        public static int Row => Lanes.Count;
        public static int Step => 1;
    }

    /// <summary>a lies transposed: its 16 rows side by side.</summary>
    public readonly struct ByColumns : IOrder
    {
        public static int Row => 1;
        public static int Step => Lanes.Count;
    }

    /// <summary>
    /// After each 16 steps of depth, a goes on <paramref name="strip"/> numbers further, b after each step <paramref name="bStep"/>.
    /// With <paramref name="add"/> each chain goes on from what c holds instead of from 0.
    /// </summary>
    public static void Run<TOrder>(ref float c, ref float a, int strip, ref float b, int bStep, int depth, bool add)
        where TOrder : struct, IOrder
    {
        // 16 sums are as many as AVX-512 needs to be busy all the time: two a cycle, four cycles each, and twice as many. The
        // 16 registers of AVX2 hold four sums of two registers, which is just enough there.
        if (Vector512.IsHardwareAccelerated)
        {
            SixteenRows<TOrder>(ref c, ref a, strip, ref b, bStep, depth, add);
            return;
        }
        for (int r = 0; r < Lanes.Count; r += 4)
        {
            FourRows<TOrder>(
                ref Unsafe.Add(ref c, r * Lanes.Count), ref Unsafe.Add(ref a, r * TOrder.Row), strip, ref b, bStep, depth, add);
        }
    }

    [MethodImpl(Kernel.Loop)]
    private static void SixteenRows<TOrder>(ref float c, ref float a, int strip, ref float b, int bStep, int depth, bool add)
        where TOrder : struct, IOrder
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        Vector512<float> s8 = default, s9 = default, s10 = default, s11 = default, s12 = default, s13 = default, s14 = default, s15 = default;
        if (add)
        {
            (s0, s1, s2, s3) = (Row(ref c, 0), Row(ref c, 1), Row(ref c, 2), Row(ref c, 3));
            (s4, s5, s6, s7) = (Row(ref c, 4), Row(ref c, 5), Row(ref c, 6), Row(ref c, 7));
            (s8, s9, s10, s11) = (Row(ref c, 8), Row(ref c, 9), Row(ref c, 10), Row(ref c, 11));
            (s12, s13, s14, s15) = (Row(ref c, 12), Row(ref c, 13), Row(ref c, 14), Row(ref c, 15));
        }
        for (; depth > 0; depth -= Lanes.Count, a = ref Unsafe.Add(ref a, strip))
        {
            ref float factors = ref a;
            for (int k = Math.Min(depth, Lanes.Count); k > 0; k--)
            {
                Vector512<float> right = Lanes.Load(ref b, 0);
                s0 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 0), right, s0);
                s1 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 1), right, s1);
                s2 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 2), right, s2);
                s3 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 3), right, s3);
                s4 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 4), right, s4);
                s5 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 5), right, s5);
                s6 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 6), right, s6);
                s7 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 7), right, s7);
                s8 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 8), right, s8);
                s9 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 9), right, s9);
                s10 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 10), right, s10);
                s11 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 11), right, s11);
                s12 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 12), right, s12);
                s13 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 13), right, s13);
                s14 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 14), right, s14);
                s15 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 15), right, s15);
                factors = ref Unsafe.Add(ref factors, TOrder.Step);
                b = ref Unsafe.Add(ref b, bStep);
            }
        }
        Store(s0, s1, s2, s3, ref c);
        Store(s4, s5, s6, s7, ref Unsafe.Add(ref c, 4 * Lanes.Count));
        Store(s8, s9, s10, s11, ref Unsafe.Add(ref c, 8 * Lanes.Count));
        Store(s12, s13, s14, s15, ref Unsafe.Add(ref c, 12 * Lanes.Count));
    }

    [MethodImpl(Kernel.Loop)]
    private static void FourRows<TOrder>(ref float c, ref float a, int strip, ref float b, int bStep, int depth, bool add)
        where TOrder : struct, IOrder
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        if (add) (s0, s1, s2, s3) = (Row(ref c, 0), Row(ref c, 1), Row(ref c, 2), Row(ref c, 3));
        for (; depth > 0; depth -= Lanes.Count, a = ref Unsafe.Add(ref a, strip))
        {
            ref float factors = ref a;
            for (int k = Math.Min(depth, Lanes.Count); k > 0; k--)
            {
                Vector512<float> right = Lanes.Load(ref b, 0);
                s0 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 0), right, s0);
                s1 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 1), right, s1);
                s2 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 2), right, s2);
                s3 = Vector512.FusedMultiplyAdd(Factor<TOrder>(ref factors, 3), right, s3);
                factors = ref Unsafe.Add(ref factors, TOrder.Step);
                b = ref Unsafe.Add(ref b, bStep);
            }
        }
        Store(s0, s1, s2, s3, ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Factor<TOrder>(ref float factors, int row) where TOrder : struct, IOrder =>
        Vector512.Create(Unsafe.Add(ref factors, row * TOrder.Row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Row(ref float c, int row) => Lanes.Load(ref c, row * Lanes.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3, ref float c)
    {
        Lanes.Store(s0, ref c, 0);
        Lanes.Store(s1, ref c, Lanes.Count);
        Lanes.Store(s2, ref c, 2 * Lanes.Count);
        Lanes.Store(s3, ref c, 3 * Lanes.Count);
    }
}
