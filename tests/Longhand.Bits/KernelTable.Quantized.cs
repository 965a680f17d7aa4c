using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>8-bit weights: what they become, and products with them.</summary>
public static partial class KernelTable
{
    private static IEnumerable<KernelCase> Quantized((int Rows, int Outputs, int Inputs)[] sizes)
    {
        foreach ((int rows, int outputs, int inputs) in sizes)
        {
            foreach (bool transposed in (bool[])[false, true])
            {
                string what = $"{rows}×{inputs} · {inputs}×{outputs}{(transposed ? "ᵀ" : "")}";
                Storage Weights(Trial t) => t.Backend.Quantize(t.Input(inputs * outputs), inputs, outputs, transposed);

                yield return new(nameof(IBackend.Quantize), what, Rounding,
                    t => t.Backend.QuantizedRows(t.Output(outputs * inputs), Weights(t), [.. Enumerable.Range(0, outputs)]));
                yield return new(nameof(IBackend.QuantizedMatMul), what, SummingOver(inputs),
                    t => t.Backend.QuantizedMatMul(t.Output(rows * outputs), t.Input(rows * inputs), Weights(t), null, rows));
                yield return new(nameof(IBackend.QuantizedMatMul), $"{what}, bias", SummingOver(inputs),
                    t => t.Backend.QuantizedMatMul(t.Output(rows * outputs), t.Input(rows * inputs), Weights(t), t.Input(outputs), rows));
                if (outputs == 0) continue;

                yield return new(nameof(IBackend.QuantizedRows), what, Rounding,
                    t => t.Backend.QuantizedRows(t.Output(rows * inputs), Weights(t), t.Ids(rows, outputs)));
            }
        }
    }
}
