namespace Longhand.Tensors;

/// <summary>
/// y = the sum of x along axes. Every summand counts once, so dx = dy, repeated along those axes.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The sum of all elements, a scalar.</summary>
    public Tensor Sum() => Reshape(Shape.Length).SumAxis(0).Reshape(Shape.Scalar);

    /// <summary>Sums along one axis, which disappears, or stays with size 1 when <paramref name="keepAxes"/>.</summary>
    public Tensor Sum(Index axis, bool keepAxes = false) => Sum([axis], keepAxes);

    /// <summary>Sums along several axes.</summary>
    public Tensor Sum(ReadOnlySpan<Index> axes, bool keepAxes = false)
    {
        Check.DistinctAxes("Sum", Shape, axes);
        Tensor y = this;
        foreach (Index axis in axes) y = y.SumAxis(Shape.Axis(axis));
        return keepAxes ? y : y.Reshape(Without(Shape, axes));
    }

    // Sums along one axis and keeps it with size 1.
    private Tensor SumAxis(int axis)
    {
        (int outer, int n, int inner) = Around(Shape, axis);
        Tensor y = Allocate(Shape.With(axis, 1), Backend);
        Backend.Sum(y.Storage, Storage, outer, n, inner);
        Shape before = Shape;
        return Record(y, [this], dy => [dy.BroadcastTo(before)], "Sum");
    }

    // The elements before, along and after an axis: x is (outer, n, inner).
    private static (int Outer, int N, int Inner) Around(Shape shape, int axis)
    {
        int outer = 1, inner = 1;
        for (int i = 0; i < axis; i++) outer *= shape[i];
        for (int i = axis + 1; i < shape.Rank; i++) inner *= shape[i];
        return (outer, shape[axis], inner);
    }

    // The shape that is left when some axes disappear.
    private static Shape Without(Shape shape, ReadOnlySpan<Index> axes)
    {
        bool[] gone = new bool[shape.Rank];
        foreach (Index axis in axes) gone[shape.Axis(axis)] = true;
        var sizes = new List<int>();
        for (int i = 0; i < shape.Rank; i++)
        {
            if (!gone[i]) sizes.Add(shape[i]);
        }
        return new Shape(sizes.ToArray());
    }
}
