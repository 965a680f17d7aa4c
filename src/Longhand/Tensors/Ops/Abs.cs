using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>y = |x|, element by element. dx = dy · sign(x), 0 at the kink.</summary>
public sealed partial class Tensor
{
    public Tensor Abs() => Record(Map(new AbsOp(), this), [this], dy => [Map(new AbsGradient(), dy, this)]);

    private readonly struct AbsOp : IUnary
    {
        public double Apply(double x) => Math.Abs(x);
        public Vector512<float> Apply(Vector512<float> x) => Vector512.Abs(x);
    }

    private readonly struct AbsGradient : IBinary
    {
        public double Apply(double dy, double x) => x > 0 ? dy : x < 0 ? -dy : 0;

        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> x)
        {
            Vector512<float> zero = Vector512<float>.Zero;
            Vector512<float> negative = Vector512.ConditionalSelect(Vector512.LessThan(x, zero), -dy, zero);
            return Vector512.ConditionalSelect(Vector512.GreaterThan(x, zero), dy, negative);
        }
    }
}
