using static Longhand.Backends.Reference.ReferenceStorage;

namespace Longhand.Backends.Reference;

/// <summary>
/// The tanh form of GELU (Hendrycks and Gimpel, 2016), which GPT-2 uses: gelu(u) = ½u(1 + tanh(c(u + a·u³))) with
/// c = √(2/π), a = 0.044715.
/// </summary>
public sealed partial class ReferenceBackend
{
    public void BiasGelu(Storage y, Storage x, Storage bias, int rows, int n)
    {
        double[] ys = Of(y), xs = Of(x), biases = Of(bias);
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < n; j++) ys[(r * n) + j] = Gelu(xs[(r * n) + j] + biases[j]);
        }
    }

    public void BiasGeluBackward(Storage dX, Storage dy, Storage x, Storage bias, int rows, int n)
    {
        double[] dXs = Of(dX), dys = Of(dy), xs = Of(x), biases = Of(bias);
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < n; j++) dXs[(r * n) + j] = dys[(r * n) + j] * GeluDerivative(xs[(r * n) + j] + biases[j]);
        }
    }

    private const double GeluCubic = 0.044715;
    private static readonly double s_geluScale = Math.Sqrt(2 / Math.PI);

    private static double Gelu(double u) => 0.5 * u * (1 + GeluTanh(u));

    /// <summary>½(1 + t) + ½u·(1 − t²)·c(1 + 3a·u²), by the product rule and tanh′ = 1 − tanh².</summary>
    private static double GeluDerivative(double u)
    {
        double t = GeluTanh(u);
        return (0.5 * (1 + t)) + (0.5 * u * (1 - (t * t)) * s_geluScale * (1 + (3 * GeluCubic * u * u)));
    }

    private static double GeluTanh(double u) => Math.Tanh(s_geluScale * (u + (GeluCubic * u * u * u)));
}
