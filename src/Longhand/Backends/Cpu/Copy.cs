using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Longhand.Backends.Cpu;

/// <content>
/// Copies between strided views. <see cref="CopyPlan"/> first merges axes that lie behind each other in both views; what is
/// left is a run of contiguous numbers, a repeated number, a transposition of two axes done in tiles, or a plain loop.
/// </content>
public sealed partial class CpuBackend
{
    public void Copy(Storage y, Storage x, in CopyLayout layout)
    {
        var plan = new CopyPlan(layout);
        if (plan.Items == 0) return;
        plan.Check(y.Length, x.Length);
        _workers.For(plan.Items, Kernel.Minimum(plan.ItemLength), new CopyJob(CpuStorage.From(y).Floats, CpuStorage.From(x).Floats, plan));
    }

    private readonly struct CopyJob(Floats y, Floats x, CopyPlan plan) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int item = start; item < end; item++)
            {
                (long to, long from) = plan.Locate(item);
                CopyRows(ref y.At(to), ref x.At(from), plan.Rows(item));
            }
        }

        private void CopyRows(ref float to, ref float from, int rows)
        {
            int i = 0;
            for (; plan.Transposed && i + 4 <= rows; i += 4)
            {
                Transpose.FourRows(ref Unsafe.Add(ref to, (nint)i * plan.RowYStep), plan.RowYStep,
                    ref Unsafe.Add(ref from, i), plan.XStep, plan.Length);
            }
            for (; i < rows; i++)
            {
                CopyStrided(ref Unsafe.Add(ref to, (nint)i * plan.RowYStep), plan.YStep,
                    ref Unsafe.Add(ref from, (nint)i * plan.RowXStep), plan.XStep, plan.Length);
            }
        }
    }

    private static void CopyStrided(ref float y, int yStep, ref float x, int xStep, int n)
    {
        if (yStep == 1 && xStep == 1) CopyRun(ref y, ref x, n);
        else if (yStep == 1 && xStep == 0) MemoryMarshal.CreateSpan(ref y, n).Fill(x);
        else
            for (int i = 0; i < n; i++) Unsafe.Add(ref y, (nint)i * yStep) = Unsafe.Add(ref x, (nint)i * xStep);
    }

    // Short runs (a head's features, a small row) are not worth the call that copies long ones.
    private static void CopyRun(ref float y, ref float x, int n)
    {
        if (n > 128 || n < Lanes.Count)
        {
            MemoryMarshal.CreateSpan(ref x, n).CopyTo(MemoryMarshal.CreateSpan(ref y, n));
            return;
        }
        int last = n - Lanes.Count;
        for (int i = 0; i < last; i += Lanes.Count) Lanes.Store(Lanes.Load(ref x, i), ref y, i);
        Lanes.Store(Lanes.Load(ref x, last), ref y, last);
    }
}
