using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// y = ln(1 + eˣ), a smooth rectifier, computed as max(x, 0) + ln(1 + e^−|x|) so that nothing overflows.
/// dx = dy · σ(x).
/// </summary>
public sealed partial class Tensor
{
    public Tensor Softplus() => Record(Map(new SoftplusOp(), this), [this], dy => [Map(new SoftplusGradient(), dy, this)]);

    private readonly struct SoftplusOp : IUnary
    {
        public double Apply(double x) => Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x)));
        public Vector512<float> Apply(Vector512<float> x) => VectorMath.Softplus(x);
    }

    private readonly struct SoftplusGradient : IBinary
    {
        public double Apply(double dy, double x) => dy / (1 + Math.Exp(-x));
        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> x) => dy * VectorMath.Sigmoid(x);
    }
}
