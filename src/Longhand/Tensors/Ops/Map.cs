using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// How element-wise operations reach the backend: the function is a struct, the result a new tensor. Equal shapes only;
/// <see cref="Align"/> stretches them first.
/// </summary>
public sealed partial class Tensor
{
    internal static Tensor Map<TOp>(TOp op, Tensor x) where TOp : struct, IUnary
    {
        Tensor y = Allocate(x.Shape, x.Backend);
        x.Backend.Map(op, y.Storage, x.Storage);
        return y;
    }

    internal static Tensor Map<TOp>(TOp op, Tensor a, Tensor b) where TOp : struct, IBinary
    {
        Tensor y = Allocate(a.Shape, a.Backend);
        a.Backend.Map(op, y.Storage, a.Storage, b.Storage);
        return y;
    }

    internal static Tensor Map<TOp>(TOp op, Tensor a, Tensor b, Tensor c) where TOp : struct, ITernary
    {
        Tensor y = Allocate(a.Shape, a.Backend);
        a.Backend.Map(op, y.Storage, a.Storage, b.Storage, c.Storage);
        return y;
    }

    /// <summary>Stretches both sides of an element-wise operation to their common shape.</summary>
    internal static (Tensor A, Tensor B) Align(string operation, Tensor a, Tensor b)
    {
        Check.SameBackend(operation, a, b);
        if (a.Shape == b.Shape) return (a, b);
        Shape shape = Shape.Broadcast(a.Shape, b.Shape, operation);
        return (a.BroadcastTo(shape), b.BroadcastTo(shape));
    }
}
