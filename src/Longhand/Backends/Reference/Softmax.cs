using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>
/// Softmax and its logarithm over rows of n. The maximum is taken off first, which changes nothing in the quotient
/// e^x / Σ e^x and keeps every power at or below 1.
/// </summary>
public sealed partial class ReferenceBackend
{
    public void Softmax(Storage y, Storage x, int rows, int n)
    {
        double[] ys = Of(y), xs = Of(x);
        for (int start = 0; start < rows * n; start += n)
        {
            (double max, double sum) = MaxAndSum(xs.AsSpan(start, n));
            for (int i = start; i < start + n; i++) ys[i] = sum == 0 ? 0 : Math.Exp(xs[i] - max) / sum;
        }
    }

    public void SoftmaxBackward(Storage dX, Storage dy, Storage y, int rows, int n)
    {
        double[] dXs = Of(dX), dys = Of(dy), ys = Of(y);
        for (int start = 0; start < rows * n; start += n)
        {
            double dot = 0;
            for (int i = start; i < start + n; i++) dot += dys[i] * ys[i];
            for (int i = start; i < start + n; i++) dXs[i] = ys[i] * (dys[i] - dot);
        }
    }

    public void LogSoftmax(Storage y, Storage x, int rows, int n)
    {
        double[] ys = Of(y), xs = Of(x);
        for (int start = 0; start < rows * n; start += n)
        {
            (double max, double sum) = MaxAndSum(xs.AsSpan(start, n));
            for (int i = start; i < start + n; i++) ys[i] = xs[i] - max - Math.Log(sum);
        }
    }

    public void LogSoftmaxBackward(Storage dX, Storage dy, Storage y, int rows, int n)
    {
        double[] dXs = Of(dX), dys = Of(dy), ys = Of(y);
        for (int start = 0; start < rows * n; start += n)
        {
            double sum = 0;
            for (int i = start; i < start + n; i++) sum += dys[i];
            for (int i = start; i < start + n; i++) dXs[i] = dys[i] - (Math.Exp(ys[i]) * sum);
        }
    }

    /// <summary>
    /// The maximum of a row and Σ e^(x−max). A row that is −∞ everywhere has no largest power to divide by (−∞ − −∞ is not a
    /// number): its sum is the mathematical one, 0.
    /// </summary>
    private static (double Max, double Sum) MaxAndSum(ReadOnlySpan<double> row)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (double x in row) max = Math.Max(max, x);
        if (double.IsNegativeInfinity(max)) return (max, 0);
        foreach (double x in row) sum += Math.Exp(x - max);
        return (max, sum);
    }

    /// <summary>ln Σ e^x of a row; −∞ for the sum 0.</summary>
    private static double LogSumExp(ReadOnlySpan<double> row)
    {
        (double max, double sum) = MaxAndSum(row);
        return max + Math.Log(sum);
    }
}
