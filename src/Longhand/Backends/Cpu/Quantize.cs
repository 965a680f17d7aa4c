namespace Longhand.Backends.Cpu;

/// <content>From single precision to 8-bit numbers, and back for single outputs.</content>
public sealed partial class CpuBackend
{
    public Storage Quantize(Storage b, int inputs, int outputs, bool transposed)
    {
        Floats numbers = Kernel.Floats(b, (long)inputs * outputs);
        var weights = new QuantizedStorage(inputs, outputs);
        _workers.For(weights.Panels, Kernel.Minimum((long)inputs * QuantizedStorage.Narrow), new QuantizeJob(weights, numbers, transposed));
        return weights;
    }

    public unsafe void QuantizedRows(Storage y, Storage weights, ReadOnlySpan<int> ids)
    {
        QuantizedStorage from = QuantizedStorage.From(weights);
        Floats ys = Kernel.Floats(y, (long)ids.Length * from.Inputs);
        CheckIds(ids, from.Outputs);
        for (int i = 0; i < ids.Length; i++)
        {
            (int column, int width) = from.Panel(from.PanelOf(ids[i]));
            sbyte* q = from.At(column) + (ids[i] - column);
            float scale = from.Scales[ids[i]];
            Span<float> row = ys.AsSpan(i * from.Inputs, from.Inputs);
            for (int k = 0; k < row.Length; k++) row[k] = scale * q[(nint)k * width];
        }
    }

    private readonly unsafe struct QuantizeJob(QuantizedStorage to, Floats b, bool transposed) : IRangeJob
    {
        private const int Largest = 127;

        public void Run(int start, int end)
        {
            for (int panel = start; panel < end; panel++)
            {
                (int first, int width) = to.Panel(panel);
                sbyte* q = to.At(first);
                for (int j = 0; j < width; j++) Column(q + j, width, first + j);
            }
        }

        // The columns that fill up the last panel become zeros with scale 0.
        private void Column(sbyte* q, int width, int column)
        {
            bool inside = column < to.Outputs;
            nint step = transposed ? 1 : to.Outputs, at = !inside ? 0 : transposed ? (nint)column * to.Inputs : column;
            float max = 0;
            for (int k = 0; inside && k < to.Inputs; k++) max = MathF.Max(max, MathF.Abs(b[at + (k * step)]));
            if (!float.IsFinite(max))
                throw new ArgumentException($"Quantize: the weights of output {column} are not all finite. Hint: the model has diverged.");
            float scale = to.Scales[column] = max / Largest;
            for (int k = 0; k < to.Inputs; k++, q += width)
            {
                // A scale among the smallest floats has few digits, and the quotient may come out above 127.
                *q = scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(b[at + (k * step)] / scale), -Largest, Largest);
            }
        }
    }
}
