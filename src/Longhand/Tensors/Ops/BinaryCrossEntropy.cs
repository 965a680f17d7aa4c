namespace Longhand.Tensors;

/// <summary>
/// The cross-entropy between N logits x and targets t from 0 to 1, the probability of "yes", in nats: with p = σ(x),
/// loss = −mean of t·ln p + (1 − t)·ln(1 − p).
/// <para>
/// σ(x) rounds to 1 above 17 and its logarithm loses everything, so it is never formed: −ln σ(x) = ln(1 + e⁻ˣ) = softplus(−x) and
/// −ln(1 − σ(x)) = softplus(x), hence loss = mean of t·softplus(−x) + (1 − t)·softplus(x). Both terms are positive, so nothing
/// cancels (as it does in softplus(x) − t·x), and softplus overflows nowhere.
/// </para>
/// <para>
/// dx = (σ(x) − t)/N: softplus′ = σ gives (1 − t)·σ(x) − t·σ(−x), and σ(−x) = 1 − σ(x). The targets get dt = −x/N.
/// </para>
/// </summary>
public sealed partial class Tensor
{
    /// <param name="targets">From 0 to 1 for each logit, in the same shape.</param>
    /// <exception cref="ShapeException">The shapes differ, or there is nothing to take a mean of.</exception>
    public Tensor BinaryCrossEntropy(Tensor targets)
    {
        Check.Targets("BinaryCrossEntropy", Shape, targets.Shape);
        return ((targets * (-this).Softplus()) + ((1 - targets) * Softplus())).Mean();
    }
}
