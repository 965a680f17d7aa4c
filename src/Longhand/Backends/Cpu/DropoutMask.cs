using System.Runtime.CompilerServices;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <summary>Which draws keep their element: the comparison rng.Uniform(i) ≥ p, four draws per call of the generator.</summary>
internal static class DropoutMask
{
    /// <summary>Writes 1 where draw first + i keeps, 0 where it drops.</summary>
    public static void Fill(Span<float> mask, Rng rng, long first, float p)
    {
        // A uniform draw is w·2⁻²⁴ for a whole w, and p·2²⁴ is exact in double: so w ≥ ⌈p·2²⁴⌉, without rounding.
        uint least = (uint)Math.Ceiling(p * (double)(1 << 24));
        int i = 0;
        for (; i < mask.Length && ((first + i) & 3) != 0; i++) mask[i] = Keep(rng.Bits(first + i), least);
        for (; i + 4 <= mask.Length; i += 4)
        {
            (uint a, uint b, uint c, uint d) = rng.Block((first + i) >> 2);
            mask[i] = Keep(a, least);
            mask[i + 1] = Keep(b, least);
            mask[i + 2] = Keep(c, least);
            mask[i + 3] = Keep(d, least);
        }
        for (; i < mask.Length; i++) mask[i] = Keep(rng.Bits(first + i), least);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Keep(uint bits, uint least) => bits >> 8 >= least ? 1f : 0f;
}
