using System.Runtime.CompilerServices;

namespace Longhand.Backends.Cpu;

/// <content>One row added to every row of a matrix. Split by elements and not by rows: the row may be most of the matrix.</content>
public sealed partial class CpuBackend
{
    public void AddRow(Storage y, Storage x, Storage row, int n)
    {
        int length = y.Length;
        _workers.For(length, Kernel.Minimum(1), new AddRowJob(Kernel.Floats(y, length), Kernel.Floats(x, length), Kernel.Floats(row, n), n));
    }

    private readonly struct AddRowJob(Floats y, Floats x, Floats row, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            int column = start % n;
            while (start < end)
            {
                int count = Math.Min(end - start, n - column), i = 0;
                ref float ys = ref y.At(start);
                ref float xs = ref x.At(start);
                ref float rows = ref row.At(column);
                for (; i + Lanes.Count <= count; i += Lanes.Count) Lanes.Store(Lanes.Load(ref xs, i) + Lanes.Load(ref rows, i), ref ys, i);
                for (; i < count; i++) Unsafe.Add(ref ys, i) = Unsafe.Add(ref xs, i) + Unsafe.Add(ref rows, i);
                start += count;
                column = 0;
            }
        }
    }
}
