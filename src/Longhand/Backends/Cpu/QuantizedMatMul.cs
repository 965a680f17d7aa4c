using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Longhand.Backends.Cpu;

/// <content>
/// Products with 8-bit weights. They become floats in registers on their way to the sum, so one row costs what reading a quarter of the
/// bytes costs. Each sum is the one that <see cref="MatMul"/> would make of the whole numbers: the same blocks of k, the same chains. So
/// several rows may take the other way, where a block of a panel is written out as floats for the kernels of matrix products.
/// </content>
public sealed partial class CpuBackend
{
    public void QuantizedMatMul(Storage y, Storage x, Storage weights, Storage? bias, int rows)
    {
        QuantizedStorage w = QuantizedStorage.From(weights);
        Floats ys = Kernel.Floats(y, (long)rows * w.Outputs), xs = Kernel.Floats(x, (long)rows * w.Inputs);
        Floats? biases = bias is null ? null : Kernel.Floats(bias, w.Outputs);
        if (rows == 0) return;
        var job = new QuantizedJob(ys, xs, w, biases, rows, MatMulVectorWidth);
        long panel = Math.Max((long)rows * w.Inputs * QuantizedStorage.Wide, 1);
        _workers.For(w.Panels, (int)Math.Clamp(MatMulJob.Worthwhile(rows) / panel, 1, int.MaxValue), job);
    }

    private readonly struct QuantizedJob(Floats y, Floats x, QuantizedStorage w, Floats? bias, int rows, int vectorWidth) : IRangeJob
    {
        public unsafe void Run(int start, int end)
        {
            fixed (float* ys = y, xs = x, scales = w.Scales, biases = bias)
            {
                for (int panel = start; panel < end; panel++)
                {
                    (int column, int width) = w.Panel(panel);
                    var part = new QuantizedPart
                    {
                        Q = w.At(column),
                        Width = width,
                        Columns = Math.Min(width, w.Outputs - column),
                        K = w.Inputs,
                        X = xs,
                        Rows = rows,
                        Y = ys + column,
                        YStride = w.Outputs,
                        Scales = scales + column,
                        Bias = biases == null ? null : biases + column,
                    };
                    if (vectorWidth == 512) QuantizedPanel<Row512, Row512, Twice<Twice<Row512>>>.Run(part);
                    else if (vectorWidth == 256) QuantizedPanel<Row256, Twice<Row256>, Twice<Twice<Twice<Row256>>>>.Run(part);
                    else QuantizedPanel<Row128, Twice<Twice<Row128>>, Twice<Twice<Twice<Twice<Row128>>>>>.Run(part);
                }
            }
        }
    }
}

/// <summary>One panel of the weights and the columns of y that it gives.</summary>
internal unsafe struct QuantizedPart
{
    public sbyte* Q;
    public float* X, Y, Scales, Bias;
    public nint YStride;
    public int Width, Columns, K, Rows;
}

/// <summary>The kernels of one panel, over one vector register, the 16 columns of a narrow panel and the 64 of a wide one.</summary>
internal static unsafe class QuantizedPanel<TRow, TNarrow, TWide>
    where TRow : struct, ITileRow<TRow>
    where TNarrow : struct, ITileRow<TNarrow>
    where TWide : struct, ITileRow<TWide>
{
    private const int Depth = CpuBackend.MatMulBlock;

    /// <summary>How many bytes ahead memory is asked for, since the processor's own guesses end with each page.</summary>
    private const int Ahead = 4096;

    public static void Run(in QuantizedPart part)
    {
        if (part.Rows > 1)
        {
            Several(part);
            return;
        }
        float* sums = stackalloc float[QuantizedStorage.Wide];
        if (part.Width == QuantizedStorage.Wide) One<TWide>(part, sums);
        else One<TNarrow>(part, sums);
        Scale(part, sums, part.Y);
    }

    /// <summary>sums = x·q for one row of x.</summary>
    [MethodImpl(Kernel.Loop)]
    private static void One<TColumns>(in QuantizedPart part, float* sums) where TColumns : struct, ITileRow<TColumns>
    {
        float* x = part.X;
        sbyte* q = part.Q;
        TColumns total = default;
        for (int k = 0; k < part.K; k += Depth)
        {
            TColumns sum = default;
            for (int count = Math.Min(Depth, part.K - k); count > 0; count--, x++, q += TColumns.Width)
            {
                if (Sse.IsSupported) Sse.Prefetch0(q + Ahead);
                TColumns.MultiplyAdd(ref sum, TColumns.Broadcast(x), TColumns.LoadBytes(q));
            }
            total = k == 0 ? sum : TColumns.Add(total, sum);
        }
        TColumns.Store(total, sums);
    }

    private static void Several(in QuantizedPart part)
    {
        Span<float> scratch = Kernel.Scratch(Depth * part.Width);
        fixed (float* block = scratch)
        {
            for (int k = 0; k < part.K; k += Depth)
            {
                int depth = Math.Min(Depth, part.K - k), count = depth * part.Width;
                sbyte* q = part.Q + ((nint)k * part.Width);
                for (int i = 0; i < count; i += TRow.Width) TRow.Store(TRow.LoadBytes(q + i), block + i);
                MatMulBlocks<TRow>.Run(new MatMulPart
                {
                    A = part.X + k,
                    ARow = part.K,
                    AStep = 1,
                    B = block,
                    BStep = part.Width,
                    BColumn = 1,
                    Y = part.Y,
                    YStride = part.YStride,
                    YColumn = 1,
                    Rows = part.Rows,
                    Columns = part.Columns,
                    K = depth,
                    From = k > 0 ? part.Y : null,
                    FromRow = part.YStride,
                    FromColumn = 1,
                });
            }
        }
        for (int i = 0; i < part.Rows; i++)
        {
            float* y = part.Y + (i * part.YStride);
            if (part.K == 0) new Span<float>(y, part.Columns).Clear();
            Scale(part, y, y);
        }
    }

    /// <summary>y = scale·sum + bias, rounded once.</summary>
    private static void Scale(in QuantizedPart part, float* sums, float* y)
    {
        int j = 0;
        for (; j + TRow.Width <= part.Columns; j += TRow.Width)
        {
            TRow result = part.Bias == null ? default : TRow.Load(part.Bias + j);
            TRow.MultiplyAdd(ref result, TRow.Load(part.Scales + j), TRow.Load(sums + j));
            TRow.Store(result, y + j);
        }
        for (; j < part.Columns; j++) y[j] = MathF.FusedMultiplyAdd(part.Scales[j], sums[j], part.Bias == null ? 0 : part.Bias[j]);
    }
}
