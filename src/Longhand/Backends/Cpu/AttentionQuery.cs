using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>
/// Attention of one query, for generation with a cache: 16 keys are the lanes, turned in passing from where they lie, and the
/// values are read in place. So keys and values are read once and nothing else is. The bits are those of 16 queries at a time.
/// </content>
public sealed partial class CpuBackend
{
    private readonly unsafe partial struct AttentionJob
    {
        private void Query(int b, int h, int i, int keys)
        {
            int D = sizes.HeadSize, padded = AttentionHead.Padded(keys), drawn = sizes.Dropout > 0 ? keys : 0;
            Span<float> scratch = Kernel.Scratch((D * Lanes.Count) + padded + drawn);
            Span<float> columns = Take(ref scratch, D * Lanes.Count), scores = Take(ref scratch, padded), factors = scratch;
            ref float weights = ref MemoryMarshal.GetReference(scores);
            for (int j = 0; j < keys; j += Lanes.Count)
            {
                k.GatherColumns(ref columns[0], b, h, j, Math.Min(Lanes.Count, keys - j));
                Score(ref Unsafe.Add(ref weights, j), ref q.At(b, h, i), ref columns[0], D);
            }
            float peak = ScaleAndPeak(ref weights, keys, (float)sizes.Scale), total = Powers(ref weights, keys, peak);
            int row = (((b * sizes.Heads) + h) * sizes.Queries) + i;
            Logarithms(ref lse[row], Vector512.Create(peak), Vector512.Create(total), rows: 1);
            if (sizes.Dropout > 0)
            {
                AttentionHead.DropoutFactors(factors, sizes, row, firstKey: 0, rng);
                for (int j = 0; j < keys; j++) scores[j] *= factors[j];
            }

            float inverse = total == 0 ? 0 : 1 / total;
            ref float to = ref y.At(b, h, i);
            ref float values = ref v.At(b, h, 0);
            int d = 0;
            for (; d + (4 * Lanes.Count) <= D; d += 4 * Lanes.Count)
                FourSums(ref Unsafe.Add(ref to, d), ref weights, ref Unsafe.Add(ref values, d), v.RowStride, keys, inverse);
            for (; d < D; d += Lanes.Count)
            {
                int at = Lanes.At(d, D);
                OneSum(ref Unsafe.Add(ref to, at), ref weights, ref Unsafe.Add(ref values, at), v.RowStride, keys, inverse, D);
            }
        }

        // q·k for 16 keys
        [MethodImpl(Kernel.Loop)]
        private static void Score(ref float scores, ref float query, ref float columns, int D)
        {
            Vector512<float> sum = default;
            for (int d = 0; d < D; d++)
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref query, d)), Lanes.Load(ref columns, d * Lanes.Count), sum);
            Lanes.Store(sum, ref scores, 0);
        }

        // In place: scores become scale·score, and −∞ from the last visible key to the end of its vector; returns their peak.
        [MethodImpl(Kernel.Loop)]
        private static float ScaleAndPeak(ref float scores, int visible, float scale)
        {
            Vector512<float> lowest = Vector512.Create(float.NegativeInfinity), max = lowest;
            int i = 0;
            for (; i + Lanes.Count <= visible; i += Lanes.Count)
            {
                Vector512<float> score = Lanes.Load(ref scores, i) * scale;
                Lanes.Store(score, ref scores, i);
                max = Vector512.MaxNative(max, score);
            }
            if (i < visible)
            {
                Vector512<float> score = Vector512.ConditionalSelect(Lanes.First(visible - i), Lanes.Load(ref scores, i) * scale, lowest);
                Lanes.Store(score, ref scores, i);
                max = Vector512.MaxNative(max, score);
            }
            return PeakOfLanes(max);
        }

        // In place: scores become e^(score − peak); returns their sum, which is NaN if one of them is.
        [MethodImpl(Kernel.Loop)]
        private static float Powers(ref float scores, int visible, float peak)
        {
            Vector512<float> shift = Vector512.Create(peak), sum = Vector512<float>.Zero;
            for (int i = 0; i < visible; i += Lanes.Count)
            {
                Vector512<float> power = VectorMath.Exp(Lanes.Load(ref scores, i) - shift);
                Lanes.Store(power, ref scores, i);
                sum += power;
            }
            return VectorMath.SumLanes(sum);
        }

        // factor · Σ weight·value for 64 features, four chains at a time
        [MethodImpl(Kernel.Loop)]
        private static void FourSums(ref float y, ref float weights, ref float values, int rowStride, int keys, float factor)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int j = 0; j < keys; j++, values = ref Unsafe.Add(ref values, rowStride))
            {
                Vector512<float> weight = Vector512.Create(Unsafe.Add(ref weights, j));
                s0 = Vector512.FusedMultiplyAdd(weight, Lanes.Load(ref values, 0), s0);
                s1 = Vector512.FusedMultiplyAdd(weight, Lanes.Load(ref values, Lanes.Count), s1);
                s2 = Vector512.FusedMultiplyAdd(weight, Lanes.Load(ref values, 2 * Lanes.Count), s2);
                s3 = Vector512.FusedMultiplyAdd(weight, Lanes.Load(ref values, 3 * Lanes.Count), s3);
            }
            Lanes.Store(s0 * factor, ref y, 0);
            Lanes.Store(s1 * factor, ref y, Lanes.Count);
            Lanes.Store(s2 * factor, ref y, 2 * Lanes.Count);
            Lanes.Store(s3 * factor, ref y, 3 * Lanes.Count);
        }

        // The same for the 16 features from Lanes.At(…) on in a head of n.
        [MethodImpl(Kernel.Loop)]
        private static void OneSum(ref float y, ref float weights, ref float values, int rowStride, int keys, float factor, int n)
        {
            Vector512<float> sum = default;
            for (int j = 0; j < keys; j++, values = ref Unsafe.Add(ref values, rowStride))
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref weights, j)), Lanes.Load(ref values, 0, n), sum);
            Lanes.Store(sum * factor, ref y, 0, n);
        }
    }
}
