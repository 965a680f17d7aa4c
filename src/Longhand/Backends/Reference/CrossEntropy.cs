using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>
/// Cross-entropy of a row of logits against the smoothed target q = (1−s)·[j = t] + s/n: −Σ q·(x − lse) = lse − Σ q·x,
/// because q sums to 1. Its derivative is e^(x−lse) − q.
/// </summary>
public sealed partial class ReferenceBackend
{
    public void CrossEntropy(
        Storage losses, Storage lse, Storage logits, ReadOnlySpan<int> targets, int n, int ignored, float smoothing)
    {
        double[] loss = Of(losses), lses = Of(lse), xs = Of(logits);
        double s = smoothing;
        for (int r = 0; r < targets.Length; r++)
        {
            ReadOnlySpan<double> row = xs.AsSpan(r * n, n);
            lses[r] = LogSumExp(row);
            loss[r] = 0;
            if (targets[r] == ignored) continue;

            loss[r] = lses[r] - ((1 - s) * row[targets[r]]);
            if (s == 0) continue;                        // 0·Σx would be NaN for a row with a logit of −∞
            double sum = 0;
            foreach (double x in row) sum += x;
            loss[r] -= s / n * sum;
        }
    }

    public void CrossEntropyBackward(
        Storage dLogits, Storage dLosses, Storage lse, Storage logits, ReadOnlySpan<int> targets, int n, int ignored, float smoothing)
    {
        double[] dXs = Of(dLogits), dLoss = Of(dLosses), lses = Of(lse), xs = Of(logits);
        double s = smoothing;
        for (int r = 0; r < targets.Length; r++)
        {
            for (int j = 0; j < n; j++)
            {
                int i = (r * n) + j;
                double q = (j == targets[r] ? 1 - s : 0) + (s / n);
                dXs[i] = targets[r] == ignored ? 0 : dLoss[r] * (Math.Exp(xs[i] - lses[r]) - q);
            }
        }
    }
}
