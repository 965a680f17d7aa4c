using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>
/// Scaled dot-product attention, one head of one batch entry per work item, a few query rows at a time, so that the scores
/// never leave the cache (the idea of Dao and others, FlashAttention, 2022, at a size where one row fits).
/// <para>
/// What happens to a query is a function of its visible keys alone: each score is a chain over the features, the sum of the
/// powers goes over the visible keys in 16 lanes, and the weighted sum of the values is a chain over the visible keys in
/// order. So a token generated with a cache of keys gets the same bits as in the full pass.
/// </para>
/// </content>
public sealed partial class CpuBackend
{
    public unsafe void Attention(
        HeadRows y, Storage lse, HeadRows q, HeadRows k, HeadRows v, in AttentionSizes sizes, ReadOnlySpan<int> lengths, Rng rng)
    {
        float[] lses = Kernel.Array(lse, (long)sizes.Batch * sizes.Heads * sizes.Queries);
        fixed (int* pinned = lengths)
        {
            var job = new AttentionJob(
                new(y, sizes, sizes.Queries), lses, new(q, sizes, sizes.Queries), new(k, sizes, sizes.Keys), new(v, sizes, sizes.Keys),
                sizes, pinned, rng);
            _workers.For(sizes.Batch * sizes.Heads, Kernel.Minimum((long)sizes.Queries * sizes.Keys * sizes.HeadSize / 8), job);
        }
    }

    private readonly unsafe struct AttentionJob(
        AttentionHead y, float[] lse, AttentionHead q, AttentionHead k, AttentionHead v, AttentionSizes sizes, int* lengths, Rng rng)
        : IRangeJob
    {
        private const int Tile = 4;

        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int item = start; item < end; item++)
            {
                (int b, int h) = Math.DivRem(item, sizes.Heads);
                Head(b, h, lengths == null ? sizes.Keys : Math.Clamp(lengths[b], 0, sizes.Keys));
            }
        }

        private void Head(int b, int h, int keys)
        {
            int width = AttentionHead.Padded(sizes.HeadSize), padded = AttentionHead.Padded(keys);
            int paddedQueries = AttentionHead.Padded(sizes.Queries);
            Span<float> scratch = Kernel.Scratch((sizes.HeadSize * padded) + (keys * width) + (Tile * (padded + width)) + (2 * paddedQueries) + padded);
            Span<float> kColumns = Take(ref scratch, sizes.HeadSize * padded), vRows = Take(ref scratch, keys * width);
            Span<float> weights = Take(ref scratch, Tile * padded), sums = Take(ref scratch, Tile * width);
            Span<float> peaks = Take(ref scratch, paddedQueries), totals = Take(ref scratch, paddedQueries), factors = scratch;
            k.GatherColumns(kColumns, b, h, keys);
            v.Gather(vRows, b, h, keys);
            ref float kBase = ref MemoryMarshal.GetReference(kColumns);
            ref float vBase = ref MemoryMarshal.GetReference(vRows);
            ref float sumBase = ref MemoryMarshal.GetReference(sums);
            ref float weightBase = ref MemoryMarshal.GetReference(weights);

            int firstRow = ((b * sizes.Heads) + h) * sizes.Queries;
            for (int i = 0; i < sizes.Queries; i += Tile)
            {
                int rows = Math.Min(Tile, sizes.Queries - i);
                int fewest = AttentionHead.Visible(sizes, keys, i), most = AttentionHead.Visible(sizes, keys, i + rows - 1);
                SmallProduct.Run(ref weightBase, padded, ref q.At(b, h, i), q.RowStride, 1, ref kBase, padded,
                    rows, AttentionHead.Padded(most), sizes.HeadSize, add: false);
                for (int r = 0; r < rows; r++)
                    peaks[i + r] = Mask(ref Unsafe.Add(ref weightBase, r * padded), AttentionHead.Visible(sizes, keys, i + r), (float)sizes.Scale);
                for (int r = 0; r < rows; r++)
                {
                    int visible = AttentionHead.Visible(sizes, keys, i + r);
                    totals[i + r] = Powers(ref Unsafe.Add(ref weightBase, r * padded), visible, peaks[i + r]);
                    if (sizes.Dropout > 0) Drop(weights.Slice(r * padded, visible), factors[..visible], firstRow + i + r);
                }

                // The keys that all rows of the tile see together, then what each row sees beyond.
                SmallProduct.Run(ref sumBase, width, ref weightBase, padded, 1, ref vBase, width, rows, width, fewest, add: false);
                for (int r = 0; r < rows; r++)
                {
                    ref float sum = ref Unsafe.Add(ref sumBase, r * width);
                    float inverse = totals[i + r] == 0 ? 0 : 1 / totals[i + r];
                    int beyond = AttentionHead.Visible(sizes, keys, i + r) - fewest;
                    SmallProduct.Run(ref sum, width, ref Unsafe.Add(ref weightBase, (r * padded) + fewest), padded, 1,
                        ref Unsafe.Add(ref vBase, fewest * width), width, rows: 1, width, beyond, add: true);
                    for (int c = 0; c < width; c += Lanes.Count) Lanes.Store(Lanes.Load(ref sum, c) * inverse, ref sum, c);
                }
                y.Scatter(ref sumBase, b, h, i, rows);
            }
            Logarithms(lse.AsSpan(firstRow, sizes.Queries), peaks, totals);
        }

        // lse = peak + ln total, 16 rows at a time; −∞ where nothing was visible.
        [MethodImpl(Kernel.Loop)]
        private static void Logarithms(Span<float> lse, Span<float> peaks, Span<float> totals)
        {
            for (int i = 0; i < lse.Length; i += Lanes.Count)
            {
                Vector512<float> sum = Lanes.Load(ref peaks[i], 0) + VectorMath.Log(Lanes.Load(ref totals[i], 0));
                sum.StoreUnsafe(ref peaks[i]);
            }
            peaks[..lse.Length].CopyTo(lse);
        }

        // In place: scores become scale·score, and −∞ from the last visible key to the end of its vector; returns their peak.
        [MethodImpl(Kernel.Loop)]
        private static float Mask(ref float scores, int visible, float scale)
        {
            Vector512<float> lowest = Vector512.Create(float.NegativeInfinity), max = lowest;
            int i = 0;
            for (; i + Lanes.Count <= visible; i += Lanes.Count)
            {
                Vector512<float> score = Lanes.Load(ref scores, i) * scale;
                Lanes.Store(score, ref scores, i);
                max = Vector512.MaxNative(max, score);
            }
            if (i < visible)
            {
                Vector512<float> score = Vector512.ConditionalSelect(Lanes.First(visible - i), Lanes.Load(ref scores, i) * scale, lowest);
                Lanes.Store(score, ref scores, i);
                max = Vector512.MaxNative(max, score);
            }
            return PeakOfLanes(max);
        }

        // In place: scores become e^(score − peak); returns their sum, which is NaN if one of them is.
        [MethodImpl(Kernel.Loop)]
        private static float Powers(ref float scores, int visible, float peak)
        {
            Vector512<float> shift = Vector512.Create(peak), sum = Vector512<float>.Zero;
            for (int i = 0; i < visible; i += Lanes.Count)
            {
                Vector512<float> power = VectorMath.Exp(Lanes.Load(ref scores, i) - shift);
                Lanes.Store(power, ref scores, i);
                sum += power;
            }
            return VectorMath.SumLanes(sum);
        }

        private void Drop(Span<float> weights, Span<float> factors, int row)
        {
            AttentionHead.DropoutFactors(factors, sizes, row, rng);
            for (int j = 0; j < weights.Length; j++) weights[j] *= factors[j];
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
