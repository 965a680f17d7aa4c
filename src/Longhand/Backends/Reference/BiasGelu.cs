using Longhand.Numerics;
using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>A bias and the tanh form of GELU (Hendrycks and Gimpel, 2016), which GPT-2 uses.</summary>
public sealed partial class ReferenceBackend
{
    public void BiasGelu(Storage y, Storage? slope, Storage x, Storage bias, int rows, int n)
    {
        double[] ys = Of(y), xs = Of(x), biases = Of(bias);
        double[]? slopes = slope is null ? null : Of(slope);
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0, i = r * n; j < n; j++, i++)
            {
                double z = xs[i] + biases[j];
                ys[i] = GeluFormula.Value(z);
                if (slopes is not null) slopes[i] = GeluFormula.Slope(z);
            }
        }
    }
}
