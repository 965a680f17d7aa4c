using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y = a / b, element by element, with broadcasting: da = dy / b, db = −dy · a / b² = −da · y.
/// </summary>
public sealed partial class Tensor
{
    public static Tensor operator /(Tensor a, Tensor b)
    {
        (a, b) = Align("Divide", a, b);
        Tensor y = Map(new DivideOp(), a, b);
        return Record(y, [a, b], dy =>
        {
            Tensor da = dy / b;
            return [da, b.NeedsGradient ? -(da * y) : null];
        }, "Divide");
    }

    public static Tensor operator /(Tensor x, double c) => Record(Map(new DivideByOp(c), x), [x], dy => [dy / c], "Divide");
    public static Tensor operator /(double c, Tensor x) => From([c], Shape.Scalar, x.Backend) / x;

    private readonly struct DivideOp : IBinary
    {
        public double Apply(double a, double b) => a / b;
        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a / b;
    }

    private readonly struct DivideByOp(double divisor) : IUnary
    {
        public double Apply(double x) => x / divisor;
        public Vector512<float> Apply(Vector512<float> x) => x / Vector512.Create((float)divisor);
    }
}
