using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Optim;

/// <summary>
/// Momentum divided by a running root mean square, both corrected for having started at 0 (Kingma and Ba, Adam: A Method for
/// Stochastic Optimization, 2015).
/// <code>
/// g = gradient + λ·w
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// w ← w − η·m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
/// </code>
/// After t steps the weights in m add up to 1 − β₁ᵗ, not 1; dividing by it makes m̂ an average. Here λ·w is averaged and divided
/// like the rest, so weights with large gradients hardly decay; <see cref="AdamW"/> mends that. Left out: AMSGrad.
/// </summary>
public sealed class Adam : Optimizer
{
    private readonly double _beta1, _beta2, _epsilon;

    /// <param name="groups">What to train.</param>
    /// <param name="beta1">β₁: how much of the average gradient is kept each step, 0 ≤ β₁ &lt; 1.</param>
    /// <param name="beta2">β₂: the same for its square.</param>
    /// <param name="epsilon">ε, outside the root, above 0.</param>
    /// <param name="weightDecay">λ, added to the gradient as λ·w.</param>
    public Adam(
        IReadOnlyList<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : base(groups, weightDecay, "m", "v")
    {
        _beta1 = Setting.Fraction(nameof(Adam), nameof(beta1), beta1);
        _beta2 = Setting.Fraction(nameof(Adam), nameof(beta2), beta2);
        _epsilon = Setting.Positive(nameof(Adam), nameof(epsilon), epsilon);
    }

    private protected override void Update(in ParameterStep p) => Apply(
        p.Backend, p.Weight, DecayedGradient(p), p.Remembered(0), p.Remembered(1),
        new AdamWStep(
            p.LearningRate, _beta1, _beta2, _epsilon, WeightDecay: 0,
            Correction1: 1 - StableMath.Power(_beta1, StepCount), Correction2: 1 - StableMath.Power(_beta2, StepCount), GradientScale: 1));

    /// <summary>
    /// <see cref="IBackend.AdamW"/> written out: the fused kernel gives these bits in one pass. The gradient has been scaled.
    /// </summary>
    internal static void Apply(IBackend backend, Storage w, Storage g, Storage m, Storage v, in AdamWStep step)
    {
        backend.Map(new WeightedSum(1 - step.Beta1, step.Beta1), m, g, m);
        backend.Map(new AverageOfSquares(step.Beta2), v, v, g);
        backend.Map(new Descend(step), w, w, m, v);
    }

    private readonly struct Descend(AdamWStep step) : ITernary
    {
        private readonly float _keep = (float)(1 - (step.LearningRate * step.WeightDecay));
        private readonly float _rate = (float)(step.LearningRate / step.Correction1);
        private readonly float _correction2 = (float)(1 / step.Correction2), _epsilon = (float)step.Epsilon;

        public double Apply(double w, double m, double v) =>
            (w * (1 - (step.LearningRate * step.WeightDecay)))
            - (step.LearningRate * (m / step.Correction1) / (Math.Sqrt(v / step.Correction2) + step.Epsilon));

        public Vector512<float> Apply(Vector512<float> w, Vector512<float> m, Vector512<float> v)
        {
            Vector512<float> spread = VectorMath.Sqrt(v * _correction2) + Vector512.Create(_epsilon);
            return Vector512.FusedMultiplyAdd(w, Vector512.Create(_keep), -(m * _rate / spread));
        }
    }
}
