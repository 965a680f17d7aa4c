using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>
/// Scaled dot-product attention, one head of one batch entry per work item, 16 queries at a time, so that the scores never
/// leave the cache (the idea of Dao and others, FlashAttention, 2022, at a size where one row fits). The 16 queries are the
/// lanes of the vectors: their maxima, powers and sums need nothing across lanes.
/// <para>
/// What happens to a query is a function of its visible keys alone: each score is a chain over the features, the sum of the
/// powers goes over the visible keys in 16 partial sums, and the weighted sum of the values is a chain over the visible keys
/// in order. So a token generated with a cache of keys, where a few queries go one by one, gets the same bits as in the full pass.
/// </para>
/// </content>
public sealed partial class CpuBackend
{
    public unsafe void Attention(
        HeadRows y, Storage lse, HeadRows q, HeadRows k, HeadRows v, in AttentionSizes sizes, ReadOnlySpan<int> lengths, Rng rng)
    {
        Floats lses = Kernel.Floats(lse, (long)sizes.Batch * sizes.Heads * sizes.Queries);
        fixed (int* pinned = lengths)
        {
            var job = new AttentionJob(
                new(y, sizes, sizes.Queries), lses, new(q, sizes, sizes.Queries), new(k, sizes, sizes.Keys), new(v, sizes, sizes.Keys),
                sizes, pinned, rng);
            _workers.For(sizes.Batch * sizes.Heads, Kernel.Minimum((long)sizes.Queries * sizes.Keys * sizes.HeadSize / 8), job);
        }
    }

    private readonly unsafe partial struct AttentionJob(
        AttentionHead y, Floats lse, AttentionHead q, AttentionHead k, AttentionHead v, AttentionSizes sizes, int* lengths, Rng rng)
        : IRangeJob
    {
        // So few queries are not worth gathering all keys and values.
        private const int Few = 3;

        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int item = start; item < end; item++)
            {
                (int b, int h) = Math.DivRem(item, sizes.Heads);
                int keys = lengths == null ? sizes.Keys : Math.Clamp(lengths[b], 0, sizes.Keys);
                if (sizes.Queries > Few && TryHead(b, h, keys, next: Math.Min(item + 1, end - 1))) continue;
                for (int i = 0; i < sizes.Queries; i++) Query(b, h, i, AttentionHead.Visible(sizes, keys, i));
            }
        }

        // False, with nothing done, if a query might be touched by a value that is hidden from it. Meanwhile asks for the memory of
        // item next.
        private bool TryHead(int b, int h, int keys, int next)
        {
            int D = sizes.HeadSize, width = AttentionHead.Padded(D), padded = AttentionHead.Padded(keys), strip = padded * Lanes.Count;
            int drawn = sizes.Dropout > 0 ? strip : 0, gathered = AttentionHead.StripsLength(D, keys);
            Span<float> scratch = Kernel.Scratch(
                (padded * width) + gathered + (2 * width * Lanes.Count) + strip + AttentionHead.Tile + (2 * drawn));
            Span<float> ks = Take(ref scratch, padded * width), vs = Take(ref scratch, gathered);
            Span<float> qs = Take(ref scratch, width * Lanes.Count), ys = Take(ref scratch, width * Lanes.Count);
            Span<float> scores = Take(ref scratch, strip), sums = Take(ref scratch, AttentionHead.Tile);
            Span<float> factors = Take(ref scratch, drawn), draws = Take(ref scratch, drawn);
            ref float keyStrips = ref MemoryMarshal.GetReference(ks);
            ref float query = ref MemoryMarshal.GetReference(qs), weights = ref MemoryMarshal.GetReference(scores);
            AttentionStrips values = v.Strips(vs, b, h, 0, keys);
            if (sizes.Causal && !AllFinite(values, keys, D)) return false;
            k.Gather(ref keyStrips, strip, b, h, 0, keys);

            for (int i = 0; i < sizes.Queries; i += Lanes.Count)
            {
                int rows = Math.Min(Lanes.Count, sizes.Queries - i), row = (((b * sizes.Heads) + h) * sizes.Queries) + i;
                int fewest = AttentionHead.Visible(sizes, keys, i), most = AttentionHead.Visible(sizes, keys, i + rows - 1);
                q.GatherColumns(ref query, b, h, i, rows);
                q.Prefetch(next, i);
                k.Prefetch(next, i);
                for (int j = 0; j < most; j += Lanes.Count)
                {
                    SmallProduct.Run<SmallProduct.ByRows>(ref Unsafe.Add(ref weights, j * Lanes.Count),
                        ref Unsafe.Add(ref keyStrips, j * Lanes.Count), strip, ref query, Lanes.Count, D, add: false);
                }
                v.Prefetch(next, i);
                y.Prefetch(next, i);
                Vector512<float> peaks = Peaks(ref weights, i, fewest, most);
                Vector512<float> totals = Powers(ref weights, ref sums[0], peaks, i, fewest, most);
                Logarithms(ref lse[row], peaks, totals, rows);
                if (sizes.Dropout > 0 && most > 0)
                {
                    AttentionHead.DropoutColumns(ref factors[0], draws, sizes, row, rows, firstKey: 0, most, rng);
                    Multiply(ref weights, ref factors[0], most);
                }

                for (int d = 0; d < D; d += Lanes.Count)
                {
                    SmallProduct.Run<SmallProduct.ByColumns>(ref ys[d * Lanes.Count], ref weights, AttentionHead.Tile,
                        ref values.At(0, d), values.Step, most, add: false);
                }
                // A total is 0 where nothing was visible.
                Vector512<float> none = Vector512.Equals(totals, Vector512<float>.Zero);
                Lanes.Store(Vector512.ConditionalSelect(none, Vector512<float>.Zero, Vector512<float>.One / totals), ref sums[0], 0);
                y.ScatterScaled(ref ys[0], AttentionHead.Tile, ref sums[0], b, h, i, rows);
            }
            return true;
        }

        // A weight of 0 hides a value only if 0 · value is 0.
        [MethodImpl(Kernel.Loop)]
        private static bool AllFinite(AttentionStrips values, int keys, int D)
        {
            Vector512<uint> seen = Vector512<uint>.Zero;
            for (int d = 0; d < D; d += Lanes.Count)
            {
                ref float row = ref values.At(0, d);
                for (int j = 0; j < keys; j++, row = ref Unsafe.Add(ref row, values.Step)) seen |= (Lanes.Load(ref row, 0) * 0f).AsUInt32();
            }
            return (seen & Vector512.Create(~0x80000000u)) == Vector512<uint>.Zero;
        }

        // The greatest scaled score of each query.
        [MethodImpl(Kernel.Loop)]
        private Vector512<float> Peaks(ref float scores, int i, int fewest, int most)
        {
            Vector512<float> scale = Vector512.Create((float)sizes.Scale), lowest = Vector512.Create(float.NegativeInfinity);
            Vector512<float> even = lowest, odd = lowest;
            int j = 0;
            for (; j + 2 <= fewest; j += 2)
            {
                even = Vector512.MaxNative(even, Lanes.Load(ref scores, j * Lanes.Count) * scale);
                odd = Vector512.MaxNative(odd, Lanes.Load(ref scores, (j + 1) * Lanes.Count) * scale);
            }
            for (; j < most; j++)
            {
                Vector512<float> score = Lanes.Load(ref scores, j * Lanes.Count) * scale;
                even = Vector512.MaxNative(even, Vector512.ConditionalSelect(AttentionHead.Seeing(sizes, i, j), score, lowest));
            }
            return Vector512.MaxNative(even, odd);
        }

        // In place: scores become e^(scale·score − peak), 0 where a query does not see the key; returns the sum of each query,
        // which is NaN if one of them is. Key j belongs to partial sum j mod 16.
        [MethodImpl(Kernel.Loop)]
        private Vector512<float> Powers(ref float scores, ref float sums, Vector512<float> peaks, int i, int fewest, int most)
        {
            Vector512<float> scale = Vector512.Create((float)sizes.Scale);
            for (int l = 0; l < AttentionHead.Tile; l += Lanes.Count) Lanes.Store(Vector512<float>.Zero, ref sums, l);
            int j = 0;
            for (; j < fewest; j++)
            {
                int at = j * Lanes.Count, sum = at % AttentionHead.Tile;
                Vector512<float> power = VectorMath.Exp((Lanes.Load(ref scores, at) * scale) - peaks);
                Lanes.Store(power, ref scores, at);
                Lanes.Store(Lanes.Load(ref sums, sum) + power, ref sums, sum);
            }
            for (; j < most; j++)
            {
                int at = j * Lanes.Count, sum = at % AttentionHead.Tile;
                Vector512<float> power = VectorMath.Exp((Lanes.Load(ref scores, at) * scale) - peaks) & AttentionHead.Seeing(sizes, i, j);
                Lanes.Store(power, ref scores, at);
                Lanes.Store(Lanes.Load(ref sums, sum) + power, ref sums, sum);
            }
            return AttentionHead.SumRows(ref sums);
        }

        // lse = peak + ln total; −∞ where nothing was visible.
        [MethodImpl(Kernel.Loop)]
        private static void Logarithms(ref float lse, Vector512<float> peaks, Vector512<float> totals, int rows)
        {
            Vector512<float> sum = peaks + VectorMath.Log(totals);
            if (rows == Lanes.Count) Lanes.Store(sum, ref lse, 0);
            else Lanes.StorePart(sum, ref lse, rows);
        }

        [MethodImpl(Kernel.Loop)]
        private static void Multiply(ref float weights, ref float factors, int keys)
        {
            for (int at = 0; at < keys * Lanes.Count; at += Lanes.Count)
                Lanes.Store(Lanes.Load(ref weights, at) * Lanes.Load(ref factors, at), ref weights, at);
        }
    }

    // Cuts the next part off a thread's scratch memory.
    private static Span<float> Take(ref Span<float> scratch, int length)
    {
        Span<float> part = scratch[..length];
        scratch = scratch[length..];
        return part;
    }
}
