using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <summary>
/// What the forward and the backward pass of attention share: finding a head in its rows, asking for the next one's memory,
/// gathering a head into strips of 16 features (all rows of the first 16 features, then of the next) filled up with zeros to whole
/// tiles of 16 × 16 where its rows cannot be read in place, and which keys a query sees.
/// </summary>
internal readonly struct AttentionHead
{
    /// <summary>Numbers in a tile: 16 rows of 16.</summary>
    public const int Tile = Lanes.Count * Lanes.Count;

    private readonly Floats _numbers;
    private readonly HeadRows _rows;
    private readonly int _headSize, _heads, _rowCount;

    public AttentionHead(HeadRows rows, in AttentionSizes sizes, int count)
    {
        long last = rows.Offset + ((long)(sizes.Batch - 1) * rows.BatchStride) + ((long)(count - 1) * rows.RowStride);
        bool none = sizes.Batch == 0 || count == 0;
        _numbers = Kernel.Floats(rows.Data, none ? 0 : last + ((long)sizes.Heads * sizes.HeadSize));
        (_rows, _headSize, _heads, _rowCount) = (rows, sizes.HeadSize, sizes.Heads, count);
    }

    public int RowStride => _rows.RowStride;

    /// <summary>The first feature of a head at row t.</summary>
    public ref float At(int b, int h, int t) =>
        ref _numbers.At(_rows.Offset + ((long)b * _rows.BatchStride) + ((long)t * _rows.RowStride) + (h * _headSize));

    /// <summary>
    /// Asks the memory for rows first … first + 15 of another head, so that they come while this one is computed: a head's rows lie
    /// far apart, and a training step touches so much between two visits that no near cache holds them. An output is asked for
    /// too, because a line is read before a part of it is written.
    /// </summary>
    [MethodImpl(Kernel.Loop)]
    public unsafe void Prefetch(int item, int first)
    {
        int count = Math.Min(Lanes.Count, _rowCount - first), length = _headSize * sizeof(float);
        if (!Sse.IsSupported || count <= 0) return;
        (int b, int h) = Math.DivRem(item, _heads);
        // If the collector moves the array meanwhile, the wrong lines come, which is harmless.
        byte* row = (byte*)Unsafe.AsPointer(ref At(b, h, first));
        for (int t = 0; t < count; t++, row += RowStride * sizeof(float))
        {
            // A row may begin anywhere in a line, and then 64 bytes lie on two; the first of them came with the head before.
            if (h == 0) Sse.Prefetch0(row);
            for (int last = Kernel.CacheLine - 1; last < length; last += Kernel.CacheLine) Sse.Prefetch0(row + last);
        }
    }

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

    /// <summary>
    /// Rows first … first + count − 1, 16 features at a time: where they lie if the head size is a multiple of 16, else gathered in
    /// <paramref name="memory"/> (<see cref="StripsLength"/> numbers).
    /// </summary>
    public AttentionStrips Strips(Span<float> memory, int b, int h, int first, int count)
    {
        if (_headSize % Lanes.Count == 0) return new(ref At(b, h, first), RowStride, Lanes.Count);
        int strip = Padded(count) * Lanes.Count;
        Gather(ref MemoryMarshal.GetReference(memory), strip, b, h, first, count);
        return new(ref MemoryMarshal.GetReference(memory), Lanes.Count, strip);
    }

    /// <summary>The memory that <see cref="Strips"/> needs for so many rows.</summary>
    public static int StripsLength(int headSize, int count) => headSize % Lanes.Count == 0 ? 0 : Padded(count) * Padded(headSize);

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

    /// <summary><see cref="Scatter"/>, row for row times its factor.</summary>
    [MethodImpl(Kernel.Loop)]
    public void ScatterScaled(ref float from, int strip, ref float factors, int b, int h, int first, int count)
    {
        ref float row = ref At(b, h, first);
        for (int t = 0; t < count; t++, from = ref Unsafe.Add(ref from, Lanes.Count), row = ref Unsafe.Add(ref row, RowStride))
        {
            Vector512<float> factor = Vector512.Create(Unsafe.Add(ref factors, t));
            ref float step = ref from;
            int d = 0;
            for (; d + Lanes.Count <= _headSize; d += Lanes.Count, step = ref Unsafe.Add(ref step, strip))
                Lanes.Store(Lanes.Load(ref step, 0) * factor, ref row, d);
            if (d < _headSize) Lanes.StorePart(Lanes.Load(ref step, 0) * factor, ref Unsafe.Add(ref row, d), _headSize - d);
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

/// <summary>Rows of a head, 16 features at a time: rows lie a step apart, the next 16 features of all rows a strip further.</summary>
internal readonly ref struct AttentionStrips(ref float first, int step, int strip)
{
    private readonly ref float _first = ref first;

    public int Step => step;

    /// <summary>The 16 features from d on of row t.</summary>
    public ref float At(int t, int d) => ref Unsafe.Add(ref _first, ((nint)t * step) + ((nint)d / Lanes.Count * strip));
}
