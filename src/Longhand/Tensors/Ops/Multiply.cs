using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y = a · b, element by element, with broadcasting: da = dy · b, db = dy · a.
/// By a plain number: y = c·x, dx = c·dy.
/// </summary>
public sealed partial class Tensor
{
    public static Tensor operator *(Tensor a, Tensor b)
    {
        (a, b) = Align("Multiply", a, b);
        return Record(Map(new MultiplyOp(), a, b), [a, b], dy => [a.NeedsGradient ? dy * b : null, b.NeedsGradient ? dy * a : null], "Multiply");
    }

    public static Tensor operator *(Tensor x, double c) => Record(Map(new ScaleOp(c), x), [x], dy => [dy * c], "Multiply");
    public static Tensor operator *(double c, Tensor x) => x * c;

    private readonly struct MultiplyOp : IBinary
    {
        public double Apply(double a, double b) => a * b;
        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a * b;
    }

    private readonly struct ScaleOp(double factor) : IUnary
    {
        public double Apply(double x) => x * factor;
        public Vector512<float> Apply(Vector512<float> x) => x * Vector512.Create((float)factor);
    }
}
