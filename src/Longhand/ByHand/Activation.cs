using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// The bend between two linear steps: a function φ applied to every number, with its slope φ′, which is all the chain rule asks of it.
/// Without one, layer upon layer would still be a single linear map.
/// <para>Left out: functions of a whole row (see <see cref="Softmax"/>), and ones with parameters to learn.</para>
/// </summary>
public sealed class Activation
{
    private readonly Func<double, double> _value, _slope;

    private Activation(string name, Func<double, double> value, Func<double, double> slope, double gain = 1)
    {
        (Name, _value, _slope, Gain) = (name, value, slope, gain);
    }

    public string Name { get; }

    /// <summary>
    /// The variance that first weights need, times 1/inputs, to pass signals on at about their size: 1, or 2 for rectifiers,
    /// which let through half of what comes in (He and others, 2015).
    /// </summary>
    public double Gain { get; }

    /// <summary>φ(z) for every element.</summary>
    public Matrix Of(Matrix z) => z.Map(_value);

    /// <summary>φ′(z) for every element.</summary>
    public Matrix SlopeAt(Matrix z) => z.Map(_slope);

    public override string ToString() => Name;

    /// <summary>φ(z) = z, φ′ = 1: for the last layer, whose bend, if any, belongs to the loss.</summary>
    public static Activation Identity { get; } = new("identity", static z => z, static _ => 1);

    /// <summary>
    /// φ = σ = 1/(1 + e⁻ᶻ). With u = 1 + e⁻ᶻ, σ′ = −u⁻²·(−e⁻ᶻ) = (1/u)·(e⁻ᶻ/u) = σ·(1 − σ), at most ¼.
    /// </summary>
    public static Activation Sigmoid { get; } = new("sigmoid", SigmoidOf, static z =>
    {
        double y = SigmoidOf(z);
        return y * (1 - y);
    });

    /// <summary>φ = tanh z = (eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ). By the quotient rule φ′ = 1 − tanh² z, at most 1.</summary>
    public static Activation Tanh { get; } = new("tanh", TanhOf, static z =>
    {
        double y = TanhOf(z);
        return 1 - (y * y);
    });

    /// <summary>φ = max(0, z), φ′ = 1 where z &gt; 0 and 0 elsewhere; at the kink itself 0, as everyone chooses.</summary>
    public static Activation Relu { get; } = new("relu", static z => Math.Max(0, z), static z => z > 0 ? 1 : 0, gain: 2);

    /// <summary>φ = z where z &gt; 0 and 0.01·z elsewhere, so that no unit ever stops learning.</summary>
    public static Activation LeakyRelu { get; } = new("leaky relu", static z => z > 0 ? z : 0.01 * z, static z => z > 0 ? 1 : 0.01, gain: 2);

    /// <summary>
    /// GPT-2's GELU: φ = ½·z·(1 + t), t = tanh u, u = c·(z + 0.044715·z³), c = √(2/π).
    /// Product rule, then chain rule: φ′ = ½·(1 + t) + ½·z·(1 − t²)·u′ with u′ = c·(1 + 3·0.044715·z²).
    /// </summary>
    public static Activation Gelu { get; } = new("gelu", static z => 0.5 * z * (1 + TanhOf(GeluInner(z))), static z =>
    {
        double t = TanhOf(GeluInner(z)), innerSlope = RootTwoOverPi * (1 + (3 * 0.044715 * z * z));
        return (0.5 * (1 + t)) + (0.5 * z * (1 - (t * t)) * innerSlope);
    }, gain: 2);

    private const double RootTwoOverPi = 0.7978845608028654;

    private static double GeluInner(double z) => RootTwoOverPi * (z + (0.044715 * z * z * z));

    // Only e to a negative power: it cannot overflow.
    private static double SigmoidOf(double z)
    {
        double e = StableMath.Exp(-Math.Abs(z));
        return z >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    // tanh |z| = (1 − e^(−2|z|)) / (1 + e^(−2|z|)), and tanh is odd.
    private static double TanhOf(double z)
    {
        double e = StableMath.Exp(-2 * Math.Abs(z));
        return Math.CopySign((1 - e) / (1 + e), z);
    }
}
