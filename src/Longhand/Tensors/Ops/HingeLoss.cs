namespace Longhand.Tensors;

/// <summary>
/// The loss of the support vector machine (Cortes and Vapnik, 1995) for N scores x and labels t of −1 or +1:
/// loss = (1/N)·Σ max(0, 1 − t·x). It is 0 once a score has the right sign with a margin of 1, so points that are clear
/// already no longer matter.
/// dx = −t/N where t·x &lt; 1, else 0. No gradient flows to the labels.
/// </summary>
public sealed partial class Tensor
{
    /// <param name="labels">−1 or +1 for each score, in the same shape; labels of 0 and 1 are turned by 2·t − 1.</param>
    /// <exception cref="ShapeException">The shapes differ, or there is nothing to take a mean of.</exception>
    public Tensor HingeLoss(Tensor labels)
    {
        Check.Targets("HingeLoss", Shape, labels.Shape);
        return (1 - (labels.Detach() * this)).Relu().Mean();
    }
}
