using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>Numbers that change place and nothing else: strided copies, rows of a table, one element of each row.</summary>
public sealed partial class ReferenceBackend
{
    public void Copy(Storage y, Storage x, in CopyLayout layout) =>
        CopyAxis(Of(y), Of(x), layout, axis: 0, layout.YOffset, layout.XOffset);

    /// <summary>Walks one axis and leaves the ones after it to itself; past the last axis there is one element to copy.</summary>
    private static void CopyAxis(double[] ys, double[] xs, in CopyLayout layout, int axis, int yIndex, int xIndex)
    {
        if (axis == layout.Sizes.Length)
        {
            ys[yIndex] = xs[xIndex];
            return;
        }
        for (int i = 0; i < layout.Sizes[axis]; i++)
            CopyAxis(ys, xs, layout, axis + 1, yIndex + (i * layout.YStrides[axis]), xIndex + (i * layout.XStrides[axis]));
    }

    public void GatherRows(Storage y, Storage table, ReadOnlySpan<int> ids, int n)
    {
        double[] ys = Of(y), entries = Of(table);
        for (int i = 0; i < ids.Length; i++)
        {
            for (int j = 0; j < n; j++) ys[(i * n) + j] = entries[(ids[i] * n) + j];
        }
    }

    public void ScatterAddRows(Storage dTable, Storage dy, ReadOnlySpan<int> ids, int n)
    {
        double[] dEntries = Of(dTable), dys = Of(dy);
        for (int i = 0; i < ids.Length; i++)
        {
            for (int j = 0; j < n; j++) dEntries[(ids[i] * n) + j] += dys[(i * n) + j];
        }
    }

    public void Pick(Storage y, Storage x, ReadOnlySpan<int> ids, int n)
    {
        double[] ys = Of(y), xs = Of(x);
        for (int i = 0; i < ids.Length; i++) ys[i] = xs[(i * n) + ids[i]];
    }

    public void Place(Storage dX, Storage dy, ReadOnlySpan<int> ids, int n)
    {
        double[] dXs = Of(dX), dys = Of(dy);
        Array.Clear(dXs);
        for (int i = 0; i < ids.Length; i++) dXs[(i * n) + ids[i]] = dys[i];
    }
}
