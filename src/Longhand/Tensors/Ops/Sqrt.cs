using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>y = √x, element by element. dx = dy / (2y), because y² = x gives 2y·dy = dx.</summary>
public sealed partial class Tensor
{
    public Tensor Sqrt()
    {
        Tensor y = Map(new SqrtOp(), this);
        return Record(y, [this], dy => [dy / (y * 2)]);
    }

    private readonly struct SqrtOp : IUnary
    {
        public double Apply(double x) => Math.Sqrt(x);
        public Vector512<float> Apply(Vector512<float> x) => Vector512.Sqrt(x);
    }
}
