using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>Root-mean-square normalisation (Zhang and Sennrich, 2019): layer normalisation without the mean and the bias.</content>
public sealed partial class CpuBackend
{
    public void RmsNorm(Storage y, Storage rstd, Storage x, Storage weight, int rows, int n, float epsilon)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(2L * n), new RmsNormJob(
            Kernel.Floats(y, length), Kernel.Floats(rstd, rows), Kernel.Floats(x, length), Kernel.Floats(weight, n), n, epsilon));
    }

    public void RmsNormBackward(
        Storage dX, Storage dWeight, Storage dy, Storage x, Storage rstd, Storage weight, int rows, int n)
    {
        long length = (long)rows * n;
        Floats dWeights = Kernel.Floats(dWeight, n);
        int blocks = (rows + Kernel.RowBlock - 1) / Kernel.RowBlock;
        Floats parts = _pool.Take(blocks * n);
        _workers.For(blocks, Kernel.Minimum(3L * Kernel.RowBlock * n), new RmsNormBackwardJob(
            Kernel.Floats(dX, length), parts, Kernel.Floats(dy, length), Kernel.Floats(x, length),
            Kernel.Floats(rstd, rows), Kernel.Floats(weight, n), rows, n));
        AddRows(ref dWeights.At(0), ref parts.At(0), blocks, n);
        _pool.GiveBack(parts);
    }

    private readonly struct RmsNormJob(Floats y, Floats rstd, Floats x, Floats weight, int n, float epsilon) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            ref float ws = ref weight.At(0);
            for (int row = start; row < end; row++)
            {
                ref float xs = ref x.At((long)row * n);
                ref float ys = ref y.At((long)row * n);
                rstd[row] = 1 / MathF.Sqrt((DotRow(ref xs, ref xs, n) / n) + epsilon);
                Vector512<float> scale = Vector512.Create(rstd[row]);
                for (int i = 0; i < n; i += Lanes.Count)
                {
                    int at = Lanes.At(i, n);
                    Lanes.Store(Lanes.Load(ref xs, at, n) * scale * Lanes.Load(ref ws, at, n), ref ys, at, n);
                }
            }
        }
    }

    // Item: one block of rows, with its sums for dWeight at block·n of parts.
    private readonly struct RmsNormBackwardJob(
        Floats dX, Floats parts, Floats dy, Floats x, Floats rstd, Floats weight, int rows, int n) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            for (int block = start; block < end; block++)
            {
                ref float dWeights = ref parts.At((long)block * n);
                parts.AsSpan(block * n, n).Clear();
                int last = Math.Min(rows, (block + 1) * Kernel.RowBlock);
                for (int row = block * Kernel.RowBlock; row < last; row++) Backward(row, ref dWeights);
            }
        }

        private void Backward(int row, ref float dWeights)
        {
            ref float dXs = ref dX.At((long)row * n);
            ref float dys = ref dy.At((long)row * n);
            ref float xs = ref x.At((long)row * n);
            ref float ws = ref weight.At(0);
            Vector512<float> scale = Vector512.Create(rstd[row]), sumGX = Vector512<float>.Zero;
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Lanes.At(i, n);
                // In the last step the lanes seen before get dy = 0: they add nothing to either sum.
                Vector512<float> d = i + Lanes.Count <= n ? Lanes.Load(ref dys, i) : Lanes.Tail(ref dys, n, fill: 0);
                Vector512<float> normal = Lanes.Load(ref xs, at, n) * scale;
                Lanes.Store(Vector512.FusedMultiplyAdd(d, normal, Lanes.Load(ref dWeights, at, n)), ref dWeights, at, n);
                sumGX = Vector512.FusedMultiplyAdd(d * Lanes.Load(ref ws, at, n), normal, sumGX);
            }

            Vector512<float> meanGX = Vector512.Create(-VectorMath.SumLanes(sumGX) / n);
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Lanes.At(i, n);
                Vector512<float> normal = Lanes.Load(ref xs, at, n) * scale;
                Vector512<float> g = Lanes.Load(ref dys, at, n) * Lanes.Load(ref ws, at, n);
                Lanes.Store(scale * Vector512.FusedMultiplyAdd(normal, meanGX, g), ref dXs, at, n);
            }
        }
    }
}
