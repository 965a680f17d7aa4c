namespace Longhand.Tensors;

/// <summary>
/// y = the largest (smallest) element along axes. The gradient goes to the elements that equal it; several equal ones
/// share it evenly.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The largest of all elements, a scalar.</summary>
    public Tensor Max() => Reshape(Shape.Length).Max([0]);

    public Tensor Max(Index axis, bool keepAxes = false) => Max([axis], keepAxes);

    public Tensor Max(ReadOnlySpan<Index> axes, bool keepAxes = false)
    {
        Check.DistinctAxes("Max", Shape, axes);
        Tensor y = this;
        foreach (Index axis in axes) y = y.MaxAxis(Shape.Axis(axis));
        Tensor kept = y;
        return Record(keepAxes ? y : y.Reshape(Without(Shape, axes)), [this], dy =>
        {
            Tensor winners = Same(this, kept);
            Tensor share = dy.Reshape(kept.Shape) / winners.SumTo(kept.Shape);
            return [winners * share];
        });
    }

    /// <summary>The smallest of all elements, a scalar: −max(−x).</summary>
    public Tensor Min() => -(-this).Max();

    public Tensor Min(Index axis, bool keepAxes = false) => Min([axis], keepAxes);

    public Tensor Min(ReadOnlySpan<Index> axes, bool keepAxes = false) => -(-this).Max(axes, keepAxes);

    // The largest along one axis, which stays with size 1; not recorded.
    private Tensor MaxAxis(int axis)
    {
        (int outer, int n, int inner) = Around(Shape, axis);
        if (n == 0) throw new ShapeException($"Max: axis {axis} of {Shape} is empty, and nothing is the largest of nothing.");
        Tensor y = Allocate(Shape.With(axis, 1), Backend);
        Backend.Max(y.Storage, Storage, outer, n, inner);
        return y;
    }
}
