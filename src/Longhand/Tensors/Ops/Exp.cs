using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>y = eˣ, element by element. dx = dy · y, because the exponential is its own derivative.</summary>
public sealed partial class Tensor
{
    public Tensor Exp()
    {
        Tensor y = Map(new ExpOp(), this);
        return Record(y, [this], dy => [dy * y]);
    }

    private readonly struct ExpOp : IUnary
    {
        public double Apply(double x) => Math.Exp(x);
        public Vector512<float> Apply(Vector512<float> x) => VectorMath.Exp(x);
    }
}
