using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// Two classes: the probability of class 1 is p = σ(z), z = x·w + b, with σ the sigmoid; trained on the cross-entropy by gradient descent
/// (Cox, 1958). The boundary p = ½ is where z = 0: a straight line.
/// <para>Shapes: X is (n, in), W (in, 1), b (1, 1), P and the targets T, each 0 or 1, (n, 1).</para>
/// <para>Left out: Newton's method, and more than two classes (see <see cref="SoftmaxRegression"/>).</para>
/// </summary>
public sealed class LogisticRegression(int inputs)
{
    /// <summary>From 0: the loss is convex, so it does not matter where to start.</summary>
    public Matrix W { get; set; } = new(inputs, 1);

    public Matrix B { get; set; } = new(1, 1);

    public Penalty Penalty { get; init; } = Penalty.None;

    /// <summary>Z: the logits; P: the probabilities of class 1.</summary>
    public sealed record Cache(Matrix X, Matrix Z, Matrix P);

    public sealed record Gradients(Matrix DX, Matrix DW, Matrix DB);

    public Cache Forward(Matrix x)
    {
        Matrix z = (x * W) + B;
        return new Cache(x, z, Activation.Sigmoid.Of(z));
    }

    /// <summary>The mean cross-entropy and the penalty.</summary>
    public double Loss(Cache cache, Matrix t) => CrossEntropy(cache.Z, t) + Penalty.Of(W);

    /// <summary>
    /// How surprised p is by the labels: L = −1/n·Σ(t·ln p + (1 − t)·ln(1 − p)), computed from z, so that p = 0 or 1 by rounding
    /// does no harm.
    /// <code>
    /// −ln σ(z) = ln(1 + e⁻ᶻ) = ln(1 + eᶻ) − z,    −ln(1 − σ(z)) = ln(1 + eᶻ),    so each row costs  ln(1 + eᶻ) − t·z
    /// and  ln(1 + eᶻ) = max(z, 0) + ln(1 + e^(−|z|)),  which cannot overflow.
    /// </code>
    /// </summary>
    public static double CrossEntropy(Matrix z, Matrix t) =>
        (z.Map(static z => Math.Max(z, 0) + StableMath.Log(1 + StableMath.Exp(-Math.Abs(z)))) - t.Hadamard(z)).Sum() / t.Rows;

    /// <summary>
    /// <code>
    /// ∂L/∂p = 1/n·(−t/p + (1 − t)/(1 − p)) = 1/n·(p − t) / (p·(1 − p))
    /// ∂p/∂z = p·(1 − p), and the product cancels:       dZ = (P − T)/n
    /// From here on it is linear regression:             dW = Xᵀ·dZ,  db = Σ dZ,  dX = dZ·Wᵀ
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
