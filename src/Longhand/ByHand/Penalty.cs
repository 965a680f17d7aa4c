namespace Longhand.ByHand;

/// <summary>
/// What large weights cost: R(W) = l1·Σ|w| + ½·l2·Σw², added to the loss; biases go free.
/// <code>
/// dR/dw = l1·sign(w) + l2·w
/// L2 pulls in proportion to the weight: all shrink, none becomes zero (ridge; Hoerl and Kennard, 1970).
/// L1 pulls with the same force however small the weight: many end near zero (lasso; Tibshirani, 1996).
/// </code>
/// <para>Left out: decay beside the gradient instead of in it, which differs once steps are scaled as Adam's are (see Optim's AdamW).</para>
/// </summary>
public sealed record Penalty(double L1 = 0, double L2 = 0)
{
    public static Penalty None { get; } = new();

    /// <summary>R(W).</summary>
    public double Of(Matrix w) => (L1 * w.Map(Math.Abs).Sum()) + (L2 / 2 * w.Hadamard(w).Sum());

    /// <summary>∂R/∂W; at w = 0, where |w| has no slope, the L1 part is 0.</summary>
    public Matrix Gradient(Matrix w) => (L1 * w.Map(Sign)) + (L2 * w);

    // Math.Sign throws on NaN; a training that diverged should show its NaN instead.
    private static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : x;
}
