using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <summary>Which draws keep their element: the comparison rng.Uniform(i) ≥ p, 32 draws per call of the generator.</summary>
internal static class DropoutMask
{
    private const int Draws = 2 * Lanes.Count;

    /// <summary>Writes <paramref name="kept"/> where draw first + i keeps, 0 where it drops.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void Fill(Span<float> mask, Rng rng, long first, float p, float kept = 1)
    {
        // A uniform draw is w·2⁻²⁴ for a whole w, and p·2²⁴ is exact in double: so w ≥ ⌈p·2²⁴⌉, without rounding.
        Vector512<int> least = Vector512.Create((int)Math.Ceiling(p * (double)(1 << 24)));
        Vector512<float> value = Vector512.Create(kept);
        int i = 0;
        while (i < mask.Length)
        {
            int skip = (int)((first + i) & 3), count = Math.Min(Draws - skip, mask.Length - i);
            rng.EightBlocks((first + i) >> 2, out Vector512<uint> a, out Vector512<uint> b);
            if (count == Draws)
            {
                ref float target = ref mask[i];
                Lanes.Store(Keep(a, least, value), ref target, 0);
                Lanes.Store(Keep(b, least, value), ref target, Lanes.Count);
            }
            else
            {
                StorePart(Keep(a, least, value), Keep(b, least, value), skip, mask.Slice(i, count));
            }
            i += count;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart(Vector512<float> a, Vector512<float> b, int skip, Span<float> mask)
    {
        Span<float> all = stackalloc float[Draws];
        a.CopyTo(all);
        b.CopyTo(all[Lanes.Count..]);
        all.Slice(skip, mask.Length).CopyTo(mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Keep(Vector512<uint> bits, Vector512<int> least, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.LessThan((bits >> 8).AsInt32(), least).AsSingle(), Vector512<float>.Zero, value);
}
