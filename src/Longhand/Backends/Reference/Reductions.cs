using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>Many numbers to one.</summary>
public sealed partial class ReferenceBackend
{
    public void Sum(Storage y, Storage x, int outer, int n, int inner)
    {
        double[] ys = Of(y), xs = Of(x);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                double sum = 0;
                for (int j = 0; j < n; j++) sum += xs[(((o * n) + j) * inner) + i];
                ys[(o * inner) + i] = sum;
            }
        }
    }

    public void Max(Storage y, Storage x, int outer, int n, int inner)
    {
        double[] ys = Of(y), xs = Of(x);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                double max = double.NegativeInfinity;
                for (int j = 0; j < n; j++) max = Math.Max(max, xs[(((o * n) + j) * inner) + i]);    // Math.Max lets NaN win
                ys[(o * inner) + i] = max;
            }
        }
    }

    public double SumOfSquares(Storage x)
    {
        double sum = 0;
        foreach (double value in Of(x)) sum += value * value;
        return sum;
    }

    public bool AllFinite(Storage x)
    {
        foreach (double value in Of(x))
        {
            if (!double.IsFinite(value)) return false;
        }
        return true;
    }
}
