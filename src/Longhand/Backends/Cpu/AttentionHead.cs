using System.Runtime.CompilerServices;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <summary>
/// What the forward and the backward pass of attention share: finding a head in its rows, gathering it into contiguous memory
/// padded to whole vectors, and how many keys a query sees.
/// </summary>
internal readonly struct AttentionHead
{
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

    /// <summary>(count, padded head size): the rows of one head, filled up with zeros.</summary>
    public void Gather(Span<float> to, int b, int h, int count)
    {
        int width = Padded(_headSize);
        for (int t = 0; t < count; t++)
        {
            ref float row = ref At(b, h, t);
            ref float target = ref to[t * width];
            int i = 0;
            for (; i + Lanes.Count <= _headSize; i += Lanes.Count) Lanes.Store(Lanes.Load(ref row, i), ref target, i);
            if (i < _headSize) Lanes.Store(Lanes.LoadPart(ref Unsafe.Add(ref row, i), _headSize - i, 0), ref target, i);
        }
    }

    /// <summary>(head size, padded count): the rows of one head as columns, filled up with zeros.</summary>
    public void GatherColumns(Span<float> to, int b, int h, int count)
    {
        int width = Padded(count), d = 0;
        if (count == 0) return;
        ref float from = ref At(b, h, 0);
        for (; d + 4 <= _headSize; d += 4)
            Transpose.FourRows(ref to[d * width], width, ref Unsafe.Add(ref from, d), RowStride, count);
        for (; d < _headSize; d++)
        {
            for (int t = 0; t < count; t++) to[(d * width) + t] = Unsafe.Add(ref from, ((nint)t * RowStride) + d);
        }
        if (count == width) return;
        for (d = 0; d < _headSize; d++) to.Slice((d * width) + count, width - count).Clear();
    }

    /// <summary>The reverse of <see cref="Gather"/>: rows first … first + count − 1 from contiguous padded ones.</summary>
    public void Scatter(ref float from, int b, int h, int first, int count)
    {
        int width = Padded(_headSize);
        for (int t = 0; t < count; t++)
        {
            ref float row = ref At(b, h, first + t);
            ref float source = ref Unsafe.Add(ref from, t * width);
            int i = 0;
            for (; i + Lanes.Count <= _headSize; i += Lanes.Count) Lanes.Store(Lanes.Load(ref source, i), ref row, i);
            if (i < _headSize) Lanes.StorePart(Lanes.Load(ref source, i), ref Unsafe.Add(ref row, i), _headSize - i);
        }
    }

    /// <summary>
    /// How many keys query i sees; always the first few. Causal masks and lengths both hide a tail of the keys.
    /// </summary>
    public static int Visible(in AttentionSizes sizes, int keys, int i) =>
        sizes.Causal ? Math.Clamp(i + sizes.Keys - sizes.Queries + 1, 0, keys) : keys;

    /// <summary>The next multiple of 16.</summary>
    public static int Padded(int n) => (n + Lanes.Count - 1) & ~(Lanes.Count - 1);

    /// <summary>What dropout multiplies the weights of one query with: 1/(1 − p) where the generator keeps, 0 where it drops.</summary>
    public static void DropoutFactors(Span<float> factors, in AttentionSizes sizes, long row, Rng rng)
    {
        DropoutMask.Fill(factors, rng, row * sizes.Keys, sizes.Dropout);
        float factor = 1 / (1 - sizes.Dropout);
        foreach (ref float f in factors) f *= factor;
    }
}
