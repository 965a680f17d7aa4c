namespace Longhand.Tensors;

/// <summary>
/// Whole numbers with a shape: token ids, class labels, row numbers. They take no part in differentiation.
/// The values are not copied: a training loop may refill the same array for each batch once the step is over.
/// </summary>
public sealed class Indices
{
    private readonly int[] _values;

    public Indices(int[] values, Shape shape)
    {
        if (values.Length != shape.Length)
            throw new ShapeException($"Indices: {values.Length} numbers do not fill the shape {shape}, which has {shape.Length}.");
        _values = values;
        Shape = shape;
    }

    public Indices(params int[] values) : this(values, values.Length)
    {
    }

    public Shape Shape { get; }

    public ReadOnlySpan<int> Values => _values;

    /// <summary>The same numbers under another shape of the same length.</summary>
    public Indices Reshape(Shape shape) => new(_values, shape);
}
