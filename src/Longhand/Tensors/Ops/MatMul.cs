using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// y = a · b over the last two axes; leading axes are a batch and broadcast. Either side may be taken transposed without a copy.
/// <para>
/// For y = a·b: da = dy·bᵀ and db = aᵀ·dy. (dL/da[i,k] = Σⱼ dL/dy[i,j]·b[k,j], and so for b.) With transposed sides the same
/// two products are written with their factors swapped, so that each gradient comes out in the layout of its input.
/// </para>
/// </summary>
public sealed partial class Tensor
{
    public Tensor MatMul(Tensor b, bool transpose = false, bool transposeOther = false) => MatMul(this, b, transpose, transposeOther);

    private static Tensor MatMul(Tensor a, Tensor b, bool transposeA, bool transposeB)
    {
        Check.SameBackend("MatMul", a, b);
        Check.RankAtLeast("MatMul", a, 2);
        Check.RankAtLeast("MatMul", b, 2);
        int innerA = transposeA ? a.Shape[^2] : a.Shape[^1], innerB = transposeB ? b.Shape[^1] : b.Shape[^2];
        Check.InnerSizes("MatMul", a.Shape, b.Shape, innerA, innerB);

        // A batch against one matrix is one tall product: the weights of a layer are read once, not once per batch entry.
        if (a.Shape.Rank > 2 && b.Shape.Rank == 2 && !transposeA)
        {
            Tensor tall = a.Reshape((Batches(a.Shape).Length * a.Shape[^2], innerA));
            Tensor product = MatMul(tall, b, transposeA: false, transposeB);
            return product.Reshape(a.Shape.With(^1, product.Shape[1]));
        }

        Shape batch = Shape.Broadcast(Batches(a.Shape), Batches(b.Shape), "MatMul");
        a = a.BroadcastTo(new Shape([.. batch.Sizes, a.Shape[^2], a.Shape[^1]]));
        b = b.BroadcastTo(new Shape([.. batch.Sizes, b.Shape[^2], b.Shape[^1]]));
        Tensor y = Product(a, b, transposeA, transposeB);
        return Record(y, [a, b], dy =>
        [
            !a.NeedsGradient ? null : transposeA ? Product(b, dy, transposeB, true) : Product(dy, b, false, !transposeB),
            !b.NeedsGradient ? null : transposeB ? Product(dy, a, true, transposeA) : Product(a, dy, !transposeA, false),
        ]);
    }

    // The product of equal batches, not recorded.
    private static Tensor Product(Tensor a, Tensor b, bool transposeA, bool transposeB)
    {
        int m = transposeA ? a.Shape[^1] : a.Shape[^2], k = transposeA ? a.Shape[^2] : a.Shape[^1];
        int n = transposeB ? b.Shape[^2] : b.Shape[^1];
        Shape batch = Batches(a.Shape);
        Tensor y = Allocate(new Shape([.. batch.Sizes, m, n]), a.Backend);
        a.Backend.MatMul(y.Storage, a.Storage, b.Storage, new MatMulSizes(batch.Length, m, n, k, transposeA, transposeB));
        return y;
    }

    private static Shape Batches(Shape shape) => new(shape.Sizes[..^2]);
}
