using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Numerics;

/// <content>
/// Philox for eight blocks at once: each word of the eight counters in the lower half of eight 64-bit lanes, where x64 multiplies
/// 32 × 32 → 64 bits and does not look at the upper halves, so these may hold anything.
/// </content>
public readonly partial struct Rng
{
    /// <summary>
    /// The 32 draws that begin with index 4·<paramref name="block"/>: those of <see cref="Block"/> and of the seven blocks after it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void EightBlocks(long block, out Vector512<uint> first, out Vector512<uint> second)
    {
        if (!Avx2.IsSupported)
        {
            (first, second) = (FourBlocks(block), FourBlocks(block + 4));
            return;
        }
        // The order of the lanes makes the interleaving at the end, which works within 128 bits, come out in order.
        Vector512<ulong> c0 = Vector512.Create((ulong)block) + Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
        Vector512<ulong> c1 = c0 >> 32, c2 = default, c3 = default;
        Vector512<ulong> k0 = Vector512.Create(_key), k1 = Vector512.Create(_key >> 32);
        for (int round = 0; round < 10; round++)
        {
            Vector512<ulong> p0 = Product(c0, Multiplier0), p1 = Product(c2, Multiplier1);
            (c0, c1, c2, c3) = ((p1 >> 32) ^ c1 ^ k0, p1, (p0 >> 32) ^ c3 ^ k1, p0);
            k0 += Vector512.Create((ulong)Weyl0);
            k1 += Vector512.Create((ulong)Weyl1);
        }
        Vector512<ulong> lower = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> ab = (c0 & lower) | (c1 << 32), cd = (c2 & lower) | (c3 << 32);
        (first, second) = (Evens(ab, cd).AsUInt32(), Odds(ab, cd).AsUInt32());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Vector512<uint> FourBlocks(long block)
    {
        Vector512<uint> words = default;
        ref uint lanes = ref Unsafe.As<Vector512<uint>, uint>(ref words);
        for (int i = 0; i < 16; i += 4)
        {
            (Unsafe.Add(ref lanes, i), Unsafe.Add(ref lanes, i + 1), Unsafe.Add(ref lanes, i + 2), Unsafe.Add(ref lanes, i + 3)) =
                Block(block + (i / 4));
        }
        return words;
    }

    // The 64-bit products of the lower halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> x, uint factor)
    {
        if (Avx512F.IsSupported) return Avx512F.Multiply(x.AsUInt32(), Vector512.Create((ulong)factor).AsUInt32());
        Vector256<uint> f = Vector256.Create((ulong)factor).AsUInt32();
        return Vector512.Create(Avx2.Multiply(x.GetLower().AsUInt32(), f), Avx2.Multiply(x.GetUpper().AsUInt32(), f));
    }

    // (a0 b0 a2 b2 a4 b4 a6 b6)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Evens(Vector512<ulong> a, Vector512<ulong> b) =>
        Avx512F.IsSupported
            ? Avx512F.UnpackLow(a, b)
            : Vector512.Create(Avx2.UnpackLow(a.GetLower(), b.GetLower()), Avx2.UnpackLow(a.GetUpper(), b.GetUpper()));

    // (a1 b1 a3 b3 a5 b5 a7 b7)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Odds(Vector512<ulong> a, Vector512<ulong> b) =>
        Avx512F.IsSupported
            ? Avx512F.UnpackHigh(a, b)
            : Vector512.Create(Avx2.UnpackHigh(a.GetLower(), b.GetLower()), Avx2.UnpackHigh(a.GetUpper(), b.GetUpper()));
}
