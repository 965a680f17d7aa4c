using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Backends.Cpu;

/// <summary>
/// Copies strips of a matrix into the order in which a micro-kernel reads them: packed[k·width + j], so that it walks
/// through memory in one line instead of jumping from row to row. What the strip lacks of the full width becomes zeros,
/// which the kernel multiplies for nothing and nobody reads.
/// </summary>
internal static unsafe class MatMulPack
{
    private const int RowsAhead = 6, LinesAhead = 2, CacheLine = Kernel.FloatsOfALine;

    /// <summary>
    /// Packs <paramref name="count"/> ≤ <paramref name="width"/> columns; the number (k, j) of the source is at
    /// k·<paramref name="kStep"/> + j·<paramref name="step"/>, and one of the two steps is 1.
    /// </summary>
    public static void Strip(float* packed, int width, float* source, nint kStep, nint step, int depth, int count)
    {
        if (count < width) new Span<float>(packed, depth * width).Clear();
        if (step == 1) CopyRows(packed, width, source, kStep, depth, count);
        else Transpose(packed, width, source, step, depth, count);
    }

    /// <summary>
    /// Packs whole strips that lie side by side, one behind the other. Row by row through all of them, because a strip
    /// alone would take a few numbers from each row and the processor could not guess where it reads next.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Strips<TRow>(float* packed, int width, float* source, nint kStep, int depth, int strips)
        where TRow : struct, ITileRow<TRow>
    {
        for (int k = 0; k < depth; k++, packed += width, source += kStep)
        {
            float* to = packed, ahead = source + RowsAhead * kStep;
            for (int j = 0; j < strips * width; j += width, to += depth * width)
            {
                if (Sse.IsSupported)
                    for (int i = 0; i < width; i += CacheLine) Sse.Prefetch0(ahead + j + i);
                for (int i = 0; i < width; i += TRow.Width) TRow.Store(TRow.Load(source + j + i), to + i);
            }
        }
    }

    /// <summary>Short rows, a few numbers each: the last vector of a row is moved back so that it ends with the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* packed, int width, float* source, nint kStep, int depth, int count)
    {
        for (int k = 0; k < depth; k++, packed += width, source += kStep)
        {
            int j = 0;
            for (; j + 8 <= count; j += 8) Vector256.Load(source + j).Store(packed + j);
            if (j == count) continue;
            if (count >= 8) Vector256.Load(source + count - 8).Store(packed + count - 8);
            else if (count >= 4)
            {
                Vector128.Load(source).Store(packed);
                Vector128.Load(source + count - 4).Store(packed + count - 4);
            }
            else for (; j < count; j++) packed[j] = source[j];
        }
    }

    /// <summary>
    /// The rows of the source become columns, one cache line of eight rows after the other. Lines are asked for early: each row lies in
    /// a page of its own, and the processor does not follow so many at once by itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* packed, int width, float* source, nint rowStep, int depth, int count)
    {
        for (int first = 0; first < depth; first += CacheLine)
        {
            int end = Math.Min(first + CacheLine, depth), whole = first + ((end - first) & ~3), j = 0;
            if (Sse.IsSupported)
                for (int row = 0; row < count; row++) Sse.Prefetch0(source + row * rowStep + first + LinesAhead * CacheLine);
            if (Avx.IsSupported)
                for (; j + 8 <= count; j += 8)
                    for (int k = first; k < whole; k += 4)
                    {
                        float* y = packed + k * width + j;
                        MatMulTransposed.Transpose8(source + j * rowStep + k, rowStep, out var c0, out var c1, out var c2, out var c3);
                        c0.Store(y);
                        c1.Store(y + width);
                        c2.Store(y + 2 * width);
                        c3.Store(y + 3 * width);
                    }
            for (; j + 4 <= count; j += 4)
                for (int k = first; k < whole; k += 4)
                {
                    float* y = packed + k * width + j;
                    MatMulTransposed.Transpose4(source + j * rowStep + k, rowStep, out var c0, out var c1, out var c2, out var c3);
                    c0.Store(y);
                    c1.Store(y + width);
                    c2.Store(y + 2 * width);
                    c3.Store(y + 3 * width);
                }
            for (; j < count; j++)
                for (int k = first; k < whole; k++) packed[k * width + j] = source[j * rowStep + k];
            for (int k = whole; k < end; k++)
                for (j = 0; j < count; j++) packed[k * width + j] = source[j * rowStep + k];
        }
    }
}
