using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Backends.Cpu;

/// <content>Cross-entropy of logits and its gradient, without ever storing the probabilities.</content>
public sealed partial class CpuBackend
{
    public unsafe void CrossEntropy(
        Storage losses, Storage lse, Storage logits, ReadOnlySpan<int> targets, int n, int ignored, float smoothing)
    {
        int rows = targets.Length;
        CheckTargets(targets, n, ignored);
        Floats loss = Kernel.Floats(losses, rows), lses = Kernel.Floats(lse, rows), xs = Kernel.Floats(logits, (long)rows * n);
        fixed (int* pinned = targets)
        {
            _workers.For(rows, Kernel.Minimum(4L * n), new CrossEntropyJob(loss, lses, xs, pinned, n, ignored, smoothing));
        }
    }

    public unsafe void CrossEntropyBackward(
        Storage dLogits, Storage dLosses, Storage lse, Storage logits, ReadOnlySpan<int> targets, int n, int ignored, float smoothing)
    {
        int rows = targets.Length;
        CheckTargets(targets, n, ignored);
        Floats dXs = Kernel.Floats(dLogits, (long)rows * n), xs = Kernel.Floats(logits, (long)rows * n);
        Floats dLoss = Kernel.Floats(dLosses, rows), lses = Kernel.Floats(lse, rows);
        fixed (int* pinned = targets)
        {
            _workers.For(rows, Kernel.Minimum(4L * n),
                new CrossEntropyBackwardJob(dXs, dLoss, lses, xs, pinned, n, ignored, smoothing));
        }
    }

    private static void CheckTargets(ReadOnlySpan<int> targets, int n, int ignored)
    {
        foreach (int target in targets)
        {
            if ((uint)target >= (uint)n && target != ignored)
                throw new ArgumentOutOfRangeException(nameof(targets), $"The target {target} is not in 0 … {n - 1}.");
        }
    }

    private readonly unsafe struct CrossEntropyJob(
        Floats losses, Floats lse, Floats logits, int* targets, int n, int ignored, float smoothing) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            // One vector logarithm for 16 rows: losses holds the maxima meanwhile.
            for (int first = start; first < end; first += Lanes.Count)
            {
                int rows = Math.Min(Lanes.Count, end - first);
                for (int row = first; row < first + rows; row++) losses[row] = Peak(ref logits.At((long)row * n), n);
                for (int row = first; row < first + rows; row++)
                    lse[row] = SumOfPowers(ref logits.At((long)row * n), n, losses[row]);
                ref float sums = ref lse.At(first);
                ref float maxima = ref losses.At(first);
                if (rows == Lanes.Count) Lanes.Store(Lanes.Load(ref maxima, 0) + VectorMath.Log(Lanes.Load(ref sums, 0)), ref sums, 0);
                else
                    for (int row = first; row < end; row++) lse[row] = losses[row] + Log(lse[row]);
                for (int row = first; row < first + rows; row++) losses[row] = Loss(row);
            }
        }

        private float Loss(int row)
        {
            int target = targets[row];
            if (target == ignored) return 0;
            ref float xs = ref logits.At((long)row * n);
            float loss = lse[row] - ((1 - smoothing) * logits[((long)row * n) + target]);
            // Without smoothing the sum is left out: 0·Σx would be NaN for a logit of −∞.
            return smoothing == 0 ? loss : loss - (smoothing / n * SumRow(ref xs, n));
        }
    }

    private readonly unsafe struct CrossEntropyBackwardJob(
        Floats dLogits, Floats dLosses, Floats lse, Floats logits, int* targets, int n, int ignored, float smoothing) : IRangeJob
    {
        [MethodImpl(Kernel.Loop)]
        public void Run(int start, int end)
        {
            Vector512<float> share = Vector512.Create(smoothing / n);
            for (int row = start; row < end; row++)
            {
                long first = (long)row * n;
                if (targets[row] == ignored)
                {
                    dLogits.AsSpan((int)first, n).Clear();
                    continue;
                }
                ref float xs = ref logits.At(first);
                ref float dXs = ref dLogits.At(first);
                Vector512<float> shift = Vector512.Create(lse[row]), dLoss = Vector512.Create(dLosses[row]);
                int i = 0;
                for (; i + Lanes.Count <= n; i += Lanes.Count)
                    Lanes.Store(dLoss * (VectorMath.Exp(Lanes.Load(ref xs, i) - shift) - share), ref dXs, i);
                if (i < n) Last(ref dXs, ref xs, shift, dLoss, share);
                dLogits[first + targets[row]] -= dLosses[row] * (1 - smoothing);
            }
        }

        [MethodImpl(Kernel.Loop)]
        private void Last(ref float dXs, ref float xs, Vector512<float> shift, Vector512<float> dLoss, Vector512<float> share)
        {
            int at = Lanes.At(n, n);
            Lanes.Store(dLoss * (VectorMath.Exp(Lanes.Load(ref xs, at, n) - shift) - share), ref dXs, at, n);
        }
    }
}
