using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// y = x·σ(x), also called swish (Elfwing and others, 2017), element by element.
/// dx = dy · (s + x·s·(1 − s)) with s = σ(x), the product rule.
/// </summary>
public sealed partial class Tensor
{
    public Tensor Silu() => Record(Map(new SiluOp(), this), [this], dy => [Map(new SiluGradient(), dy, this)]);

    private readonly struct SiluOp : IUnary
    {
        public double Apply(double x) => x / (1 + Math.Exp(-x));
        public Vector512<float> Apply(Vector512<float> x) => VectorMath.Silu(x);
    }

    private readonly struct SiluGradient : IBinary
    {
        public double Apply(double dy, double x)
        {
            double s = 1 / (1 + Math.Exp(-x));
            return dy * (s + (x * s * (1 - s)));
        }

        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> x) => dy * VectorMath.SiluGradient(x);
    }
}
