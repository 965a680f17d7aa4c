using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Optim;

/// <summary>
/// <see cref="Adam"/> with the decay taken out of the gradient: every weight shrinks by the same share, whatever its gradients
/// (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019). One fused pass over the memory.
/// <code>
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// w ← w·(1 − η·λ) − η·m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
/// </code>
/// Give it <see cref="ParameterGroup.Split"/>, so that biases and gains do not decay.
/// </summary>
public sealed class AdamW : Optimizer
{
    private readonly double _beta1, _beta2, _epsilon;

    /// <param name="groups">What to train.</param>
    /// <param name="beta1">β₁: how much of the average gradient is kept each step, 0 ≤ β₁ &lt; 1.</param>
    /// <param name="beta2">β₂: the same for its square.</param>
    /// <param name="epsilon">ε, outside the root, above 0.</param>
    /// <param name="weightDecay">λ: a step shrinks a weight by the share η·λ.</param>
    public AdamW(
        IReadOnlyList<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        : base(groups, weightDecay, "m", "v")
    {
        _beta1 = Setting.Fraction(nameof(AdamW), nameof(beta1), beta1);
        _beta2 = Setting.Fraction(nameof(AdamW), nameof(beta2), beta2);
        _epsilon = Setting.Positive(nameof(AdamW), nameof(epsilon), epsilon);
    }

    private protected override void Update(in ParameterStep p) => p.Backend.AdamW(
        p.Weight, p.Gradient, p.Remembered(0), p.Remembered(1),
        new AdamWStep(
            p.LearningRate, _beta1, _beta2, _epsilon, p.WeightDecay,
            Correction1: 1 - StableMath.Power(_beta1, StepCount), Correction2: 1 - StableMath.Power(_beta2, StepCount), p.GradientScale));
}
