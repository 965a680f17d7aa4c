using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y is x with its axes in another order: axis i of y is axis order[i] of x. The gradient is permuted back.
/// </summary>
public sealed partial class Tensor
{
    public Tensor Permute(params ReadOnlySpan<int> order)
    {
        int rank = Shape.Rank;
        int[] inverse = new int[rank], sizes = new int[rank], strides = new int[rank], own = Shape.Strides();
        if (order.Length != rank) throw new ShapeException($"Permute: {order.Length} axes were named but {Shape} has {rank}.");
        Array.Fill(inverse, -1);
        for (int i = 0; i < rank; i++)
        {
            int axis = Shape.Axis(order[i]);
            if (inverse[axis] != -1) throw new ShapeException($"Permute: axis {axis} is named twice; each axis of {Shape} must appear once.");
            inverse[axis] = i;
            sizes[i] = Shape[axis];
            strides[i] = own[axis];
        }
        var shape = new Shape(sizes);
        Tensor y = Allocate(shape, Backend);
        Backend.Copy(y.Storage, Storage, new CopyLayout(sizes, 0, shape.Strides(), 0, strides));
        return Record(y, [this], dy => [dy.Permute(inverse)]);
    }

    /// <summary>Swaps two axes; without arguments the last two, so a matrix becomes its transpose.</summary>
    public Tensor Transpose(Index? first = null, Index? second = null)
    {
        Check.RankAtLeast("Transpose", this, 2);
        int a = Shape.Axis(first ?? ^2), b = Shape.Axis(second ?? ^1);
        int[] order = new int[Shape.Rank];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        (order[a], order[b]) = (order[b], order[a]);
        return Permute(order);
    }
}
