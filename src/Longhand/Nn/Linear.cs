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
    /// <param name="rng">Where the first weights come from.</param>
    /// <param name="bias">Whether to add a bias, which starts at zero.</param>
    /// <param name="initializer">How W starts; Glorot when left out.</param>
    public Linear(int inputs, int outputs, Rng rng, bool bias = true, Initializer? initializer = null)
    {
        Weight = Declare("weight", (initializer ?? Initializers.Glorot)((inputs, outputs), rng));
        Bias = bias ? Declare("bias", Tensor.Zeros(outputs)) : null;
    }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public override Tensor Forward(Tensor x, Rng? rng = null) =>
        Bias is null ? x.MatMul(Weight.Value) : x.Linear(Weight.Value, Bias.Value);
}
