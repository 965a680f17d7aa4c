using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>Layer norm (Ba and others, 2016) and RMS norm (Zhang and Sennrich, 2019) over rows of n.</summary>
public sealed partial class ReferenceBackend
{
    public void LayerNorm(
        Storage y, Storage mean, Storage rstd, Storage x, Storage weight, Storage bias, int rows, int n, float epsilon)
    {
        double[] ys = Of(y), means = Of(mean), rstds = Of(rstd), xs = Of(x), weights = Of(weight), biases = Of(bias);
        for (int r = 0; r < rows; r++)
        {
            double sum = 0, squares = 0;
            for (int j = 0; j < n; j++) sum += xs[(r * n) + j];
            means[r] = sum / n;
            for (int j = 0; j < n; j++) squares += Square(xs[(r * n) + j] - means[r]);
            rstds[r] = 1 / Math.Sqrt((squares / n) + epsilon);
            for (int j = 0; j < n; j++) ys[(r * n) + j] = ((xs[(r * n) + j] - means[r]) * rstds[r] * weights[j]) + biases[j];
        }
    }

    public void LayerNormBackward(
        Storage dX, Storage dWeight, Storage dBias, Storage dy, Storage x, Storage mean, Storage rstd, Storage weight, int rows, int n)
    {
        double[] dXs = Of(dX), dWeights = Of(dWeight), dBiases = Of(dBias), dys = Of(dy);
        double[] xs = Of(x), means = Of(mean), rstds = Of(rstd), weights = Of(weight);
        Array.Clear(dWeights);
        Array.Clear(dBiases);
        for (int r = 0; r < rows; r++)
        {
            double sumG = 0, sumGxHat = 0;
            for (int j = 0; j < n; j++)
            {
                int i = (r * n) + j;
                double xHat = (xs[i] - means[r]) * rstds[r], g = dys[i] * weights[j];
                sumG += g;
                sumGxHat += g * xHat;
                dWeights[j] += dys[i] * xHat;
                dBiases[j] += dys[i];
            }
            for (int j = 0; j < n; j++)
            {
                int i = (r * n) + j;
                double xHat = (xs[i] - means[r]) * rstds[r], g = dys[i] * weights[j];
                dXs[i] = rstds[r] * (g - (sumG / n) - (xHat * sumGxHat / n));
            }
        }
    }

    public void RmsNorm(Storage y, Storage rstd, Storage x, Storage weight, int rows, int n, float epsilon)
    {
        double[] ys = Of(y), rstds = Of(rstd), xs = Of(x), weights = Of(weight);
        for (int r = 0; r < rows; r++)
        {
            double squares = 0;
            for (int j = 0; j < n; j++) squares += Square(xs[(r * n) + j]);
            rstds[r] = 1 / Math.Sqrt((squares / n) + epsilon);
            for (int j = 0; j < n; j++) ys[(r * n) + j] = xs[(r * n) + j] * rstds[r] * weights[j];
        }
    }

    public void RmsNormBackward(
        Storage dX, Storage dWeight, Storage dy, Storage x, Storage rstd, Storage weight, int rows, int n)
    {
        double[] dXs = Of(dX), dWeights = Of(dWeight), dys = Of(dy), xs = Of(x), rstds = Of(rstd), weights = Of(weight);
        Array.Clear(dWeights);
        for (int r = 0; r < rows; r++)
        {
            double sumGxHat = 0;
            for (int j = 0; j < n; j++)
            {
                int i = (r * n) + j;
                double xHat = xs[i] * rstds[r];
                sumGxHat += dys[i] * weights[j] * xHat;
                dWeights[j] += dys[i] * xHat;
            }
            for (int j = 0; j < n; j++)
            {
                int i = (r * n) + j;
                double xHat = xs[i] * rstds[r], g = dys[i] * weights[j];
                dXs[i] = rstds[r] * (g - (xHat * sumGxHat / n));
            }
        }
    }

    private static double Square(double x) => x * x;
}
