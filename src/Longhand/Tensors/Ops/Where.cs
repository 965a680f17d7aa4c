using System.Runtime.Intrinsics;
using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// Choosing element by element. A condition is a tensor of zeros (no) and other numbers (yes), as the comparisons make;
/// no gradient flows through it. y = condition ? a : b, da = condition ? dy : 0, db = condition ? 0 : dy.
/// </summary>
public sealed partial class Tensor
{
    public static Tensor Where(Tensor condition, Tensor a, Tensor b)
    {
        (a, b) = Align("Where", a, b);
        Shape shape = Shape.Broadcast(condition.Shape, a.Shape, "Where");
        Check.SameBackend("Where", condition, a);
        Tensor chosen = condition.Detach().BroadcastTo(shape);
        Tensor left = a.BroadcastTo(shape), right = b.BroadcastTo(shape);
        return Record(Map(new WhereOp(), chosen, left, right), [left, right], dy =>
        {
            Tensor zero = Zeros(shape, dy.Backend);
            return [Map(new WhereOp(), chosen, dy, zero), Map(new WhereOp(), chosen, zero, dy)];
        });
    }

    /// <summary>This tensor with <paramref name="value"/> wherever the mask is not zero; the mask broadcasts.</summary>
    public Tensor MaskedFill(Tensor mask, float value) => Where(mask, Full(Shape.Scalar, value, Backend), this);

    /// <summary>1 where a &gt; b, else 0.</summary>
    public static Tensor Greater(Tensor a, Tensor b)
    {
        (a, b) = Align("Greater", a, b);
        return Map(new GreaterOp(), a, b);
    }

    /// <summary>1 where a = b exactly, else 0.</summary>
    public static Tensor Same(Tensor a, Tensor b)
    {
        (a, b) = Align("Same", a, b);
        return Map(new SameOp(), a, b);
    }

    private readonly struct WhereOp : ITernary
    {
        public double Apply(double condition, double a, double b) => condition != 0 ? a : b;

        public Vector512<float> Apply(Vector512<float> condition, Vector512<float> a, Vector512<float> b) =>
            Vector512.ConditionalSelect(Vector512.Equals(condition, Vector512<float>.Zero), b, a);
    }

    private readonly struct GreaterOp : IBinary
    {
        public double Apply(double a, double b) => a > b ? 1 : 0;

        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(a, b), Vector512<float>.One, Vector512<float>.Zero);
    }

    private readonly struct SameOp : IBinary
    {
        public double Apply(double a, double b) => a == b ? 1 : 0;

        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) =>
            Vector512.ConditionalSelect(Vector512.Equals(a, b), Vector512<float>.One, Vector512<float>.Zero);
    }
}
