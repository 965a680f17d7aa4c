using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>RMS normalisation over the last axis with a learned weight (from 1); see <see cref="Tensor.RmsNorm"/>.</summary>
public sealed class RmsNorm : Layer
{
    private readonly float _epsilon;

    public RmsNorm(int features, float epsilon = 1e-5f)
    {
        _epsilon = epsilon;
        Weight = Declare("weight", Tensor.Ones(features));
    }

    public Parameter Weight { get; }

    public override Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null)
    {
        Tensor y = x.RmsNorm(Weight.Value, _epsilon);
        watch?.Output(y);
        return y;
    }
}
