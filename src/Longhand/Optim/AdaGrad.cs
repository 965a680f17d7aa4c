using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Optim;

/// <summary>
/// A learning rate for each weight, divided by the length of all its gradients so far, so that rare features take long steps
/// (Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, 2011).
/// <code>
/// g = gradient + λ·w
/// s ← s + g²
/// w ← w − η·g / (√s + ε)
/// </code>
/// The sum only grows, so steps shrink for ever; <see cref="RmsProp"/> and <see cref="AdaDelta"/> forget instead.
/// Left out: a decay of the rate (a schedule does that) and a start of s other than 0.
/// </summary>
public sealed class AdaGrad : Optimizer
{
    private readonly double _epsilon;

    /// <param name="groups">What to train.</param>
    /// <param name="epsilon">ε: keeps the division by √s finite, above 0.</param>
    /// <param name="weightDecay">λ, added to the gradient as λ·w.</param>
    public AdaGrad(IReadOnlyList<ParameterGroup> groups, double epsilon = 1e-10, double weightDecay = 0)
        : base(groups, weightDecay, "sum")
    {
        _epsilon = Setting.Positive(nameof(AdaGrad), nameof(epsilon), epsilon);
    }

    private protected override void Update(in ParameterStep p)
    {
        Storage g = DecayedGradient(p), s = p.Remembered(0);
        p.Backend.Map(new AddSquare(), s, s, g);
        p.Backend.Map(new Descend(p.LearningRate, _epsilon), p.Weight, p.Weight, g, s);
    }

    private readonly struct AddSquare : IBinary
    {
        public double Apply(double s, double g) => s + (g * g);

        public Vector512<float> Apply(Vector512<float> s, Vector512<float> g) => Vector512.FusedMultiplyAdd(g, g, s);
    }

    private readonly struct Descend(double rate, double epsilon) : ITernary
    {
        private readonly float _rate = (float)rate, _epsilon = (float)epsilon;

        public double Apply(double w, double g, double s) => w - (rate * g / (Math.Sqrt(s) + epsilon));

        public Vector512<float> Apply(Vector512<float> w, Vector512<float> g, Vector512<float> s) =>
            w - (g * _rate / (VectorMath.Sqrt(s) + Vector512.Create(_epsilon)));
    }
}
