using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// y = xᵖ for a constant p, element by element. dx = dy · p · xᵖ⁻¹.
/// Whole p from −64 to 64 are products, so negative x is fine; other p use e^(p ln x), and negative x gives NaN.
/// </summary>
public sealed partial class Tensor
{
    public Tensor Pow(float exponent)
    {
        return exponent == 0
            ? Record(Map(new PowOp(0), this), [this], static dy => [dy * 0f])
            : Record(Map(new PowOp(exponent), this), [this], dy => [dy * Map(new PowOp(exponent - 1), this) * exponent]);
    }

    private readonly struct PowOp(float exponent) : IUnary
    {
        public double Apply(double x) => Math.Pow(x, exponent);

        public Vector512<float> Apply(Vector512<float> x)
        {
            if (exponent == 0.5f) return Vector512.Sqrt(x);
            if (exponent != MathF.Truncate(exponent) || MathF.Abs(exponent) > 64)
                return VectorMath.Exp(VectorMath.Log(x) * Vector512.Create(exponent));
            Vector512<float> y = Vector512<float>.One, square = x;
            for (int n = (int)MathF.Abs(exponent); n > 0; n >>= 1)
            {
                if ((n & 1) == 1) y *= square;
                square *= square;
            }
            return exponent < 0 ? Vector512<float>.One / y : y;
        }
    }
}
