using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y repeats x along axes of size 1 (and along new leading axes) until it has the given shape.
/// A number that was used many times gets the sum of all its gradients, so dx = the sum of dy over the repeated axes.
/// </summary>
public sealed partial class Tensor
{
    public Tensor BroadcastTo(Shape shape)
    {
        if (Shape == shape) return this;
        if (Shape.Broadcast(Shape, shape, "BroadcastTo") != shape)
            throw new ShapeException($"BroadcastTo: {Shape} cannot become {shape}: only axes of size 1 and missing leading axes repeat.");
        Tensor y = Allocate(shape, Backend);
        int missing = shape.Rank - Shape.Rank;
        int[] own = Shape.Strides(), strides = new int[shape.Rank];
        for (int axis = 0; axis < Shape.Rank; axis++) strides[missing + axis] = Shape[axis] == 1 ? 0 : own[axis];
        Backend.Copy(y.Storage, Storage, new CopyLayout(shape.Sizes.ToArray(), 0, shape.Strides(), 0, strides));
        Shape before = Shape;
        return Record(y, [this], dy => [dy.SumTo(before)]);
    }

    /// <summary>The opposite of <see cref="BroadcastTo"/>: sums over the axes in which the shapes differ.</summary>
    internal Tensor SumTo(Shape shape)
    {
        if (Shape == shape) return this;
        int missing = Shape.Rank - shape.Rank;
        Tensor y = this;
        for (int axis = 0; axis < Shape.Rank; axis++)
        {
            if ((axis < missing || shape[axis - missing] == 1) && Shape[axis] != 1) y = y.SumAxis(axis);
        }
        return y.Reshape(shape);
    }
}
