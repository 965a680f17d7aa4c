using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Optim;

/// <summary>
/// The gradient divided by its running root mean square, so that every weight moves at about the same pace (Tieleman and
/// Hinton, Lecture 6.5 of Neural Networks for Machine Learning, 2012; centered: Graves, Generating Sequences With Recurrent
/// Neural Networks, 2013).
/// <code>
/// g = gradient + λ·w
/// v ← α·v + (1 − α)·g²
/// a ← α·a + (1 − α)·g               centered only; a = 0 otherwise
/// d = g / (√(v − a²) + ε)
/// w ← w − η·d                       without momentum
/// u ← μ·u + d,  w ← w − η·u         with momentum
/// </code>
/// </summary>
public sealed class RmsProp : Optimizer
{
    private readonly double _smoothing, _epsilon, _momentum;
    private readonly bool _centered;

    /// <param name="groups">What to train.</param>
    /// <param name="smoothing">α: how much of the averages is kept each step, 0 ≤ α &lt; 1.</param>
    /// <param name="epsilon">ε, outside the root, above 0.</param>
    /// <param name="momentum">μ: the share of the last step that goes on, 0 ≤ μ &lt; 1; 0 keeps no state.</param>
    /// <param name="centered">Divide by the deviation of the gradient instead of its root mean square.</param>
    /// <param name="weightDecay">λ, added to the gradient as λ·w.</param>
    public RmsProp(
        IReadOnlyList<ParameterGroup> groups, double smoothing = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false,
        double weightDecay = 0)
        : base(groups, weightDecay, (centered, momentum > 0) switch
        {
            (false, false) => ["square"],
            (false, true) => ["square", "momentum"],
            (true, false) => ["square", "mean"],
            (true, true) => ["square", "mean", "momentum"],
        })
    {
        _smoothing = Setting.Fraction(nameof(RmsProp), nameof(smoothing), smoothing);
        _epsilon = Setting.Positive(nameof(RmsProp), nameof(epsilon), epsilon);
        _momentum = Setting.Fraction(nameof(RmsProp), nameof(momentum), momentum);
        _centered = centered;
    }

    private protected override void Update(in ParameterStep p)
    {
        Storage g = DecayedGradient(p), v = p.Remembered(0);
        p.Backend.Map(new AverageOfSquares(_smoothing), v, v, g);
        Storage d = g;
        if (_centered)
        {
            Storage a = p.Remembered(1);
            p.Backend.Map(new WeightedSum(1 - _smoothing, _smoothing), a, g, a);
            p.Backend.Map(new DivideByDeviation(_epsilon), d, g, v, a);
        }
        else
        {
            p.Backend.Map(new DivideByRoot(_epsilon), d, g, v);
        }
        Storage direction = d;
        if (_momentum > 0)
        {
            direction = p.Remembered(_centered ? 2 : 1);
            p.Backend.Map(new WeightedSum(_momentum, 1), direction, direction, d);
        }
        p.Backend.Map(new WeightedSum(1, -p.LearningRate), p.Weight, p.Weight, direction);
    }

    private readonly struct DivideByRoot(double epsilon) : IBinary
    {
        private readonly float _epsilon = (float)epsilon;

        public double Apply(double g, double v) => g / (Math.Sqrt(v) + epsilon);

        public Vector512<float> Apply(Vector512<float> g, Vector512<float> v) => g / (VectorMath.Sqrt(v) + Vector512.Create(_epsilon));
    }

    // v ≥ a² for exact averages. Where the gradient hardly changes, v settles on g² rounded, which may lie just below a², and the root
    // would be NaN.
    private readonly struct DivideByDeviation(double epsilon) : ITernary
    {
        private readonly float _epsilon = (float)epsilon;

        public double Apply(double g, double v, double a) => g / (Math.Sqrt(Math.Max(0, v - (a * a))) + epsilon);

        public Vector512<float> Apply(Vector512<float> g, Vector512<float> v, Vector512<float> a)
        {
            Vector512<float> variance = Vector512.FusedMultiplyAdd(-a, a, v);
            variance = Vector512.ConditionalSelect(Vector512.LessThan(variance, Vector512<float>.Zero), Vector512<float>.Zero, variance);
            return g / (VectorMath.Sqrt(variance) + Vector512.Create(_epsilon));
        }
    }
}
