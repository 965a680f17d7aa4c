using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>
/// Attention with each mask, with dropout, with its heads packed as a fused projection leaves them (q, k and v side by side in
/// one row) and standing apart.
/// </summary>
public static partial class KernelTable
{
    private static IEnumerable<KernelCase> Attention((int Queries, int Keys, int HeadSize)[] sizes)
    {
        foreach ((int queries, int keys, int headSize) in sizes)
        {
            var plain = new AttentionSizes(Batch: 2, Heads: 3, headSize, queries, keys, 1 / MathF.Sqrt(headSize), Causal: false);
            (string What, AttentionSizes Sizes, int[] Lengths)[] variants =
            [
                ("", plain, []),
                (" causal", plain with { Causal = true }, []),
                (" padded", plain, [keys, keys / 2]),
                (" causal padded", plain with { Causal = true }, [0, Math.Max(keys - 1, 0)]),
                (" causal dropout", plain with { Causal = true, Dropout = 0.2f }, []),
            ];
            foreach ((string what, AttentionSizes s, int[] lengths) in variants)
            {
                string name = $"{queries}×{keys}×{headSize}{what}";
                yield return new(nameof(IBackend.Attention), name, Summing, t => AttentionForward(t, s, lengths));
                yield return new(nameof(IBackend.AttentionBackward), name, Summing, t => AttentionBackward(t, s, lengths));
            }
        }
    }

    private readonly record struct AttentionArguments(HeadRows Y, Storage Lse, HeadRows Q, HeadRows K, HeadRows V);

    private static AttentionArguments AttentionForward(Trial t, AttentionSizes s, int[] lengths)
    {
        (HeadRows q, HeadRows k, HeadRows v) = Projections(s, length => t.Input(length));
        Storage wide = t.Updated(t.Input(s.Batch * s.Queries * 2 * s.Heads * s.HeadSize));    // the left half is not the kernel's
        HeadRows y = Packed(wide, s, s.Queries, parts: 2, part: 1);
        Storage lse = t.Output(s.Batch * s.Heads * s.Queries);
        t.Backend.Attention(y, lse, q, k, v, s, lengths, t.Draws);
        return new(y, lse, q, k, v);
    }

    private static void AttentionBackward(Trial t, AttentionSizes s, int[] lengths)
    {
        (HeadRows y, Storage lse, HeadRows q, HeadRows k, HeadRows v) = AttentionForward(t, s, lengths);
        (HeadRows dq, HeadRows dk, HeadRows dv) = Projections(s, length => t.Output(length));
        HeadRows dy = Packed(t.Input(s.Batch * s.Queries * s.Heads * s.HeadSize), s, s.Queries, parts: 1, part: 0);
        t.Backend.AttentionBackward(dq, dk, dv, dy, y, lse, q, k, v, s, lengths, t.Draws);
    }

    /// <summary>Side by side in one storage when queries and keys are the same rows, else q alone and k beside v.</summary>
    private static (HeadRows Q, HeadRows K, HeadRows V) Projections(AttentionSizes s, Func<int, Storage> make)
    {
        int width = s.Heads * s.HeadSize;
        if (s.Queries == s.Keys)
        {
            Storage all = make(s.Batch * s.Keys * 3 * width);
            return (Packed(all, s, s.Keys, 3, 0), Packed(all, s, s.Keys, 3, 1), Packed(all, s, s.Keys, 3, 2));
        }
        Storage q = make(s.Batch * s.Queries * width), kv = make(s.Batch * s.Keys * 2 * width);
        return (Packed(q, s, s.Queries, 1, 0), Packed(kv, s, s.Keys, 2, 0), Packed(kv, s, s.Keys, 2, 1));
    }

    private static HeadRows Packed(Storage data, AttentionSizes s, int rows, int parts, int part)
    {
        int width = s.Heads * s.HeadSize, rowStride = parts * width;
        return new HeadRows(data, part * width, rows * rowStride, rowStride);
    }
}
