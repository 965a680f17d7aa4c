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
        float[] lses = Kernel.Array(lse, (long)sizes.Batch * sizes.Heads * sizes.Queries);
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
        AttentionHead dq, AttentionHead dk, AttentionHead dv, AttentionHead dy, AttentionHead y, float[] lse,
        AttentionHead q, AttentionHead k, AttentionHead v, AttentionSizes sizes, int* lengths, Rng rng) : IRangeJob
    {
        private const int Block = 32, Tile = 4;

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
            int D = sizes.HeadSize, Q = sizes.Queries, width = AttentionHead.Padded(D), padded = AttentionHead.Padded(keys);
            Span<float> scratch = Kernel.Scratch(
                (2 * D * padded) + (keys * width) + (2 * Q * width) + (2 * Block * padded) + (Block * width) + (2 * sizes.Keys * width) + padded);
            Span<float> kColumns = Take(ref scratch, D * padded), vColumns = Take(ref scratch, D * padded);
            Span<float> kRows = Take(ref scratch, keys * width);
            Span<float> qRows = Take(ref scratch, Q * width), dyRows = Take(ref scratch, Q * width);
            Span<float> weights = Take(ref scratch, Block * padded), dScores = Take(ref scratch, Block * padded);
            Span<float> dqRows = Take(ref scratch, Block * width);
            Span<float> dkRows = Take(ref scratch, sizes.Keys * width), dvRows = Take(ref scratch, sizes.Keys * width), factors = scratch;
            k.GatherColumns(kColumns, b, h, keys);
            v.GatherColumns(vColumns, b, h, keys);
            k.Gather(kRows, b, h, keys);
            q.Gather(qRows, b, h, Q);
            dy.Gather(dyRows, b, h, Q);
            dkRows.Clear();
            dvRows.Clear();

            ref float ps = ref MemoryMarshal.GetReference(weights);
            ref float dSs = ref MemoryMarshal.GetReference(dScores);
            for (int i = 0; i < Q; i += Block)
            {
                int rows = Math.Min(Block, Q - i);
                int visible = AttentionHead.Visible(sizes, keys, i + rows - 1);
                Scores(i, rows, keys, ref ps, ref MemoryMarshal.GetReference(qRows), ref MemoryMarshal.GetReference(kColumns));
                Scores(i, rows, keys, ref dSs, ref MemoryMarshal.GetReference(dyRows), ref MemoryMarshal.GetReference(vColumns));
                for (int r = 0; r < rows; r++)
                {
                    int row = (((b * sizes.Heads) + h) * Q) + i + r;
                    int seen = AttentionHead.Visible(sizes, keys, i + r);
                    if (sizes.Dropout > 0) AttentionHead.DropoutFactors(factors[..seen], sizes, row, rng);
                    float dot = DotRow(ref dy.At(b, h, i + r), ref y.At(b, h, i + r), D);
                    ScoreGradients(ref Unsafe.Add(ref ps, r * padded), ref Unsafe.Add(ref dSs, r * padded),
                        ref MemoryMarshal.GetReference(factors), seen, visible, lse[row], dot);
                }
                QueryGradients(b, h, i, rows, keys, ref dSs, ref MemoryMarshal.GetReference(kRows), ref MemoryMarshal.GetReference(dqRows));
                KeyGradients(i, rows, keys, visible, ref MemoryMarshal.GetReference(dkRows), ref dSs, ref qRows[i * width]);
                KeyGradients(i, rows, keys, visible, ref MemoryMarshal.GetReference(dvRows), ref ps, ref dyRows[i * width]);
            }
            dk.Scatter(ref MemoryMarshal.GetReference(dkRows), b, h, 0, sizes.Keys);
            dv.Scatter(ref MemoryMarshal.GetReference(dvRows), b, h, 0, sizes.Keys);
        }

        // Rows of q·kᵀ or dy·vᵀ, as far as the last row of each tile sees.
        private void Scores(int i, int rows, int keys, ref float scores, ref float left, ref float columns)
        {
            int width = AttentionHead.Padded(sizes.HeadSize), padded = AttentionHead.Padded(keys);
            for (int r = 0; r < rows; r += Tile)
            {
                int tile = Math.Min(Tile, rows - r);
                int visible = AttentionHead.Visible(sizes, keys, i + r + tile - 1);
                SmallProduct.Run(ref Unsafe.Add(ref scores, r * padded), padded, ref Unsafe.Add(ref left, (i + r) * width), width, 1,
                    ref columns, padded, tile, AttentionHead.Padded(visible), sizes.HeadSize, add: false);
            }
        }

        // From q·k and dy·v of one query: the weights P⊙Z in place of the one, scale·dS = scale·P⊙(Z⊙(dy·v) − D) in place of the
        // other; zeros from the first hidden key to the last key that the block sees.
        [MethodImpl(Kernel.Loop)]
        private void ScoreGradients(ref float scores, ref float dWeights, ref float factors, int seen, int visible, float lse, float dot)
        {
            Vector512<float> shift = Vector512.Create(lse), D = Vector512.Create(dot), scale = Vector512.Create((float)sizes.Scale);
            for (int j = 0; j < visible; j += Lanes.Count)
            {
                Vector512<float> mask = Lanes.First(Math.Clamp(seen - j, 0, Lanes.Count));
                Vector512<float> p = VectorMath.Exp((Lanes.Load(ref scores, j) * scale) - shift) & mask;
                Vector512<float> dWeight = Lanes.Load(ref dWeights, j), dropped = p;
                if (sizes.Dropout > 0)
                {
                    Vector512<float> Z = Lanes.Load(ref factors, j) & mask;
                    dWeight *= Z;
                    dropped *= Z;
                }
                Lanes.Store(dropped, ref scores, j);
                Lanes.Store(p * (dWeight - D) * scale & mask, ref dWeights, j);
            }
        }

        // dq = dS·k for a block of queries
        private void QueryGradients(int b, int h, int i, int rows, int keys, ref float dScores, ref float kRows, ref float dqRows)
        {
            int width = AttentionHead.Padded(sizes.HeadSize), padded = AttentionHead.Padded(keys);
            for (int r = 0; r < rows; r += Tile)
            {
                int tile = Math.Min(Tile, rows - r);
                int visible = AttentionHead.Visible(sizes, keys, i + r + tile - 1);
                SmallProduct.Run(ref Unsafe.Add(ref dqRows, r * width), width, ref Unsafe.Add(ref dScores, r * padded), padded, 1,
                    ref kRows, width, tile, width, visible, add: false);
            }
            dq.Scatter(ref dqRows, b, h, i, rows);
        }

        // dk += dSᵀ·q or dv += (P⊙Z)ᵀ·dy for a block of queries, leaving out those before the first that sees the tile's first key.
        private void KeyGradients(int i, int rows, int keys, int visible, ref float sums, ref float factors, ref float right)
        {
            int width = AttentionHead.Padded(sizes.HeadSize), padded = AttentionHead.Padded(keys);
            for (int j = 0; j < visible; j += Tile)
            {
                int first = sizes.Causal ? Math.Max(0, j - (sizes.Keys - sizes.Queries) - i) : 0;
                SmallProduct.Run(ref Unsafe.Add(ref sums, j * width), width, ref Unsafe.Add(ref factors, (first * padded) + j), 1, padded,
                    ref Unsafe.Add(ref right, first * width), width, Math.Min(Tile, visible - j), width, rows - first, add: true);
            }
        }
    }
}
