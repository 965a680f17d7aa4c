using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>y = ln x, element by element. dx = dy / x.</summary>
public sealed partial class Tensor
{
    public Tensor Log() => Record(Map(new LogOp(), this), [this], dy => [dy / this]);

    private readonly struct LogOp : IUnary
    {
        public double Apply(double x) => Math.Log(x);
        public Vector512<float> Apply(Vector512<float> x) => VectorMath.Log(x);
    }
}
