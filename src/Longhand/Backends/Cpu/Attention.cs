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
            Span<float> scratch = Kernel.Scratch((sizes.HeadSize * padded) + (keys * width) + (Tile * (padded + width)) + padded + 1);
            Span<float> kColumns = Take(ref scratch, sizes.HeadSize * padded), vRows = Take(ref scratch, keys * width);
            Span<float> weights = Take(ref scratch, Tile * padded), sums = Take(ref scratch, Tile * width), factors = scratch;
            k.GatherColumns(kColumns, b, h, keys);
            v.Gather(vRows, b, h, keys);
            ref float kBase = ref MemoryMarshal.GetReference(kColumns);
            ref float vBase = ref MemoryMarshal.GetReference(vRows);
            ref float sumBase = ref MemoryMarshal.GetReference(sums);
            ref float weightBase = ref MemoryMarshal.GetReference(weights);

            Span<float> inverse = stackalloc float[Tile];
            int firstRow = ((b * sizes.Heads) + h) * sizes.Queries;
            for (int i = 0; i < sizes.Queries; i += Tile)
            {
                int rows = Math.Min(Tile, sizes.Queries - i);
                int fewest = AttentionHead.Visible(sizes, keys, i), most = AttentionHead.Visible(sizes, keys, i + rows - 1);
                SmallProduct.Run(ref weightBase, padded, ref q.At(b, h, i), q.RowStride, 1, ref kBase, padded,
                    rows, AttentionHead.Padded(most), sizes.HeadSize, add: false);
                for (int r = 0; r < rows; r++)
                {
                    int visible = AttentionHead.Visible(sizes, keys, i + r);
                    inverse[r] = Softmax(weights.Slice(r * padded, padded), visible, (float)sizes.Scale, out lse[firstRow + i + r]);
                    if (sizes.Dropout > 0) Drop(weights.Slice(r * padded, visible), factors[..visible], firstRow + i + r);
                }

                // The keys that all rows of the tile see together, then what each row sees beyond.
                SmallProduct.Run(ref sumBase, width, ref weightBase, padded, 1, ref vBase, width, rows, width, fewest, add: false);
                for (int r = 0; r < rows; r++)
                {
                    ref float sum = ref Unsafe.Add(ref sumBase, r * width);
                    int beyond = AttentionHead.Visible(sizes, keys, i + r) - fewest;
                    SmallProduct.Run(ref sum, width, ref Unsafe.Add(ref weightBase, (r * padded) + fewest), padded, 1,
                        ref Unsafe.Add(ref vBase, fewest * width), width, rows: 1, width, beyond, add: true);
                    for (int c = 0; c < width; c += Lanes.Count) Lanes.Store(Lanes.Load(ref sum, c) * inverse[r], ref sum, c);
                }
                y.Scatter(ref sumBase, b, h, i, rows);
            }
        }

        // In place: scores become e^(score − max), unnormalised; returns 1/Σ. Lanes beyond the visible keys become 0.
        private static float Softmax(Span<float> row, int visible, float scale, out float lse)
        {
            lse = float.NegativeInfinity;
            if (visible == 0) return 0;
            ref float scores = ref MemoryMarshal.GetReference(row);
            Vector512<float> lowest = Vector512.Create(float.NegativeInfinity), max = lowest, sum = Vector512<float>.Zero;
            int i = 0;
            for (; i + Lanes.Count <= visible; i += Lanes.Count)
            {
                Vector512<float> score = Lanes.Load(ref scores, i) * scale;
                Lanes.Store(score, ref scores, i);
                max = VectorMath.Max(max, score);
            }
            if (i < visible)
            {
                Vector512<float> score = Vector512.ConditionalSelect(Lanes.First(visible - i), Lanes.Load(ref scores, i) * scale, lowest);
                Lanes.Store(score, ref scores, i);
                max = VectorMath.Max(max, score);
            }
            float greatest = VectorMath.MaxLanes(max);
            for (i = 0; i < visible; i += Lanes.Count)
            {
                Vector512<float> power = VectorMath.Exp(Lanes.Load(ref scores, i) - Vector512.Create(greatest));
                Lanes.Store(power, ref scores, i);
                sum += power;
            }
            float total = VectorMath.SumLanes(sum);
            lse = greatest + Log(total);
            return 1 / total;
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
