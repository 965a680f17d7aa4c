using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>
/// The gradient of layer normalisation. It sums over rows for the weight and the bias while each row is at hand: every block
/// of <see cref="Kernel.RowBlock"/> rows into sums of its own.
/// </content>
public sealed partial class CpuBackend
{
    public void LayerNormBackward(
        Storage dX, Storage dWeight, Storage dBias, Storage dy, Storage x, Storage mean, Storage rstd, Storage weight, int rows, int n)
    {
        long length = (long)rows * n;
        Floats dWeights = Kernel.Floats(dWeight, n), dBiases = Kernel.Floats(dBias, n);
        int blocks = (rows + Kernel.RowBlock - 1) / Kernel.RowBlock;
        Floats parts = _pool.Take(2 * blocks * n);
        _workers.For(blocks, Kernel.Minimum(3L * Kernel.RowBlock * n), new LayerNormBackwardJob(
            Kernel.Floats(dX, length), parts, Kernel.Floats(dy, length), Kernel.Floats(x, length),
            Kernel.Floats(mean, rows), Kernel.Floats(rstd, rows), Kernel.Floats(weight, n), rows, n));
        AddRows(ref dWeights.At(0), ref parts.At(0), blocks, n);
        AddRows(ref dBiases.At(0), ref parts.At((long)blocks * n), blocks, n);
        _pool.GiveBack(parts);
    }

    // Item: one block of rows, with its sums for dWeight at block·n of parts and for dBias as far behind all of those.
    private readonly struct LayerNormBackwardJob(
        Floats dX, Floats parts, Floats dy, Floats x, Floats mean, Floats rstd, Floats weight, int allRows, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            int blocks = (allRows + Kernel.RowBlock - 1) / Kernel.RowBlock;
            for (int block = start; block < end; block++)
            {
                ref float dWeights = ref parts.At((long)block * n);
                ref float dBiases = ref parts.At(((long)blocks + block) * n);
                parts.AsSpan(block * n, n).Clear();
                parts.AsSpan((blocks + block) * n, n).Clear();
                int row = block * Kernel.RowBlock, last = Math.Min(allRows, row + Kernel.RowBlock);
                if (n >= Lanes.Count)
                    for (; row + 4 <= last; row += 4) FourRows(row, ref dWeights, ref dBiases);
                for (; row < last; row++) OneRow(row, ref dWeights, ref dBiases);
            }
        }

        [MethodImpl(Kernel.Loop)]
        private void OneRow(int row, ref float dWeights, ref float dBiases)
        {
            ref float dXs = ref dX.At((long)row * n);
            ref float dys = ref dy.At((long)row * n);
            ref float xs = ref x.At((long)row * n);
            ref float ws = ref weight.At(0);
            Vector512<float> center = Vector512.Create(mean[row]), scale = Vector512.Create(rstd[row]);
            Vector512<float> sumG = Vector512<float>.Zero, sumGX = Vector512<float>.Zero;
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Lanes.At(i, n);
                // In the last step the lanes seen before get dy = 0: they add nothing to any of the four sums.
                Vector512<float> d = i + Lanes.Count <= n ? Lanes.Load(ref dys, i) : Lanes.Tail(ref dys, n, fill: 0);
                Vector512<float> normal = (Lanes.Load(ref xs, at, n) - center) * scale;
                Lanes.Store(Vector512.FusedMultiplyAdd(d, normal, Lanes.Load(ref dWeights, at, n)), ref dWeights, at, n);
                Lanes.Store(d + Lanes.Load(ref dBiases, at, n), ref dBiases, at, n);
                Vector512<float> g = d * Lanes.Load(ref ws, at, n);
                sumG += g;
                sumGX = Vector512.FusedMultiplyAdd(g, normal, sumGX);
            }

            Vector512<float> meanG = Vector512.Create(VectorMath.SumLanes(sumG) / n);
            Vector512<float> minusMeanGX = Vector512.Create(-(VectorMath.SumLanes(sumGX) / n));
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Lanes.At(i, n);
                Vector512<float> normal = (Lanes.Load(ref xs, at, n) - center) * scale;
                Vector512<float> g = Lanes.Load(ref dys, at, n) * Lanes.Load(ref ws, at, n);
                Lanes.Store(scale * Vector512.FusedMultiplyAdd(normal, minusMeanGX, g - meanG), ref dXs, at, n);
            }
        }

        // The same for four rows together: the sums over rows are loaded and stored once for all four, which still add in order.
        [MethodImpl(Kernel.Loop)]
        private void FourRows(int row, ref float dWeights, ref float dBiases)
        {
            ref float ws = ref weight.At(0);
            ref float d0 = ref dy.At((long)row * n);
            ref float d1 = ref Unsafe.Add(ref d0, n);
            ref float d2 = ref Unsafe.Add(ref d1, n);
            ref float d3 = ref Unsafe.Add(ref d2, n);
            ref float x0 = ref x.At((long)row * n);
            ref float x1 = ref Unsafe.Add(ref x0, n);
            ref float x2 = ref Unsafe.Add(ref x1, n);
            ref float x3 = ref Unsafe.Add(ref x2, n);
            Vector512<float> c0 = Vector512.Create(mean[row]), r0 = Vector512.Create(rstd[row]);
            Vector512<float> c1 = Vector512.Create(mean[row + 1]), r1 = Vector512.Create(rstd[row + 1]);
            Vector512<float> c2 = Vector512.Create(mean[row + 2]), r2 = Vector512.Create(rstd[row + 2]);
            Vector512<float> c3 = Vector512.Create(mean[row + 3]), r3 = Vector512.Create(rstd[row + 3]);
            Vector512<float> g0 = default, g1 = default, g2 = default, g3 = default;
            Vector512<float> gx0 = default, gx1 = default, gx2 = default, gx3 = default;
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Math.Min(i, n - Lanes.Count);
                // Only the last step of a ragged row keeps fewer lanes than all: those seen before get dy = 0 and add nothing.
                Vector512<float> keep = Lanes.Last(Math.Min(Lanes.Count, n - i)), w = Lanes.Load(ref ws, at);
                Vector512<float> dWeight = Lanes.Load(ref dWeights, at), dBias = Lanes.Load(ref dBiases, at);
                Add(Lanes.Load(ref d0, at) & keep, (Lanes.Load(ref x0, at) - c0) * r0, w, ref dWeight, ref dBias, ref g0, ref gx0);
                Add(Lanes.Load(ref d1, at) & keep, (Lanes.Load(ref x1, at) - c1) * r1, w, ref dWeight, ref dBias, ref g1, ref gx1);
                Add(Lanes.Load(ref d2, at) & keep, (Lanes.Load(ref x2, at) - c2) * r2, w, ref dWeight, ref dBias, ref g2, ref gx2);
                Add(Lanes.Load(ref d3, at) & keep, (Lanes.Load(ref x3, at) - c3) * r3, w, ref dWeight, ref dBias, ref g3, ref gx3);
                Lanes.Store(dWeight, ref dWeights, at);
                Lanes.Store(dBias, ref dBiases, at);
            }

            Vector128<float> count = Vector128.Create((float)n);
            Vector128<float> meanG = SumLanes(g0, g1, g2, g3) / count, meanGX = -(SumLanes(gx0, gx1, gx2, gx3) / count);
            (g0, gx0) = (Vector512.Create(meanG[0]), Vector512.Create(meanGX[0]));
            (g1, gx1) = (Vector512.Create(meanG[1]), Vector512.Create(meanGX[1]));
            (g2, gx2) = (Vector512.Create(meanG[2]), Vector512.Create(meanGX[2]));
            (g3, gx3) = (Vector512.Create(meanG[3]), Vector512.Create(meanGX[3]));
            ref float dx0 = ref dX.At((long)row * n);
            ref float dx1 = ref Unsafe.Add(ref dx0, n);
            ref float dx2 = ref Unsafe.Add(ref dx1, n);
            ref float dx3 = ref Unsafe.Add(ref dx2, n);
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Math.Min(i, n - Lanes.Count);
                Vector512<float> w = Lanes.Load(ref ws, at);
                Lanes.Store(Slope(Lanes.Load(ref d0, at) * w, (Lanes.Load(ref x0, at) - c0) * r0, r0, g0, gx0), ref dx0, at);
                Lanes.Store(Slope(Lanes.Load(ref d1, at) * w, (Lanes.Load(ref x1, at) - c1) * r1, r1, g1, gx1), ref dx1, at);
                Lanes.Store(Slope(Lanes.Load(ref d2, at) * w, (Lanes.Load(ref x2, at) - c2) * r2, r2, g2, gx2), ref dx2, at);
                Lanes.Store(Slope(Lanes.Load(ref d3, at) * w, (Lanes.Load(ref x3, at) - c3) * r3, r3, g3, gx3), ref dx3, at);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(
            Vector512<float> d, Vector512<float> normal, Vector512<float> w,
            ref Vector512<float> dWeight, ref Vector512<float> dBias, ref Vector512<float> sumG, ref Vector512<float> sumGX)
        {
            dWeight = Vector512.FusedMultiplyAdd(d, normal, dWeight);
            dBias = d + dBias;
            Vector512<float> g = d * w;
            sumG += g;
            sumGX = Vector512.FusedMultiplyAdd(g, normal, sumGX);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<float> Slope(
            Vector512<float> g, Vector512<float> normal, Vector512<float> scale, Vector512<float> meanG, Vector512<float> minusMeanGX) =>
            scale * Vector512.FusedMultiplyAdd(normal, minusMeanGX, g - meanG);
    }
}
