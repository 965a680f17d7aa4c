using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// The transformer's second half: each position on its own through a hidden layer four times as wide, y = gelu(x·W₁ + b₁)·W₂ + b₂.
/// Names are GPT-2's: c_fc, c_proj.
/// </summary>
public sealed class FeedForward : Module
{
    private readonly float _dropout;
    private readonly Linear _expand;
    private readonly Linear _output;

    /// <param name="width">C, the features of each position.</param>
    /// <param name="layers">How many blocks write into the same residual stream, for the scale of the last projection.</param>
    /// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
    /// <param name="dropout">The probability of dropping outputs in training.</param>
    public FeedForward(int width, int layers, Rng? rng, float dropout = 0)
    {
        _dropout = dropout;
        _expand = Declare("c_fc", new Linear(width, 4 * width, rng?.Fork("c_fc"), initializer: Initializers.Gpt));
        _output = Declare("c_proj", new Linear(4 * width, width, rng?.Fork("c_proj"), initializer: Initializers.GptResidual(layers)));
    }

    public Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null)
    {
        Tensor hidden = _expand.ForwardGelu(x);
        watch?.Output(hidden, ActivationKind.Gelu);
        Tensor y = _output.Forward(hidden);
        return rng is { } random ? y.Dropout(_dropout, random) : y;
    }

    internal void Quantize()
    {
        _expand.Quantize();
        _output.Quantize();
    }
}
