using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <summary>
/// What the forward and the backward pass of attention share: finding a head in its rows, gathering it into strips of 16
/// features (all rows of the first 16 features, then of the next) filled up with zeros to whole tiles of 16 × 16, and which
/// keys a query sees.
/// </summary>
internal readonly struct AttentionHead
{
    /// <summary>Numbers in a tile: 16 rows of 16.</summary>
    public const int Tile = Lanes.Count * Lanes.Count;

    private readonly float[] _numbers;
    private readonly HeadRows _rows;
    private readonly int _headSize;

    public AttentionHead(HeadRows rows, in AttentionSizes sizes, int count)
    {
        long last = rows.Offset + ((long)(sizes.Batch - 1) * rows.BatchStride) + ((long)(count - 1) * rows.RowStride);
        bool none = sizes.Batch == 0 || count == 0;
        _numbers = Kernel.Array(rows.Data, none ? 0 : last + ((long)sizes.Heads * sizes.HeadSize));
        (_rows, _headSize) = (rows, sizes.HeadSize);
    }

    public int RowStride => _rows.RowStride;

    /// <summary>The first feature of a head at row t.</summary>
    public ref float At(int b, int h, int t) =>
        ref Kernel.At(_numbers, _rows.Offset + ((long)b * _rows.BatchStride) + ((long)t * _rows.RowStride) + (h * _headSize));

    /// <summary>Rows first … first + count − 1 as strips, which begin <paramref name="strip"/> numbers apart.</summary>
    [MethodImpl(Kernel.Loop)]
    public void Gather(ref float to, int strip, int b, int h, int first, int count)
    {
        ref float row = ref At(b, h, first);
        int t = 0;
        for (; t < count; t++, to = ref Unsafe.Add(ref to, Lanes.Count), row = ref Unsafe.Add(ref row, RowStride))
        {
            int d = 0;
            for (; d + Lanes.Count <= _headSize; d += Lanes.Count) Lanes.Store(Lanes.Load(ref row, d), ref to, d / Lanes.Count * strip);
            if (d < _headSize) Lanes.Store(Lanes.LoadPart(ref Unsafe.Add(ref row, d), _headSize - d, fill: 0), ref to, d / Lanes.Count * strip);
        }
        for (; t < Padded(count); t++, to = ref Unsafe.Add(ref to, Lanes.Count))
        {
            for (int d = 0; d < _headSize; d += Lanes.Count) Lanes.Store(Vector512<float>.Zero, ref to, d / Lanes.Count * strip);
        }
    }

    /// <summary>The reverse of <see cref="Gather"/>.</summary>
    [MethodImpl(Kernel.Loop)]
    public void Scatter(ref float from, int strip, int b, int h, int first, int count)
    {
        ref float row = ref At(b, h, first);
        for (int t = 0; t < count; t++, from = ref Unsafe.Add(ref from, Lanes.Count), row = ref Unsafe.Add(ref row, RowStride))
        {
            int d = 0;
            for (; d + Lanes.Count <= _headSize; d += Lanes.Count) Lanes.Store(Lanes.Load(ref from, d / Lanes.Count * strip), ref row, d);
            if (d < _headSize) Lanes.StorePart(Lanes.Load(ref from, d / Lanes.Count * strip), ref Unsafe.Add(ref row, d), _headSize - d);
        }
    }

    /// <summary>(head size, 16): up to 16 rows as columns, filled up with zeros.</summary>
    public void GatherColumns(ref float to, int b, int h, int first, int count)
    {
        ref float from = ref At(b, h, first);
        int d = 0;
        if (count == Lanes.Count)
        {
            for (; d + Lanes.Count <= _headSize; d += Lanes.Count)
                Transpose.Tile(ref Unsafe.Add(ref to, d * Lanes.Count), ref Unsafe.Add(ref from, d), RowStride);
        }
        else
        {
            for (int i = 0; i < _headSize; i++) Lanes.Store(Vector512<float>.Zero, ref to, i * Lanes.Count);
        }
        for (; d + 4 <= _headSize; d += 4)
            Transpose.FourRows(ref Unsafe.Add(ref to, d * Lanes.Count), Lanes.Count, ref Unsafe.Add(ref from, d), RowStride, count);
        for (; d < _headSize; d++)
        {
            for (int t = 0; t < count; t++) Unsafe.Add(ref to, (d * Lanes.Count) + t) = Unsafe.Add(ref from, ((nint)t * RowStride) + d);
        }
    }

    /// <summary>
    /// How many keys query i sees; always the first few. Causal masks and lengths both hide a tail of the keys.
    /// </summary>
    public static int Visible(in AttentionSizes sizes, int keys, int i) =>
        sizes.Causal ? Math.Clamp(i + sizes.Keys - sizes.Queries + 1, 0, keys) : keys;

    /// <summary>All bits set in the lanes of the queries i … i + 15 that see key j &lt; keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Seeing(in AttentionSizes sizes, int i, int j) =>
        ~Lanes.First(sizes.Causal ? Math.Clamp(j - (i + sizes.Keys - sizes.Queries), 0, Lanes.Count) : 0);

    /// <summary>The next multiple of 16.</summary>
    public static int Padded(int n) => (n + Lanes.Count - 1) & ~(Lanes.Count - 1);

    /// <summary>What dropout multiplies the weights of one query with: 1/(1 − p) where the generator keeps, 0 where it drops.</summary>
    public static void DropoutFactors(Span<float> factors, in AttentionSizes sizes, long row, int firstKey, Rng rng) =>
        DropoutMask.Fill(factors, rng, (row * sizes.Keys) + firstKey, sizes.Dropout, kept: 1 / (1 - sizes.Dropout));

    /// <summary>
    /// The factors of dropout for the queries row … row + count − 1 as columns, for the keys firstKey … firstKey + keys − 1;
    /// <paramref name="rows"/> is memory for 16 rows of as many keys, padded.
    /// </summary>
    public static void DropoutColumns(
        ref float columns, Span<float> rows, in AttentionSizes sizes, long row, int count, int firstKey, int keys, Rng rng)
    {
        int padded = Padded(keys);
        rows.Clear();
        for (int r = 0; r < count; r++) DropoutFactors(rows.Slice(r * padded, keys), sizes, row + r, firstKey, rng);
        for (int j = 0; j < keys; j += Lanes.Count) Transpose.Tile(ref Unsafe.Add(ref columns, j * Lanes.Count), ref rows[j], padded);
    }

    /// <summary>The sum of the 16 rows of a tile, by the tree of <see cref="VectorMath.SumLanes"/>: lane for lane its sum of a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SumRows(ref float tile)
    {
        Vector512<float> a = Row(ref tile, 0) + Row(ref tile, 8), b = Row(ref tile, 1) + Row(ref tile, 9);
        Vector512<float> c = Row(ref tile, 2) + Row(ref tile, 10), d = Row(ref tile, 3) + Row(ref tile, 11);
        a += Row(ref tile, 4) + Row(ref tile, 12);
        b += Row(ref tile, 5) + Row(ref tile, 13);
        c += Row(ref tile, 6) + Row(ref tile, 14);
        d += Row(ref tile, 7) + Row(ref tile, 15);
        return a + c + (b + d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Row(ref float tile, int row) => Lanes.Load(ref tile, row * Lanes.Count);
}
