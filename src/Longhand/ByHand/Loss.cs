namespace Longhand.ByHand;

/// <summary>
/// What a network is trained to make small, with the bend of its last layer: from the last layer's sums Z and the targets T to one
/// number, and the way back to Z. Losses are means over the n rows.
/// <para>Left out: losses that are not smooth (absolute, hinge); the tensor engine has them.</para>
/// </summary>
public abstract class Loss
{
    /// <summary>L.</summary>
    public abstract double Of(Matrix z, Matrix t);

    /// <summary>What the network answers: φ(Z), a probability for the two cross-entropies.</summary>
    public abstract Matrix Output(Matrix z);

    /// <summary>∂L/∂Z, the δ of the last layer.</summary>
    public abstract Matrix Delta(Matrix z, Matrix t);

    /// <summary>L = 1/(2n)·Σ(φ(Z) − T)². By the chain rule δ = (φ(Z) − T)/n ⊙ φ′(Z).</summary>
    public static Loss Squared(Activation output) => new SquaredLoss(output);

    /// <summary>L = 1/(2n)·Σ(Z − T)², for a network that answers with numbers.</summary>
    public static Loss SquaredError { get; } = new SquaredLoss(Activation.Identity);

    /// <summary>The cross-entropy of σ(Z), for a column that is 0 or 1; δ = (σ(Z) − T)/n, derived in <see cref="LogisticRegression"/>.</summary>
    public static Loss Logistic { get; } = new LogisticLoss();

    /// <summary>
    /// The cross-entropy of softmax(Z), for one column for each class; δ = (softmax(Z) − T)/n, derived in <see cref="SoftmaxRegression"/>.
    /// </summary>
    public static Loss SoftmaxCrossEntropy { get; } = new SoftmaxLoss();

    private sealed class SquaredLoss(Activation output) : Loss
    {
        public override double Of(Matrix z, Matrix t)
        {
            Matrix error = Matrix.Errors(output.Of(z), t);
            return error.Hadamard(error).Sum() / (2 * t.Rows);
        }

        public override Matrix Output(Matrix z) => output.Of(z);

        public override Matrix Delta(Matrix z, Matrix t) => (Matrix.Errors(output.Of(z), t) / t.Rows).Hadamard(output.SlopeAt(z));
    }

    private sealed class LogisticLoss : Loss
    {
        public override double Of(Matrix z, Matrix t) => LogisticRegression.CrossEntropy(z, t);

        public override Matrix Output(Matrix z) => Activation.Sigmoid.Of(z);

        public override Matrix Delta(Matrix z, Matrix t) => Matrix.Errors(Output(z), t) / t.Rows;
    }

    private sealed class SoftmaxLoss : Loss
    {
        public override double Of(Matrix z, Matrix t) => SoftmaxRegression.CrossEntropy(z, t);

        public override Matrix Output(Matrix z) => Softmax.Of(z);

        public override Matrix Delta(Matrix z, Matrix t) => Matrix.Errors(Output(z), t) / t.Rows;
    }
}
