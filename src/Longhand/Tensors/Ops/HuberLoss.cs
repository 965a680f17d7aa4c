namespace Longhand.Tensors;

/// <summary>
/// A parabola near the target and straight lines far from it (Huber, 1964), so that small errors are weighed like squares and
/// outliers like absolute values. With e = x − t and c = e limited to −δ … δ:
/// loss = mean of c·(e − c/2), which is e²/2 where |e| ≤ δ, and δ·(|e| − δ/2) beyond.
/// <para>
/// dx = c/N, dt = −dx. Inside, c = e and the derivative of e²/2 is e; outside, c = ±δ is constant, and so is the slope.
/// </para>
/// </summary>
public sealed partial class Tensor
{
    /// <param name="targets">The same shape as the predictions.</param>
    /// <param name="delta">δ, the error at which the parabola ends, in the targets' unit; above 0.</param>
    /// <exception cref="ShapeException">The shapes differ, or there is nothing to take a mean of.</exception>
    public Tensor HuberLoss(Tensor targets, float delta = 1)
    {
        Check.Targets("HuberLoss", Shape, targets.Shape);
        if (!(delta > 0 && float.IsFinite(delta)))
            throw new ArgumentOutOfRangeException(nameof(delta), FormattableString.Invariant(
                $"HuberLoss: delta is {delta} but must be above 0 and finite. Hint: for straight lines only, use MeanAbsoluteError."));
        Tensor error = this - targets, near = error.Clamp(-delta, delta);
        return (near * (error - (near * 0.5))).Mean();
    }
}
