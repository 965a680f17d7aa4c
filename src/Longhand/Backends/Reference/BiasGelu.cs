using Longhand.Numerics;
using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>A bias and the tanh form of GELU (Hendrycks and Gimpel, 2016), which GPT-2 uses.</summary>
public sealed partial class ReferenceBackend
{
    public void BiasGelu(Storage y, Storage x, Storage bias, int rows, int n)
    {
        double[] ys = Of(y), xs = Of(x), biases = Of(bias);
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < n; j++) ys[(r * n) + j] = GeluFormula.Value(xs[(r * n) + j] + biases[j]);
        }
    }

    public void BiasGeluBackward(Storage dX, Storage dy, Storage x, Storage bias, int rows, int n)
    {
        double[] dXs = Of(dX), dys = Of(dy), xs = Of(x), biases = Of(bias);
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < n; j++) dXs[(r * n) + j] = dys[(r * n) + j] * GeluFormula.Slope(xs[(r * n) + j] + biases[j]);
        }
    }
}
