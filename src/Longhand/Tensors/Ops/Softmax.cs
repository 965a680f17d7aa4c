namespace Longhand.Tensors;

/// <summary>
/// Softmax along an axis: yᵢ = e^(xᵢ − max) / Σⱼ e^(xⱼ − max). Subtracting the maximum changes nothing mathematically and keeps
/// every exponential at most 1. A row that is −∞ everywhere (fully masked) gives zeros.
/// <para>dxᵢ = yᵢ·(dyᵢ − Σⱼ dyⱼ·yⱼ), from ∂yⱼ/∂xᵢ = yⱼ·([i = j] − yᵢ).</para>
/// <para>Its logarithm: yᵢ = xᵢ − max − ln Σⱼ e^(xⱼ − max), dxᵢ = dyᵢ − e^yᵢ·Σⱼ dyⱼ.</para>
/// </summary>
public sealed partial class Tensor
{
    public Tensor Softmax(Index? axis = null)
    {
        if (!IsLast(axis, "Softmax")) return AlongLast(axis!.Value, static x => x.Softmax());
        (int rows, int n) = Rows();
        Tensor y = Allocate(Shape, Backend);
        Backend.Softmax(y.Storage, Storage, rows, n);
        return Record(y, [this], dy =>
        {
            Tensor dx = Allocate(dy.Shape, dy.Backend);
            dy.Backend.SoftmaxBackward(dx.Storage, dy.Storage, y.Storage, rows, n);
            return [dx];
        });
    }

    public Tensor LogSoftmax(Index? axis = null)
    {
        if (!IsLast(axis, "LogSoftmax")) return AlongLast(axis!.Value, static x => x.LogSoftmax());
        (int rows, int n) = Rows();
        Tensor y = Allocate(Shape, Backend);
        Backend.LogSoftmax(y.Storage, Storage, rows, n);
        return Record(y, [this], dy =>
        {
            Tensor dx = Allocate(dy.Shape, dy.Backend);
            dy.Backend.LogSoftmaxBackward(dx.Storage, dy.Storage, y.Storage, rows, n);
            return [dx];
        });
    }

    private bool IsLast(Index? axis, string operation)
    {
        Check.RankAtLeast(operation, this, 1);
        return axis is not { } named || Shape.Axis(named) == Shape.Rank - 1;
    }

    private Tensor AlongLast(Index axis, Func<Tensor, Tensor> operation) => operation(Transpose(axis, ^1)).Transpose(axis, ^1);

    // This tensor as rows of its last axis.
    private (int Rows, int N) Rows() => (new Shape(Shape.Sizes[..^1]).Length, Shape[^1]);
}
