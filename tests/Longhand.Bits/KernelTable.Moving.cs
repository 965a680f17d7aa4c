using Longhand.Backends;

namespace Longhand.Bits;

/// <summary>Copies between views, and rows of tables.</summary>
public static partial class KernelTable
{
    private static IEnumerable<KernelCase> Moving()
    {
        (string What, CopyLayout Layout)[] copies =
        [
            ("one element", new([], 3, [], 5, [])),
            ("nothing", new([4, 0, 3], 0, [1, 1, 1], 0, [1, 1, 1])),
            ("contiguous 1021", new([1021], 0, [1], 0, [1])),
            ("transpose 7×5", Transpose(7, 5)),
            ("transpose 33×65", Transpose(33, 65)),
            ("transpose 64×64", Transpose(64, 64)),
            ("transpose 300×257", Transpose(300, 257)),
            ("permute 2×17×3×5", new([2, 17, 3, 5], 0, [255, 5, 85, 1], 0, [255, 15, 5, 1])),
            ("permute all axes 2×3×4×5×6", new([2, 3, 4, 5, 6], 0, [1, 2, 6, 24, 120], 0, [360, 120, 30, 6, 1])),
            ("repeat rows 9×33", new([9, 33], 0, [33, 1], 0, [0, 1])),
            ("repeat columns 9×33", new([9, 33], 0, [33, 1], 0, [1, 0])),
            ("repeat one number 1000", new([1000], 0, [1], 2, [0])),
            ("slice 3×9 of 5×20", new([3, 9], 0, [9, 1], 26, [20, 1])),
            ("every second 40", new([40], 0, [1], 1, [2])),
            ("place 5×7 in 5×20", new([5, 7], 11, [20, 1], 0, [7, 1])),
            ("eight axes", new([2, 1, 3, 1, 2, 1, 2, 3], 0, [72, 72, 24, 24, 12, 12, 6, 2], 0, [1, 1, 2, 2, 6, 6, 12, 24])),
        ];
        foreach ((string what, CopyLayout layout) in copies)
        {
            yield return new(nameof(IBackend.Copy), what, 0, t => t.Backend.Copy(
                t.Updated(t.Input(Reach(layout.Sizes, layout.YOffset, layout.YStrides))),
                t.Input(Reach(layout.Sizes, layout.XOffset, layout.XStrides)), layout));
        }

        foreach ((int count, int n) in ((int, int)[])[(0, 5), (1, 1), (5, 17), (100, 3), (33, 64), (300, 129)])
        {
            const int Entries = 11;
            yield return new(nameof(IBackend.GatherRows), $"{count}×{n}", 0,
                t => t.Backend.GatherRows(t.Output(count * n), t.Input(Entries * n), t.Ids(count, Entries), n));
            yield return new(nameof(IBackend.ScatterAddRows), $"{count}×{n}", Summing,
                t => t.Backend.ScatterAddRows(t.Updated(t.Input(Entries * n)), t.Input(count * n), t.Ids(count, Entries), n));
            yield return new(nameof(IBackend.Pick), $"{count}×{n}", 0,
                t => t.Backend.Pick(t.Output(count), t.Input(count * n), t.Ids(count, n), n));
            yield return new(nameof(IBackend.Place), $"{count}×{n}", 0,
                t => t.Backend.Place(t.Output(count * n), t.Input(count), t.Ids(count, n), n));
        }
    }

    private static CopyLayout Transpose(int rows, int columns) => new([columns, rows], 0, [rows, 1], 0, [1, columns]);

    /// <summary>How long a storage must be to hold a view, and a little more that the kernel must leave alone.</summary>
    private static int Reach(int[] sizes, int offset, int[] strides)
    {
        int last = offset;
        for (int i = 0; i < sizes.Length; i++) last += Math.Max(sizes[i] - 1, 0) * strides[i];
        return last + 4;
    }
}
