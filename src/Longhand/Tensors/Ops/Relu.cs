using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y = x where x &gt; 0, else slope · x; a slope of 0 is the rectifier, a small one the leaky rectifier
/// (Maas, Hannun and Ng, 2013). dx = dy where x &gt; 0, else slope · dy; at 0 the slope's side is taken, as PyTorch does.
/// </summary>
public sealed partial class Tensor
{
    public Tensor Relu() => LeakyRelu(slope: 0);

    public Tensor LeakyRelu(float slope = 0.01f) =>
        Record(Map(new RectifierOp(slope), this), [this], dy => [Map(new RectifierGradient(slope), dy, this)]);

    private readonly struct RectifierOp(float slope) : IUnary
    {
        public double Apply(double x) => x > 0 || double.IsNaN(x) ? x : slope == 0 ? 0 : slope * x;

        // NaN > 0 is false, so the question is asked the other way round and NaN stays NaN.
        public Vector512<float> Apply(Vector512<float> x) => Vector512.ConditionalSelect(
            Vector512.LessThanOrEqual(x, Vector512<float>.Zero), slope == 0 ? Vector512<float>.Zero : x * Vector512.Create(slope), x);
    }

    private readonly struct RectifierGradient(float slope) : IBinary
    {
        public double Apply(double dy, double x) => x > 0 ? dy : slope * dy;

        public Vector512<float> Apply(Vector512<float> dy, Vector512<float> x) => Vector512.ConditionalSelect(
            Vector512.GreaterThan(x, Vector512<float>.Zero), dy, dy * Vector512.Create(slope));
    }
}
