namespace Longhand.Tensors;

/// <summary>
/// The mean of the squared errors of N predictions x of targets t: loss = (1/N)·Σ(x − t)². Half of it, but for a constant, is the
/// mean of −ln p(t) where p is normal around x with variance 1. Its best constant prediction is the mean of the targets.
/// dx = 2(x − t)/N, dt = −dx: twice the error means twice the pull, and one outlier can outweigh all the rest.
/// </summary>
public sealed partial class Tensor
{
    /// <param name="targets">The same shape as the predictions: nothing is broadcast here, because (N, 1) against (N) would give N² errors.</param>
    /// <exception cref="ShapeException">The shapes differ, or there is nothing to take a mean of.</exception>
    public Tensor MeanSquaredError(Tensor targets)
    {
        Check.Targets("MeanSquaredError", Shape, targets.Shape);
        Tensor error = this - targets;
        return (error * error).Mean();
    }
}
