using System.Buffers;

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
        bool isLarge = rows > ids.Shape.Length;
        return Record(y, [this], dy =>
        {
            if (isLarge) return [SumEqualRows(dy, ids, rows)];
            Tensor dTable = Zeros((rows, features), dy.Backend);
            dy.Backend.ScatterAddRows(dTable.Storage, dy.Storage, ids.Values, features);
            return [dTable];
        }, rows: isLarge ? ids : null);
    }

    // Of a table with more rows than were looked up, only these are passed back, one for each id: at the first place of an id the
    // sum of its rows, and zeros at the others. (Adding them to the table's gradient one by one would round differently.)
    private static Tensor SumEqualRows(Tensor dy, Indices ids, int rows)
    {
        int count = ids.Shape.Length, features = dy.Shape[^1];
        ReadOnlySpan<int> values = ids.Values;
        int[] firstOf = ArrayPool<int>.Shared.Rent(rows), place = ArrayPool<int>.Shared.Rent(count);
        for (int i = 0; i < count; i++)
        {
            // What an earlier user left in firstOf is no place below i with this id, so it need not be cleared.
            int first = firstOf[values[i]];
            if ((uint)first >= (uint)i || values[first] != values[i]) first = firstOf[values[i]] = i;
            place[i] = first;
        }
        Tensor sums = Zeros((count, features), dy.Backend);
        dy.Backend.ScatterAddRows(sums.Storage, dy.Storage, place.AsSpan(0, count), features);
        ArrayPool<int>.Shared.Return(firstOf);
        ArrayPool<int>.Shared.Return(place);
        return sums;
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
