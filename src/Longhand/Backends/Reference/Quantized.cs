using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>
/// 8-bit weights from their definition. Which whole number a weight becomes is part of the definition and computed in single precision,
/// so that all backends agree on it; the products are in double precision.
/// </summary>
public sealed partial class ReferenceBackend
{
    public Storage Quantize(Storage b, int inputs, int outputs, bool transposed)
    {
        double[] bs = Of(b);
        var weights = new ReferenceQuantized(inputs, outputs);
        for (int n = 0; n < outputs; n++)
        {
            float Weight(int k) => (float)bs[transposed ? (n * inputs) + k : (k * outputs) + n];
            float max = 0;
            for (int k = 0; k < inputs; k++) max = MathF.Max(max, MathF.Abs(Weight(k)));
            float scale = max / 127;
            weights.Scales[n] = scale;
            for (int k = 0; k < inputs; k++)
                weights.Numbers[(k * outputs) + n] = scale == 0 ? 0 : Math.Clamp(MathF.Round(Weight(k) / scale), -127, 127);
        }
        return weights;
    }

    public void QuantizedMatMul(Storage y, Storage x, Storage weights, Storage? bias, int rows)
    {
        var w = (ReferenceQuantized)weights;
        double[] ys = Of(y), xs = Of(x);
        for (int i = 0; i < rows; i++)
        {
            for (int n = 0; n < w.Outputs; n++)
            {
                double sum = 0;
                for (int k = 0; k < w.Inputs; k++) sum += xs[(i * w.Inputs) + k] * w.Numbers[(k * w.Outputs) + n];
                ys[(i * w.Outputs) + n] = (w.Scales[n] * sum) + (bias is null ? 0 : Of(bias)[n]);
            }
        }
    }

    public void QuantizedRows(Storage y, Storage weights, ReadOnlySpan<int> ids)
    {
        var w = (ReferenceQuantized)weights;
        double[] ys = Of(y);
        for (int i = 0; i < ids.Length; i++)
        {
            for (int k = 0; k < w.Inputs; k++) ys[(i * w.Inputs) + k] = w.Scales[ids[i]] * w.Numbers[(k * w.Outputs) + ids[i]];
        }
    }

    private sealed class ReferenceQuantized(int inputs, int outputs) : Storage(inputs * outputs)
    {
        public int Inputs { get; } = inputs;

        public int Outputs { get; } = outputs;

        public double[] Numbers { get; } = new double[inputs * outputs];

        public double[] Scales { get; } = new double[outputs];
    }
}
