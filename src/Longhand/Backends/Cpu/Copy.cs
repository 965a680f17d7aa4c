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
        _workers.For(plan.Items, Kernel.Minimum(plan.ItemLength), new CopyJob(CpuStorage.From(y).Array, CpuStorage.From(x).Array, plan));
    }

    private readonly struct CopyJob(float[] y, float[] x, CopyPlan plan) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run(int start, int end)
        {
            for (int item = start; item < end; item++)
            {
                (long to, long from) = plan.Locate(item);
                if (plan.Tiled) CopyTile(item, to, from);
                else CopyStrided(ref Kernel.At(y, to), plan.YStep, ref Kernel.At(x, from), plan.XStep, plan.Length);
            }
        }

        // A tile of up to 16 rows: y is contiguous along each, x from one row to the next.
        private void CopyTile(int item, long to, long from)
        {
            int rows = plan.TileRows(item), i = 0;
            ref float ys = ref Kernel.At(y, to);
            ref float xs = ref Kernel.At(x, from);
            for (; i + 4 <= rows; i += 4)
                Transpose.FourRows(ref Unsafe.Add(ref ys, (nint)i * plan.TileYStep), plan.TileYStep, ref Unsafe.Add(ref xs, i), plan.XStep, plan.Length);
            for (; i < rows; i++)
                CopyStrided(ref Unsafe.Add(ref ys, (nint)i * plan.TileYStep), 1, ref Unsafe.Add(ref xs, i), plan.XStep, plan.Length);
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
        for (int i = 0; i < n; i += Lanes.Count)
        {
            int at = Lanes.At(i, n);
            Lanes.Store(Lanes.Load(ref x, at), ref y, at);
        }
    }
}
