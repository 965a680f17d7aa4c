using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y = x limited to low … high, element by element; either limit may be infinite. NaN stays NaN.
/// dx = dy where low ≤ x ≤ high, else 0.
/// </summary>
public sealed partial class Tensor
{
    public Tensor Clamp(float low = float.NegativeInfinity, float high = float.PositiveInfinity)
    {
        if (!(low <= high))
            throw new ArgumentException(FormattableString.Invariant($"Clamp: low is {low} but must not exceed high, which is {high}."));
        return Record(Map(new ClampOp(low, high), this), [this], dy => [Map(new ClampGradient(low, high), dy, this)]);
    }

    private readonly struct ClampOp(float low, float high) : IUnary
    {
        public double Apply(double x) => x < low ? low : x > high ? high : x;

        public Vector512<float> Apply(Vector512<float> x)
        {
            Vector512<float> bottom = Vector512.Create(low), top = Vector512.Create(high);
            x = Vector512.ConditionalSelect(Vector512.LessThan(x, bottom), bottom, x);
            return Vector512.ConditionalSelect(Vector512.GreaterThan(x, top), top, x);
        }
    }

    private readonly struct ClampGradient(float low, float high) : IBinary
    {
        public double Apply(double dy, double x) => x >= low && x <= high ? dy : 0;

        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> x) => Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(x, Vector512.Create(low)) & Vector512.LessThanOrEqual(x, Vector512.Create(high)),
            dy, Vector512<float>.Zero);
    }
}
