namespace Longhand.ByHand;

/// <summary>
/// Any number of classes: the probabilities are P = softmax(Z), Z = X·W + b, one column for each class, trained on the cross-entropy.
/// Between any two classes the boundary is still straight.
/// <para>Shapes: X is (n, in), W (in, classes), b (1, classes), P and the targets T (n, classes); a row of T is 1 at its class and 0 elsewhere.</para>
/// <para>Left out: hidden layers (see <see cref="Mlp"/>).</para>
/// </summary>
public sealed class SoftmaxRegression(int inputs, int classes)
{
    /// <summary>From 0: the loss is convex, so it does not matter where to start.</summary>
    public Matrix W { get; set; } = new(inputs, classes);

    public Matrix B { get; set; } = new(1, classes);

    public Penalty Penalty { get; init; } = Penalty.None;

    /// <summary>Z: the logits; P: the probabilities.</summary>
    public sealed record Cache(Matrix X, Matrix Z, Matrix P);

    public sealed record Gradients(Matrix DX, Matrix DW, Matrix DB);

    public Cache Forward(Matrix x)
    {
        Matrix z = (x * W) + B;
        return new Cache(x, z, Softmax.Of(z));
    }

    /// <summary>The mean cross-entropy and the penalty.</summary>
    public double Loss(Cache cache, Matrix t) => CrossEntropy(cache.Z, t) + Penalty.Of(W);

    /// <summary>L = −1/n·Σ t·ln p, from the logits: ln pⱼ = zⱼ − ln Σ eᶻ, and the t of a row add up to 1.</summary>
    public static double CrossEntropy(Matrix z, Matrix t) => (Softmax.LogSum(z).Sum() - t.Hadamard(z).Sum()) / t.Rows;

    /// <summary>
    /// <code>
    /// One row of the loss is  ln Σₖ e^(zₖ) − Σⱼ tⱼ·zⱼ.
    /// ∂/∂zⱼ of the first term is e^(zⱼ) / Σₖ e^(zₖ) = pⱼ, of the second tⱼ:     dZ = (P − T)/n
    /// From here on it is linear regression:                               dW = Xᵀ·dZ,  db = Σ dZ,  dX = dZ·Wᵀ
    /// </code>
    /// </summary>
    public Gradients Backward(Cache cache, Matrix t)
    {
        Matrix dZ = Matrix.Errors(cache.P, t) / t.Rows;
        return new Gradients(
            DX: dZ * W.T,
            DW: (cache.X.T * dZ) + Penalty.Gradient(W),
            DB: dZ.SumDown());
    }

    /// <summary>One step of gradient descent.</summary>
    /// <returns>The loss before the step.</returns>
    public double Step(Matrix x, Matrix t, double learningRate)
    {
        Cache cache = Forward(x);
        double loss = Loss(cache, t);
        Gradients gradients = Backward(cache, t);
        W -= learningRate * gradients.DW;
        B -= learningRate * gradients.DB;
        return loss;
    }
}
