using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>Layer normalisation over the last axis with a learned weight (from 1) and bias (from 0); see <see cref="Tensor.LayerNorm"/>.</summary>
public sealed class LayerNorm : Layer
{
    private readonly float _epsilon;

    public LayerNorm(int features, float epsilon = 1e-5f)
    {
        _epsilon = epsilon;
        Weight = Declare("weight", Tensor.Ones(features));
        Bias = Declare("bias", Tensor.Zeros(features));
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public override Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null)
    {
        Tensor y = x.LayerNorm(Weight.Value, Bias.Value, _epsilon);
        watch?.Output(y);
        return y;
    }
}
