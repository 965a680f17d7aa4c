using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Optim;

/// <summary>
/// Steps whose size comes from the steps before: the ratio of two running root mean squares, of steps and of gradients, gives Δ
/// the unit of w, so no learning rate is needed (Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012).
/// <code>
/// g = gradient + λ·w
/// v ← ρ·v + (1 − ρ)·g²
/// Δ = g·√(u + ε) / √(v + ε)
/// u ← ρ·u + (1 − ρ)·Δ²
/// w ← w − η·Δ
/// </code>
/// The paper has η = 1. ε also sets the size of the first steps, when u is still 0.
/// </summary>
public sealed class AdaDelta : Optimizer
{
    private readonly double _rho, _epsilon;

    /// <param name="groups">What to train.</param>
    /// <param name="rho">ρ: how much of the averages is kept each step, 0 ≤ ρ &lt; 1.</param>
    /// <param name="epsilon">ε, inside both roots, above 0.</param>
    /// <param name="weightDecay">λ, added to the gradient as λ·w.</param>
    public AdaDelta(IReadOnlyList<ParameterGroup> groups, double rho = 0.9, double epsilon = 1e-6, double weightDecay = 0)
        : base(groups, weightDecay, "gradient_square", "step_square")
    {
        _rho = Setting.Fraction(nameof(AdaDelta), nameof(rho), rho);
        _epsilon = Setting.Positive(nameof(AdaDelta), nameof(epsilon), epsilon);
    }

    private protected override void Update(in ParameterStep p)
    {
        Storage g = DecayedGradient(p), v = p.Remembered(0), u = p.Remembered(1);
        p.Backend.Map(new AverageOfSquares(_rho), v, v, g);
        Storage delta = g;
        p.Backend.Map(new Delta(_epsilon), delta, g, u, v);
        p.Backend.Map(new AverageOfSquares(_rho), u, u, delta);
        p.Backend.Map(new WeightedSum(1, -p.LearningRate), p.Weight, p.Weight, delta);
    }

    private readonly struct Delta(double epsilon) : ITernary
    {
        private readonly float _epsilon = (float)epsilon;

        public double Apply(double g, double u, double v) => g * Math.Sqrt(u + epsilon) / Math.Sqrt(v + epsilon);

        public Vector512<float> Apply(Vector512<float> g, Vector512<float> u, Vector512<float> v)
        {
            Vector512<float> e = Vector512.Create(_epsilon);
            return g * VectorMath.Sqrt(u + e) / VectorMath.Sqrt(v + e);
        }
    }
}
