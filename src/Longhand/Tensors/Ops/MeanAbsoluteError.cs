namespace Longhand.Tensors;

/// <summary>
/// The mean of the absolute errors of N predictions x of targets t: loss = (1/N)·Σ|x − t|. Its best constant prediction is the
/// median of the targets, so outliers do not pull it.
/// dx = sign(x − t)/N, dt = −dx: the gradient does not shrink near the target, and is 0 only where the error is exactly 0.
/// </summary>
public sealed partial class Tensor
{
    /// <param name="targets">The same shape as the predictions.</param>
    /// <exception cref="ShapeException">The shapes differ, or there is nothing to take a mean of.</exception>
    public Tensor MeanAbsoluteError(Tensor targets)
    {
        Check.Targets("MeanAbsoluteError", Shape, targets.Shape);
        return (this - targets).Abs().Mean();
    }
}
