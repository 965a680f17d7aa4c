using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>
/// Layer normalisation (Ba, Kiros, Hinton, 2016) over contiguous rows: the mean, then the squared deviations from it, then the
/// result, while the row is in the nearest cache.
/// </content>
public sealed partial class CpuBackend
{
    public void LayerNorm(
        Storage y, Storage mean, Storage rstd, Storage x, Storage weight, Storage bias, int rows, int n, float epsilon)
    {
        long length = (long)rows * n;
        _workers.For(rows, Kernel.Minimum(2L * n), new LayerNormJob(
            Kernel.Floats(y, length), Kernel.Floats(mean, rows), Kernel.Floats(rstd, rows), Kernel.Floats(x, length),
            Kernel.Floats(weight, n), Kernel.Floats(bias, n), n, epsilon));
    }

    private readonly struct LayerNormJob(
        Floats y, Floats mean, Floats rstd, Floats x, Floats weight, Floats bias, int n, float epsilon) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            int row = start;
            if (n is >= Lanes.Count and <= SumBlock)
                for (; row + 4 <= end; row += 4) FourRows(row);
            for (; row < end; row++) OneRow(row);
        }

        private void OneRow(int row)
        {
            ref float xs = ref x.At((long)row * n);
            mean[row] = SumRow(ref xs, n) / n;
            rstd[row] = 1 / MathF.Sqrt((SquaredDeviations(ref xs, n, mean[row]) / n) + epsilon);
            Normalize(ref y.At((long)row * n), ref xs, mean[row], rstd[row]);
        }

        // The same for four rows together: each step of a sum waits for the one before, and the other rows fill the wait.
        [MethodImpl(Kernel.Loop)]
        private void FourRows(int row)
        {
            ref float x0 = ref x.At((long)row * n);
            ref float x1 = ref Unsafe.Add(ref x0, n);
            ref float x2 = ref Unsafe.Add(ref x1, n);
            ref float x3 = ref Unsafe.Add(ref x2, n);
            bool ragged = n % Lanes.Count != 0;
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count)
            {
                s0 += Lanes.Load(ref x0, i);
                s1 += Lanes.Load(ref x1, i);
                s2 += Lanes.Load(ref x2, i);
                s3 += Lanes.Load(ref x3, i);
            }
            if (ragged)
            {
                s0 += Lanes.LongTail(ref x0, n, default);
                s1 += Lanes.LongTail(ref x1, n, default);
                s2 += Lanes.LongTail(ref x2, n, default);
                s3 += Lanes.LongTail(ref x3, n, default);
            }
            Vector128<float> count = Vector128.Create((float)n), means = SumLanes(s0, s1, s2, s3) / count;
            means.StoreUnsafe(ref mean[row]);

            Vector512<float> c0 = Vector512.Create(means[0]), c1 = Vector512.Create(means[1]);
            Vector512<float> c2 = Vector512.Create(means[2]), c3 = Vector512.Create(means[3]);
            s0 = s1 = s2 = s3 = default;
            for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count)
            {
                s0 = AddSquare(s0, Lanes.Load(ref x0, i) - c0);
                s1 = AddSquare(s1, Lanes.Load(ref x1, i) - c1);
                s2 = AddSquare(s2, Lanes.Load(ref x2, i) - c2);
                s3 = AddSquare(s3, Lanes.Load(ref x3, i) - c3);
            }
            if (ragged)
            {
                s0 = AddSquare(s0, Lanes.LongTail(ref x0, n, c0) - c0);
                s1 = AddSquare(s1, Lanes.LongTail(ref x1, n, c1) - c1);
                s2 = AddSquare(s2, Lanes.LongTail(ref x2, n, c2) - c2);
                s3 = AddSquare(s3, Lanes.LongTail(ref x3, n, c3) - c3);
            }
            Vector128<float> variances = (SumLanes(s0, s1, s2, s3) / count) + Vector128.Create(epsilon);
            Vector128<float> scales = Vector128.Create(1f) / Vector128.Sqrt(variances);
            scales.StoreUnsafe(ref rstd[row]);

            Vector512<float> r0 = Vector512.Create(scales[0]), r1 = Vector512.Create(scales[1]);
            Vector512<float> r2 = Vector512.Create(scales[2]), r3 = Vector512.Create(scales[3]);
            ref float ws = ref weight.At(0);
            ref float bs = ref bias.At(0);
            ref float y0 = ref y.At((long)row * n);
            ref float y1 = ref Unsafe.Add(ref y0, n);
            ref float y2 = ref Unsafe.Add(ref y1, n);
            ref float y3 = ref Unsafe.Add(ref y2, n);
            for (int i = 0; i < n; i += Lanes.Count)
            {
                int at = Math.Min(i, n - Lanes.Count);
                Vector512<float> w = Lanes.Load(ref ws, at), b = Lanes.Load(ref bs, at);
                Lanes.Store(Vector512.FusedMultiplyAdd((Lanes.Load(ref x0, at) - c0) * r0, w, b), ref y0, at);
                Lanes.Store(Vector512.FusedMultiplyAdd((Lanes.Load(ref x1, at) - c1) * r1, w, b), ref y1, at);
                Lanes.Store(Vector512.FusedMultiplyAdd((Lanes.Load(ref x2, at) - c2) * r2, w, b), ref y2, at);
                Lanes.Store(Vector512.FusedMultiplyAdd((Lanes.Load(ref x3, at) - c3) * r3, w, b), ref y3, at);
            }
        }

        [MethodImpl(Kernel.Loop)]
        private void Normalize(ref float ys, ref float xs, float mean, float rstd)
        {
            ref float ws = ref weight.At(0);
            ref float bs = ref bias.At(0);
            Vector512<float> center = Vector512.Create(mean), scale = Vector512.Create(rstd);
            int i = 0;
            for (; i + Lanes.Count <= n; i += Lanes.Count)
            {
                Vector512<float> normal = (Lanes.Load(ref xs, i) - center) * scale;
                Lanes.Store(Vector512.FusedMultiplyAdd(normal, Lanes.Load(ref ws, i), Lanes.Load(ref bs, i)), ref ys, i);
            }
            if (i < n) NormalizeEnd(ref ys, ref xs, mean, rstd);
        }

        [MethodImpl(Kernel.Loop)]
        private void NormalizeEnd(ref float ys, ref float xs, float mean, float rstd)
        {
            ref float ws = ref weight.At(0);
            ref float bs = ref bias.At(0);
            int at = Lanes.At(n, n);
            Vector512<float> normal = (Lanes.Load(ref xs, at, n) - Vector512.Create(mean)) * Vector512.Create(rstd);
            Lanes.Store(Vector512.FusedMultiplyAdd(normal, Lanes.Load(ref ws, at, n), Lanes.Load(ref bs, at, n)), ref ys, at, n);
        }
    }

    private static Vector512<float> AddSquare(Vector512<float> sum, Vector512<float> x) => Vector512.FusedMultiplyAdd(x, x, sum);

    private static Vector128<float> SumLanes(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) =>
        Vector128.Create(VectorMath.SumLanes(a), VectorMath.SumLanes(b), VectorMath.SumLanes(c), VectorMath.SumLanes(d));

    // Σ (x − mean)²; the lanes beyond the row are filled with the mean.
    [MethodImpl(Kernel.Loop)]
    private static float SquaredDeviations(ref float x, int n, float mean)
    {
        Vector512<float> last = Lanes.LastOr(ref x, n, fill: mean);
        Vector512<float> center = Vector512.Create(mean), sum = Vector512<float>.Zero;
        for (int i = 0; i + Lanes.Count <= n; i += Lanes.Count)
        {
            Vector512<float> deviation = Lanes.Load(ref x, i) - center;
            sum = Vector512.FusedMultiplyAdd(deviation, deviation, sum);
        }
        if (n % Lanes.Count != 0)
        {
            Vector512<float> deviation = last - center;
            sum = Vector512.FusedMultiplyAdd(deviation, deviation, sum);
        }
        return VectorMath.SumLanes(sum);
    }
}
