using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// y = tanh x, element by element.
/// dx = dy · (1 − y²), because tanh′ = 1 − tanh².
/// </summary>
public sealed partial class Tensor
{
    public Tensor Tanh()
    {
        Tensor y = Map(new TanhOp(), this);
        return Record(y, [this], dy => [Map(new TanhGradient(), dy, y)]);
    }

    private readonly struct TanhOp : IUnary
    {
        public double Apply(double x) => Math.Tanh(x);
        public Vector512<float> Apply(Vector512<float> x) => VectorMath.Tanh(x);
    }

    private readonly struct TanhGradient : IBinary
    {
        public double Apply(double dy, double y) => dy * (1 - (y * y));
        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> y) => dy * (Vector512<float>.One - (y * y));
    }
}
