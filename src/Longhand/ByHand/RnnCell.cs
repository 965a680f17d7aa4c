using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// The simple recurrent cell (Elman, 1990): one layer that reads its own last answer beside the input.
/// <code>
/// h′ = tanh(a + q)         a = x·W + b,  q = h·U
/// </code>
/// All of h is written anew at every step, and has to pass through U and tanh to survive it: see <see cref="ThroughTime"/> for what becomes of that.
/// </summary>
/// <param name="inputs">Features of x.</param>
/// <param name="width">H.</param>
/// <param name="rng">Where the first weights come from.</param>
public sealed class RnnCell(int inputs, int width, Rng rng) : RecurrentCell(inputs, width, gates: 1, rng)
{
    private protected override (Matrix[] Gates, State After) Open(Matrix a, Matrix q, State before) =>
        ([], new State(Activation.Tanh.Of(a + q)));

    /// <summary>
    /// <code>
    /// h′ = tanh(a + q):     da = dq = dh′ ⊙ (1 − h′²)
    /// </code>
    /// </summary>
    private protected override GateGradients OpenBackward(Cache cache, State dAfter)
    {
        Matrix dA = dAfter.H.Hadamard(TanhSlope(cache.After.H));
        return new GateGradients(DA: dA, DQ: dA);
    }
}
