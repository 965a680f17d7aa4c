using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Backends.Cpu;

/// <summary>
/// Copies strips of a matrix into the order in which a micro-kernel reads them: packed[k·width + j], so that it walks
/// through memory in one line instead of jumping from row to row. What the strip lacks of the full width becomes zeros,
/// which the kernel multiplies for nothing and nobody reads.
/// </summary>
internal static unsafe class MatMulPack
{
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* packed, int width, float* source, nint kStep, int depth, int count)
    {
        for (int k = 0; k < depth; k++, packed += width, source += kStep)
        {
            int j = 0;
            for (; j + 16 <= count; j += 16) Vector512.Load(source + j).Store(packed + j);
            for (; j + 4 <= count; j += 4) Vector128.Load(source + j).Store(packed + j);
            for (; j < count; j++) packed[j] = source[j];
        }
    }

    /// <summary>The rows of the source become columns: eight or four rows by four columns at a time in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* packed, int width, float* source, nint rowStep, int depth, int count)
    {
        int j = 0;
        if (Avx.IsSupported)
            for (; j + 8 <= count; j += 8)
            {
                float* row = source + j * rowStep;
                int k = 0;
                for (; k + 4 <= depth; k += 4) Transpose8x4(packed + k * width + j, width, row + k, rowStep);
                for (; k < depth; k++)
                    for (int r = 0; r < 8; r++) packed[k * width + j + r] = row[r * rowStep + k];
            }
        for (; j + 4 <= count; j += 4)
        {
            float* row = source + j * rowStep;
            int k = 0;
            for (; k + 4 <= depth; k += 4) Transpose4x4(packed + k * width + j, width, row + k, rowStep);
            for (; k < depth; k++)
                for (int r = 0; r < 4; r++) packed[k * width + j + r] = row[r * rowStep + k];
        }
        for (; j < count; j++)
            for (int k = 0; k < depth; k++) packed[k * width + j] = source[j * rowStep + k];
    }

    /// <summary>Rows 0–3 travel in the lower halves of the registers, rows 4–7 in the upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8x4(float* y, nint yStep, float* x, nint xStep)
    {
        float* upper = x + 4 * xStep;
        Vector256<float> r0 = Vector256.Create(Vector128.Load(x), Vector128.Load(upper));
        Vector256<float> r1 = Vector256.Create(Vector128.Load(x + xStep), Vector128.Load(upper + xStep));
        Vector256<float> r2 = Vector256.Create(Vector128.Load(x + 2 * xStep), Vector128.Load(upper + 2 * xStep));
        Vector256<float> r3 = Vector256.Create(Vector128.Load(x + 3 * xStep), Vector128.Load(upper + 3 * xStep));
        Vector256<float> low01 = Avx.UnpackLow(r0, r1), high01 = Avx.UnpackHigh(r0, r1);
        Vector256<float> low23 = Avx.UnpackLow(r2, r3), high23 = Avx.UnpackHigh(r2, r3);
        Avx.Shuffle(low01, low23, 0b01_00_01_00).Store(y);
        Avx.Shuffle(low01, low23, 0b11_10_11_10).Store(y + yStep);
        Avx.Shuffle(high01, high23, 0b01_00_01_00).Store(y + 2 * yStep);
        Avx.Shuffle(high01, high23, 0b11_10_11_10).Store(y + 3 * yStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x4(float* y, nint yStep, float* x, nint xStep)
    {
        Vector128<float> r0 = Vector128.Load(x), r1 = Vector128.Load(x + xStep);
        Vector128<float> r2 = Vector128.Load(x + 2 * xStep), r3 = Vector128.Load(x + 3 * xStep);
        if (Sse.IsSupported)
        {
            Vector128<float> low01 = Sse.UnpackLow(r0, r1), high01 = Sse.UnpackHigh(r0, r1);
            Vector128<float> low23 = Sse.UnpackLow(r2, r3), high23 = Sse.UnpackHigh(r2, r3);
            Sse.MoveLowToHigh(low01, low23).Store(y);
            Sse.MoveHighToLow(low23, low01).Store(y + yStep);
            Sse.MoveLowToHigh(high01, high23).Store(y + 2 * yStep);
            Sse.MoveHighToLow(high23, high01).Store(y + 3 * yStep);
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<double> low01 = AdvSimd.Arm64.ZipLow(r0, r1).AsDouble(), high01 = AdvSimd.Arm64.ZipHigh(r0, r1).AsDouble();
            Vector128<double> low23 = AdvSimd.Arm64.ZipLow(r2, r3).AsDouble(), high23 = AdvSimd.Arm64.ZipHigh(r2, r3).AsDouble();
            AdvSimd.Arm64.ZipLow(low01, low23).AsSingle().Store(y);
            AdvSimd.Arm64.ZipHigh(low01, low23).AsSingle().Store(y + yStep);
            AdvSimd.Arm64.ZipLow(high01, high23).AsSingle().Store(y + 2 * yStep);
            AdvSimd.Arm64.ZipHigh(high01, high23).AsSingle().Store(y + 3 * yStep);
        }
        else
        {
            for (int k = 0; k < 4; k++) Vector128.Create(r0[k], r1[k], r2[k], r3[k]).Store(y + k * yStep);
        }
    }
}
