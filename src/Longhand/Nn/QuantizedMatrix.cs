using Longhand.Backends;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// The weights of a matrix product as signed 8-bit numbers, for inference: a quarter of the memory, and as generating one token reads every
/// weight once, up to four times the speed where memory is what limits it. Each output n has its own scale,
/// <code>
/// scale[n] = maxₖ |w[k, n]| / 127      q[k, n] = round(w[k, n] / scale[n])      y[n] = scale[n]·Σₖ x[k]·q[k, n]
/// </code>
/// so no weight moves by more than half a scale (absolute-maximum quantization by column, as in Dettmers and others, LLM.int8(), 2022; but
/// of the weights only: activations stay floats). Nothing is differentiated.
/// </summary>
public sealed class QuantizedMatrix
{
    private readonly IBackend _backend;
    private readonly Storage _weights;

    private QuantizedMatrix(Tensor weight, int inputs, int outputs, bool transposed)
    {
        (_backend, Inputs, Outputs) = (weight.Backend, inputs, outputs);
        _weights = _backend.Quantize(weight.Storage, inputs, outputs, transposed);
    }

    /// <summary>Features coming in.</summary>
    public int Inputs { get; }

    /// <summary>Features going out.</summary>
    public int Outputs { get; }

    /// <summary>From weights (in, out), as <see cref="Linear"/> has them.</summary>
    /// <exception cref="ArgumentException">A weight is not finite.</exception>
    public static QuantizedMatrix FromColumns(Tensor weight)
    {
        var (inputs, outputs) = weight.Shape;
        return new QuantizedMatrix(weight, inputs, outputs, transposed: false);
    }

    /// <summary>From a table (out, in): one row for each output, as <see cref="Embedding"/> has them.</summary>
    /// <exception cref="ArgumentException">A weight is not finite.</exception>
    public static QuantizedMatrix FromRows(Tensor table)
    {
        var (outputs, inputs) = table.Shape;
        return new QuantizedMatrix(table, inputs, outputs, transposed: true);
    }

    /// <summary>y = x·W + b; x is (…, in), the result (…, out). Without a bias, y = x·W.</summary>
    public Tensor Times(Tensor x, Tensor? bias = null)
    {
        if (x.NeedsGradient || bias is { NeedsGradient: true })
            throw new InvalidOperationException("QuantizedMatrix: no gradient flows through 8-bit weights; they are for inference. "
                + "Hint: compute inside model.AsConstants(…), or freeze the model with SetTrainable(false).");
        Check.RankAtLeast("QuantizedMatrix", x, 1);
        Check.InnerSizes("QuantizedMatrix", x.Shape, (Inputs, Outputs), x.Shape[^1], Inputs);
        if (bias is not null) Check.PerFeature("QuantizedMatrix", "bias", bias, Outputs);
        CheckBackend(x.Backend);
        Tensor y = Tensor.Allocate(x.Shape.With(^1, Outputs), _backend);
        _backend.QuantizedMatMul(y.Storage, x.Storage, _weights, bias?.Storage, new Shape(x.Shape.Sizes[..^1]).Length);
        return y;
    }

    /// <summary>The weights of the outputs that ids name, as floats again: the shape of the ids, followed by the inputs.</summary>
    public Tensor Rows(Indices ids)
    {
        Check.IdsBelow("QuantizedMatrix", ids, Outputs);
        Tensor y = Tensor.Allocate(new Shape([.. ids.Shape.Sizes, Inputs]), _backend);
        _backend.QuantizedRows(y.Storage, _weights, ids.Values);
        return y;
    }

    private void CheckBackend(IBackend other)
    {
        if (!ReferenceEquals(_backend, other))
            throw new InvalidOperationException($"QuantizedMatrix: the weights are on backend '{_backend.Name}' and the input on another, '{other.Name}'.");
    }
}
