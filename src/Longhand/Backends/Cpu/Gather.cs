using System.Runtime.CompilerServices;

namespace Longhand.Backends.Cpu;

/// <content>
/// Rows and elements chosen by number, and their gradients. Two ids may name the same table row, so the gradient is split
/// over columns: each thread adds all ids in their order, for the columns it owns.
/// </content>
public sealed partial class CpuBackend
{
    public unsafe void GatherRows(Storage y, Storage table, ReadOnlySpan<int> ids, int n)
    {
        Floats ys = Kernel.Floats(y, (long)ids.Length * n), rows = CpuStorage.From(table).Floats;
        CheckIds(ids, n == 0 ? int.MaxValue : rows.Length / n);
        fixed (int* pinned = ids)
        {
            _workers.For(ids.Length, Kernel.Minimum(n), new GatherJob(ys, rows, pinned, n));
        }
    }

    public unsafe void ScatterAddRows(Storage dTable, Storage dy, ReadOnlySpan<int> ids, int n)
    {
        Floats dRows = CpuStorage.From(dTable).Floats, dys = Kernel.Floats(dy, (long)ids.Length * n);
        CheckIds(ids, n == 0 ? int.MaxValue : dRows.Length / n);
        int strips = (n + Lanes.Count - 1) / Lanes.Count;
        fixed (int* pinned = ids)
        {
            _workers.For(strips, Kernel.Minimum((long)ids.Length * Lanes.Count), new ScatterJob(dRows, dys, pinned, ids.Length, n));
        }
    }

    public void Pick(Storage y, Storage x, ReadOnlySpan<int> ids, int n)
    {
        Floats ys = Kernel.Floats(y, ids.Length), xs = Kernel.Floats(x, (long)ids.Length * n);
        CheckIds(ids, n);
        for (int i = 0; i < ids.Length; i++) ys[i] = xs[(i * n) + ids[i]];
    }

    public void Place(Storage dX, Storage dy, ReadOnlySpan<int> ids, int n)
    {
        Floats dXs = Kernel.Floats(dX, (long)ids.Length * n), dys = Kernel.Floats(dy, ids.Length);
        CheckIds(ids, n);
        dXs.AsSpan(0, ids.Length * n).Clear();
        for (int i = 0; i < ids.Length; i++) dXs[(i * n) + ids[i]] = dys[i];
    }

    // The loops below do not check; a wrong id would read or write someone else's memory.
    private static void CheckIds(ReadOnlySpan<int> ids, int limit)
    {
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)limit) throw new ArgumentOutOfRangeException(nameof(ids), $"The id {id} is not in 0 … {limit - 1}.");
        }
    }

    private readonly unsafe struct GatherJob(Floats y, Floats table, int* ids, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int i = start; i < end; i++) CopyRun(ref y.At((long)i * n), ref table.At((long)ids[i] * n), n);
        }
    }

    private readonly unsafe struct ScatterJob(Floats dTable, Floats dy, int* ids, int count, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            int first = start * Lanes.Count, columns = Math.Min(n, end * Lanes.Count) - first;
            for (int i = 0; i < count; i++)
            {
                ref float from = ref dy.At(((long)i * n) + first);
                ref float to = ref dTable.At(((long)ids[i] * n) + first);
                int c = 0;
                for (; c + Lanes.Count <= columns; c += Lanes.Count) Lanes.Store(Lanes.Load(ref to, c) + Lanes.Load(ref from, c), ref to, c);
                for (; c < columns; c++) Unsafe.Add(ref to, c) += Unsafe.Add(ref from, c);
            }
        }
    }
}
