using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y = a block cut out of x, by one range for each leading axis: <c>x[.., 2..5]</c>. Axes stay, cut to the range.
/// dx is zero outside the block and dy inside. A block that is all of x is x itself.
/// </summary>
public sealed partial class Tensor
{
    public Tensor this[params ReadOnlySpan<Range> ranges]
    {
        get
        {
            if (ranges.Length > Shape.Rank) throw new ShapeException($"Slice: {ranges.Length} ranges for {Shape}, which has {Shape.Rank} axes.");
            int[] sizes = Shape.Sizes.ToArray(), strides = Shape.Strides();
            int offset = 0;
            for (int axis = 0; axis < ranges.Length; axis++)
            {
                int start = ranges[axis].Start.GetOffset(sizes[axis]), end = ranges[axis].End.GetOffset(sizes[axis]);
                if (start < 0 || end > sizes[axis] || start > end)
                    throw new ShapeException($"Slice: the range {ranges[axis]} does not lie in axis {axis} of {Shape}, which has size {sizes[axis]}.");
                offset += start * strides[axis];
                sizes[axis] = end - start;
            }
            var shape = new Shape(sizes);
            if (shape == Shape) return this;
            Tensor y = Allocate(shape, Backend);
            Backend.Copy(y.Storage, Storage, new CopyLayout(sizes, 0, shape.Strides(), offset, strides));
            Shape before = Shape;
            return Record(y, [this], dy =>
            {
                Tensor dx = Zeros(before, dy.Backend);
                dy.Backend.Copy(dx.Storage, dy.Storage, new CopyLayout(sizes, offset, strides, 0, shape.Strides()));
                return [dx];
            }, "Slice");
        }
    }
}
