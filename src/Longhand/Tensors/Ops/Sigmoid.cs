using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// y = σ(x) = 1 / (1 + e⁻ˣ), element by element.
/// dx = dy · y · (1 − y), because σ′ = σ(1 − σ).
/// </summary>
public sealed partial class Tensor
{
    public Tensor Sigmoid()
    {
        Tensor y = Map(new SigmoidOp(), this);
        return Record(y, [this], dy => [Map(new SigmoidGradient(), dy, y)]);
    }

    private readonly struct SigmoidOp : IUnary
    {
        public double Apply(double x) => 1 / (1 + Math.Exp(-x));
        public Vector512<float> Apply(Vector512<float> x) => VectorMath.Sigmoid(x);
    }

    private readonly struct SigmoidGradient : IBinary
    {
        public double Apply(double dy, double y) => dy * y * (1 - y);
        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> y) => dy * (y * (Vector512<float>.One - y));
    }
}
