using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// y = x·W + b, with W (in, out): a fully connected layer on the last axis of x. Without a bias, y = x·W.
/// </summary>
public sealed class Linear : Layer
{
    /// <param name="inputs">Features coming in.</param>
    /// <param name="outputs">Features going out.</param>
    /// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
    /// <param name="bias">Whether to add a bias, which starts at zero.</param>
    /// <param name="initializer">How W starts; Glorot when left out.</param>
    public Linear(int inputs, int outputs, Rng? rng, bool bias = true, Initializer? initializer = null)
    {
        Weight = Declare("weight", Initializers.Start(initializer ?? Initializers.Glorot, (inputs, outputs), rng));
        Bias = bias ? Declare("bias", Tensor.Zeros(outputs)) : null;
    }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    /// <summary>x is (…, in), a single vector included; the result is (…, out).</summary>
    public override Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null)
    {
        Tensor y = Product(x);
        watch?.Output(y);
        return y;
    }

    private Tensor Product(Tensor x)
    {
        if (Weight.Quantized is { } weight) return weight.Times(x, Bias?.Value);
        if (Bias is not null) return x.Linear(Weight.Value, Bias.Value);
        return x.Shape.Rank != 1 ? x.MatMul(Weight.Value) : x.Reshape((1, x.Shape[0])).MatMul(Weight.Value).Reshape(Weight.Shape[1]);
    }

    /// <summary>Holds the weight in 8 bits from here on, for inference only; see <see cref="QuantizedMatrix"/>.</summary>
    public void Quantize() => Weight.Quantize(QuantizedMatrix.FromColumns);

    /// <summary>gelu(x·W + b) in one operation.</summary>
    internal Tensor ForwardGelu(Tensor x) =>
        Weight.Quantized is null && Bias is { } bias ? x.LinearGelu(Weight.Value, bias.Value) : Product(x).Gelu();
}
