using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>
/// The gradient of attention. The weights of a block of query rows are computed again from the saved logarithms, which is
/// cheaper than having kept them; dk and dv collect the blocks in order, so every element is one chain over the queries.
/// </content>
public sealed partial class CpuBackend
{
    public unsafe void AttentionBackward(
        HeadRows dq, HeadRows dk, HeadRows dv, HeadRows dy, HeadRows y, Storage lse, HeadRows q, HeadRows k, HeadRows v,
        in AttentionSizes sizes, ReadOnlySpan<int> lengths, Rng rng)
    {
        Floats lses = Kernel.Floats(lse, (long)sizes.Batch * sizes.Heads * sizes.Queries);
        (int Q, int K) = (sizes.Queries, sizes.Keys);
        fixed (int* pinned = lengths)
        {
            var job = new AttentionBackwardJob(
                new(dq, sizes, Q), new(dk, sizes, K), new(dv, sizes, K), new(dy, sizes, Q), new(y, sizes, Q), lses,
                new(q, sizes, Q), new(k, sizes, K), new(v, sizes, K), sizes, pinned, rng);
            _workers.For(sizes.Batch * sizes.Heads, Kernel.Minimum((long)Q * K * sizes.HeadSize / 4), job);
        }
    }

    private readonly unsafe struct AttentionBackwardJob(
        AttentionHead dq, AttentionHead dk, AttentionHead dv, AttentionHead dy, AttentionHead y, Floats lse,
        AttentionHead q, AttentionHead k, AttentionHead v, AttentionSizes sizes, int* lengths, Rng rng) : IRangeJob
    {
        // Keys whose gradients are collected at a time, so that they and what they are made of stay in the first-level cache.
        private const int Block = 64;

        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int item = start; item < end; item++)
            {
                (int b, int h) = Math.DivRem(item, sizes.Heads);
                Head(b, h, lengths == null ? sizes.Keys : Math.Clamp(lengths[b], 0, sizes.Keys), next: Math.Min(item + 1, end - 1));
            }
        }

        // Meanwhile asks for the memory of item next.
        private void Head(int b, int h, int keys, int next)
        {
            const int Strip = Block * Lanes.Count;
            int D = sizes.HeadSize, Q = sizes.Queries, width = AttentionHead.Padded(D), padded = AttentionHead.Padded(Q);
            int queryStrip = padded * Lanes.Count, firstRow = ((b * sizes.Heads) + h) * Q;
            int drawn = sizes.Dropout > 0 ? Strip : 0, gathered = AttentionHead.StripsLength(D, Q);
            Span<float> scratch = Kernel.Scratch(
                (3 * padded * width) + (2 * gathered) + (2 * padded) + (4 * Block * width) + (2 * Strip) + (2 * drawn));
            Span<float> qColumns = Take(ref scratch, padded * width), dyColumns = Take(ref scratch, padded * width);
            AttentionStrips qRows = q.Strips(Take(ref scratch, gathered), b, h, 0, Q);
            AttentionStrips dyRows = dy.Strips(Take(ref scratch, gathered), b, h, 0, Q);
            Span<float> dqRows = Take(ref scratch, padded * width), lses = Take(ref scratch, padded), dots = Take(ref scratch, padded);
            Span<float> kRows = Take(ref scratch, Block * width), vRows = Take(ref scratch, Block * width);
            Span<float> dkRows = Take(ref scratch, Block * width), dvRows = Take(ref scratch, Block * width);
            Span<float> weights = Take(ref scratch, Strip), dScores = Take(ref scratch, Strip);
            Span<float> factors = Take(ref scratch, drawn), draws = Take(ref scratch, drawn);

            lse.AsSpan(firstRow, Q).CopyTo(lses);
            lses[Q..].Clear();
            dqRows.Clear();
            for (int i = 0; i < Q; i += Lanes.Count)
            {
                int rows = Math.Min(Lanes.Count, Q - i);
                q.GatherColumns(ref qColumns[i * width], b, h, i, rows);
                dy.GatherColumns(ref dyColumns[i * width], b, h, i, rows);
                Lanes.Store(Dots(b, h, i, rows, ref weights[0], ref dScores[0]), ref dots[i], 0);
            }

            for (int first = 0; first < sizes.Keys; first += Block)
            {
                int count = Math.Min(Block, sizes.Keys - first), visibleKeys = Math.Clamp(keys - first, 0, count);
                dkRows.Clear();
                dvRows.Clear();
                k.Gather(ref kRows[0], Strip, b, h, first, visibleKeys);
                v.Gather(ref vRows[0], Strip, b, h, first, visibleKeys);
                for (int i = 0; i < Q; i += Lanes.Count)
                {
                    if (first == 0) PrefetchInputs(next, i);
                    int rows = Math.Min(Lanes.Count, Q - i);
                    int visible = AttentionHead.Visible(sizes, keys, i + rows - 1) - first, fewest = AttentionHead.Visible(sizes, keys, i) - first;
                    visible = Math.Min(visible, visibleKeys);
                    if (visible <= 0) continue;
                    for (int j = 0; j < visible; j += Lanes.Count)
                    {
                        SmallProduct.Run<SmallProduct.ByRows>(
                            ref weights[j * Lanes.Count], ref kRows[j * Lanes.Count], Strip, ref qColumns[i * width], Lanes.Count, D, add: false);
                        SmallProduct.Run<SmallProduct.ByRows>(
                            ref dScores[j * Lanes.Count], ref vRows[j * Lanes.Count], Strip, ref dyColumns[i * width], Lanes.Count, D, add: false);
                    }
                    if (first == 0) PrefetchOutputs(next, i);
                    if (sizes.Dropout > 0)
                        AttentionHead.DropoutColumns(ref factors[0], draws, sizes, firstRow + i, rows, first, visible, rng);
                    ScoreGradients(ref weights[0], ref dScores[0], ref MemoryMarshal.GetReference(factors), i, first,
                        Math.Clamp(fewest, 0, visible), visible, Lanes.Load(ref lses[i], 0), Lanes.Load(ref dots[i], 0));

                    for (int d = 0; d < D; d += Lanes.Count)
                    {
                        // dq += dS·k, dk += dSᵀ·q, dv += (P⊙Z)ᵀ·dy
                        SmallProduct.Run<SmallProduct.ByColumns>(ref dqRows[(d * padded) + (i * Lanes.Count)],
                            ref dScores[0], AttentionHead.Tile, ref kRows[d * Block], Lanes.Count, visible, add: true);
                        for (int j = 0; j < visible; j += Lanes.Count)
                        {
                            SmallProduct.Run<SmallProduct.ByRows>(ref dkRows[(d * Block) + (j * Lanes.Count)],
                                ref dScores[j * Lanes.Count], 0, ref qRows.At(i, d), qRows.Step, rows, add: true);
                            SmallProduct.Run<SmallProduct.ByRows>(ref dvRows[(d * Block) + (j * Lanes.Count)],
                                ref weights[j * Lanes.Count], 0, ref dyRows.At(i, d), dyRows.Step, rows, add: true);
                        }
                    }
                }
                dk.Scatter(ref dkRows[0], Strip, b, h, first, count);
                dv.Scatter(ref dvRows[0], Strip, b, h, first, count);
            }
            dq.Scatter(ref MemoryMarshal.GetReference(dqRows), queryStrip, b, h, 0, Q);
        }

        private void PrefetchInputs(int item, int i)
        {
            q.Prefetch(item, i);
            k.Prefetch(item, i);
            v.Prefetch(item, i);
            dy.Prefetch(item, i);
            y.Prefetch(item, i);
        }

        private void PrefetchOutputs(int item, int i)
        {
            dq.Prefetch(item, i);
            dk.Prefetch(item, i);
            dv.Prefetch(item, i);
        }

        // Σ dy·y over the features of up to 16 rows, each in 16 partial sums and their tree as every sum over a row.
        [MethodImpl(Kernel.Loop)]
        private Vector512<float> Dots(int b, int h, int i, int rows, ref float sums, ref float columns)
        {
            int D = sizes.HeadSize;
            ref float left = ref dy.At(b, h, i), right = ref y.At(b, h, i);
            for (int r = 0; r < rows; r++, left = ref Unsafe.Add(ref left, dy.RowStride), right = ref Unsafe.Add(ref right, y.RowStride))
            {
                Vector512<float> sum = Vector512<float>.Zero;
                int d = 0;
                for (; d + Lanes.Count <= D; d += Lanes.Count)
                    sum = Vector512.FusedMultiplyAdd(Lanes.Load(ref left, d), Lanes.Load(ref right, d), sum);
                if (d < D) sum = Vector512.FusedMultiplyAdd(Lanes.Tail(ref left, D, fill: 0), Lanes.Tail(ref right, D, fill: 0), sum);
                Lanes.Store(sum, ref sums, r * Lanes.Count);
            }
            Transpose.Tile(ref columns, ref sums, Lanes.Count);
            return AttentionHead.SumRows(ref columns);
        }

        // From q·k and dy·v of 16 queries: the weights P⊙Z in place of the one, scale·dS = scale·P⊙(Z⊙(dy·v) − D) in place of the
        // other; zeros where a query does not see a key, and from the last key that one of them sees to the end of its tile.
        [MethodImpl(Kernel.Loop)]
        private void ScoreGradients(ref float scores, ref float dWeights, ref float factors, int i, int first, int fewest, int visible,
            Vector512<float> lses, Vector512<float> D)
        {
            Vector512<float> scale = Vector512.Create((float)sizes.Scale);
            for (int j = 0; j < AttentionHead.Padded(visible); j++)
            {
                int at = j * Lanes.Count;
                Vector512<float> p = VectorMath.Exp((Lanes.Load(ref scores, at) * scale) - lses), dropped = p;
                Vector512<float> dWeight = Lanes.Load(ref dWeights, at);
                if (sizes.Dropout > 0)
                {
                    Vector512<float> Z = Lanes.Load(ref factors, at);
                    dWeight *= Z;
                    dropped *= Z;
                }
                Vector512<float> dScore = p * (dWeight - D) * scale;
                if (j >= fewest)
                {
                    Vector512<float> mask = j < visible ? AttentionHead.Seeing(sizes, i, first + j) : Vector512<float>.Zero;
                    dropped &= mask;
                    dScore &= mask;
                }
                Lanes.Store(dropped, ref scores, at);
                Lanes.Store(dScore, ref dWeights, at);
            }
        }
    }
}
