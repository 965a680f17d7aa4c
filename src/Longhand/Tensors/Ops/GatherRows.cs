namespace Longhand.Tensors;

/// <summary>
/// Looking things up by number.
/// <para>Rows (an embedding): y[i] = table[ids[i]]; a row used several times gets the sum of its gradients.</para>
/// <para>Picks: y[r] = x[r, ids[r]], one element of each row; the gradient lands on that element.</para>
/// </summary>
public sealed partial class Tensor
{
    /// <summary>Rows of this table (rows, features): the shape of the ids followed by the features.</summary>
    public Tensor GatherRows(Indices ids)
    {
        var (rows, features) = Shape;
        Check.IdsBelow("GatherRows", ids, rows);
        Tensor y = Allocate(new Shape([.. ids.Shape.Sizes, features]), Backend);
        Backend.GatherRows(y.Storage, Storage, ids.Values, features);
        return Record(y, [this], dy =>
        {
            Tensor dTable = Zeros((rows, features), dy.Backend);
            dy.Backend.ScatterAddRows(dTable.Storage, dy.Storage, ids.Values, features);
            return [dTable];
        });
    }

    /// <summary>One element along the last axis for each row; the ids have this tensor's shape without the last axis.</summary>
    public Tensor Pick(Indices ids)
    {
        Check.RankAtLeast("Pick", this, 1);
        Check.SameShape("Pick", new Shape(Shape.Sizes[..^1]), ids.Shape);
        int n = Shape[^1];
        Check.IdsBelow("Pick", ids, n);
        Tensor y = Allocate(ids.Shape, Backend);
        Backend.Pick(y.Storage, Storage, ids.Values, n);
        Shape before = Shape;
        return Record(y, [this], dy =>
        {
            Tensor dx = Allocate(before, dy.Backend);
            dy.Backend.Place(dx.Storage, dy.Storage, ids.Values, n);
            return [dx];
        });
    }
}
