using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// One linear layer as a part of something larger: Y = X·W + b, and the way back from any dY.
/// <para>Shapes: X is (n, in), W (in, out), b (1, out), Y (n, out).</para>
/// <para>Left out: the bend (see <see cref="Activation"/>) and the loss.</para>
/// </summary>
public sealed class Linear(int inputs, int outputs, Rng rng, double? deviation = null)
{
    /// <summary>From normal draws, of variance 1/in unless told otherwise, so that Y is about as large as X.</summary>
    public Matrix W { get; set; } = Matrix.Normal(inputs, outputs, rng, deviation ?? Math.Sqrt(1.0 / inputs));

    /// <summary>From 0.</summary>
    public Matrix B { get; set; } = new(1, outputs);

    public sealed record Cache(Matrix X, Matrix Y);

    public sealed record Gradients(Matrix DX, Matrix DW, Matrix DB);

    public Cache Forward(Matrix x) => new(x, (x * W) + B);

    /// <summary>
    /// <code>
    /// Yᵢⱼ = Σₖ Xᵢₖ·Wₖⱼ + bⱼ, so by the chain rule, adding up over every Y that is touched:
    /// dXᵢₖ = Σⱼ dYᵢⱼ·Wₖⱼ      dX = dY·Wᵀ
    /// dWₖⱼ = Σᵢ Xᵢₖ·dYᵢⱼ      dW = Xᵀ·dY
    /// dbⱼ = Σᵢ dYᵢⱼ           db = the sum of the rows of dY
    /// </code>
    /// A check that needs no memory: only one order and one transpose make the shapes fit.
    /// </summary>
    public Gradients Backward(Cache cache, Matrix dY) => new(DX: dY * W.T, DW: cache.X.T * dY, DB: dY.SumDown());

    public void Descend(Gradients gradients, double learningRate)
    {
        W -= learningRate * gradients.DW;
        B -= learningRate * gradients.DB;
    }
}
