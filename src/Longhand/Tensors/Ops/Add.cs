using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y = a + b, y = a − b, y = −a, element by element, with broadcasting.
/// A sum passes its gradient on unchanged; what is subtracted gets it negated.
/// </summary>
public sealed partial class Tensor
{
    public static Tensor operator +(Tensor a, Tensor b)
    {
        if (IsRowOf(b.Shape, a.Shape)) return AddToEach(a, b);
        if (IsRowOf(a.Shape, b.Shape)) return AddToEach(b, a);
        (a, b) = Align("Add", a, b);
        return Record(Map(new AddOp(), a, b), [a, b], static dy => [dy, dy], "Add");
    }

    // A bias, or positions: repeated along leading axes only. Very short rows are faster written out.
    private static bool IsRowOf(Shape row, Shape x) => row.Rank < x.Rank && row.Length >= 16 && x.Sizes.EndsWith(row.Sizes);

    private static Tensor AddToEach(Tensor a, Tensor b)
    {
        Check.SameBackend("Add", a, b);
        Tensor y = Allocate(a.Shape, a.Backend);
        a.Backend.AddRow(y.Storage, a.Storage, b.Storage, b.Shape.Length);
        return Record(y, [a, b], dy => [dy, b.NeedsGradient ? dy.SumTo(b.Shape) : null], "Add");
    }

    public static Tensor operator -(Tensor a, Tensor b)
    {
        (a, b) = Align("Subtract", a, b);
        return Record(Map(new SubtractOp(), a, b), [a, b], static dy => [dy, -dy], "Subtract");
    }

    public static Tensor operator -(Tensor x) => x * -1;

    public static Tensor operator +(Tensor x, double c) => Record(Map(new AffineOp(1, c), x), [x], static dy => [dy], "Add");
    public static Tensor operator +(double c, Tensor x) => x + c;
    public static Tensor operator -(Tensor x, double c) => x + -c;
    public static Tensor operator -(double c, Tensor x) => Record(Map(new AffineOp(-1, c), x), [x], static dy => [-dy], "Subtract");

    private readonly struct AddOp : IBinary
    {
        public double Apply(double a, double b) => a + b;
        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a + b;
    }

    private readonly struct SubtractOp : IBinary
    {
        public double Apply(double a, double b) => a - b;
        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a - b;
    }

    // scale·x + shift, rounded twice like the two operations it stands for
    private readonly struct AffineOp(double scale, double shift) : IUnary
    {
        public double Apply(double x) => (x * scale) + shift;
        public Vector512<float> Apply(Vector512<float> x) => (x * Vector512.Create((float)scale)) + Vector512.Create((float)shift);
    }
}
