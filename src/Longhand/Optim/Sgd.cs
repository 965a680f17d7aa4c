using Longhand.Backends;

namespace Longhand.Optim;

/// <summary>
/// Stochastic gradient descent: downhill, against the gradient of a sample (Robbins and Monro, A Stochastic Approximation Method, 1951).
/// <code>
/// g = gradient + λ·w
/// w ← w − η·g                       without momentum
/// u ← μ·u + g,  w ← w − η·u         with momentum (Polyak, Some Methods of Speeding Up the Convergence of Iteration Methods, 1964)
/// u ← μ·u + g,  w ← w − η·(g + μ·u) Nesterov's form (Sutskever and others, On the Importance of Initialization and Momentum, 2013)
/// </code>
/// Along a steady slope u grows to g / (1 − μ), so μ = 0.9 takes steps ten times as long. Left out: dampening.
/// </summary>
public sealed class Sgd : Optimizer
{
    private readonly double _momentum;
    private readonly bool _nesterov;

    /// <param name="groups">What to train.</param>
    /// <param name="momentum">μ: the share of the last step that goes on, 0 ≤ μ &lt; 1; 0 keeps no state.</param>
    /// <param name="nesterov">Step along the gradient and the momentum it has already changed; needs momentum.</param>
    /// <param name="weightDecay">λ, added to the gradient as λ·w.</param>
    public Sgd(IReadOnlyList<ParameterGroup> groups, double momentum = 0, bool nesterov = false, double weightDecay = 0)
        : base(groups, weightDecay, momentum > 0 ? ["momentum"] : [])
    {
        _momentum = Setting.Fraction(nameof(Sgd), nameof(momentum), momentum);
        if (nesterov && momentum == 0) throw new ArgumentException("Sgd: Nesterov's form needs a momentum above 0.", nameof(nesterov));
        _nesterov = nesterov;
    }

    private protected override void Update(in ParameterStep p)
    {
        Storage g = DecayedGradient(p), direction = g;
        if (_momentum > 0)
        {
            Storage u = p.Remembered(0);
            p.Backend.Map(new WeightedSum(_momentum, 1), u, u, g);
            if (_nesterov) p.Backend.Map(new WeightedSum(1, _momentum), g, g, u);
            else direction = u;
        }
        p.Backend.Map(new WeightedSum(1, -p.LearningRate), p.Weight, p.Weight, direction);
    }
}
