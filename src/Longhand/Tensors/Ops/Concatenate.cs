using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y = the parts one after another along an axis; all other sizes agree. Each part's gradient is its piece of dy.
/// </summary>
public sealed partial class Tensor
{
    public static Tensor Concatenate(ReadOnlySpan<Tensor> parts, Index axis)
    {
        if (parts.Length == 0) throw new ShapeException("Concatenate: there is nothing to concatenate.");
        Tensor first = parts[0];
        int along = first.Shape.Axis(axis), total = 0;
        int[] starts = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            Check.SameBackend("Concatenate", first, parts[i]);
            if (parts[i].Shape.Rank != first.Shape.Rank || parts[i].Shape.With(along, 0) != first.Shape.With(along, 0))
                throw new ShapeException($"Concatenate: {first.Shape} and {parts[i].Shape} differ in more than axis {along}.");
            starts[i] = total;
            total += parts[i].Shape[along];
        }
        Tensor y = Allocate(first.Shape.With(along, total), first.Backend);
        int[] strides = y.Shape.Strides();
        for (int i = 0; i < parts.Length; i++)
            y.Backend.Copy(y.Storage, parts[i].Storage,
                new CopyLayout(parts[i].Shape.Sizes.ToArray(), starts[i] * strides[along], strides, 0, parts[i].Shape.Strides()));
        Tensor[] inputs = parts.ToArray();
        return Record(y, inputs, dy =>
        {
            var gradients = new Tensor?[inputs.Length];
            Range[] block = new Range[along + 1];
            Array.Fill(block, ..);
            for (int i = 0; i < inputs.Length; i++)
            {
                block[along] = starts[i]..(starts[i] + inputs[i].Shape[along]);
                gradients[i] = dy[block];
            }
            return gradients;
        });
    }

    /// <summary>Puts equal shapes side by side along a new axis.</summary>
    public static Tensor Stack(ReadOnlySpan<Tensor> parts, int axis = 0)
    {
        if (parts.Length == 0) throw new ShapeException("Stack: there is nothing to stack.");
        Shape shape = parts[0].Shape;
        if (axis < 0 || axis > shape.Rank) throw new ShapeException($"Stack: the new axis {axis} must be in 0 … {shape.Rank} for parts of {shape}.");
        Shape expanded = new([.. shape.Sizes[..axis], 1, .. shape.Sizes[axis..]]);
        var raised = new Tensor[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            Check.SameShape("Stack", shape, parts[i].Shape);
            raised[i] = parts[i].Reshape(expanded);
        }
        return Concatenate(raised, axis);
    }
}
