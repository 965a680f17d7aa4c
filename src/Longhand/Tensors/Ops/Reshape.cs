namespace Longhand.Tensors;

/// <summary>
/// The same numbers in the same row-major order under another shape; nothing is copied. dx = dy under the old shape.
/// </summary>
public sealed partial class Tensor
{
    public Tensor Reshape(Shape shape)
    {
        if (Shape == shape) return this;
        if (shape.Length != Shape.Length)
            throw new ShapeException($"Reshape: {Shape} has {Shape.Length} elements and {shape} has {shape.Length}; they must be equal.");
        Shape before = Shape;
        return Record(new Tensor(Storage, shape, Backend), [this], dy => [dy.Reshape(before)]);
    }
}
