using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// The gated recurrent unit (Cho and others, 2014): what an LSTM does, with one memory and two gates. The new h is a mixture of the old one
/// and of a proposal n, and keeping and writing share one gate: what is not kept is overwritten.
/// <code>
/// r = σ(a₁ + q₁)           let the proposal see how much of the past         a = x·W + b,  q = h·U,  three gates side by side
/// z = σ(a₂ + q₂)           keep how much
/// m = q₃ + d               the past, with a bias of its own, since r stands between it and b
/// n = tanh(a₃ + r⊙m)       the proposal
/// h′ = n + z⊙(h − n)       = (1 − z)⊙n + z⊙h
/// </code>
/// Where z is near 1, h passes a step unharmed, as c does in an LSTM. The paper's r meets h before U; after it, as here, all of h·U is one product
/// (as in cuDNN and PyTorch, whose z is this one too).
/// </summary>
public sealed class GruCell : RecurrentCell
{
    /// <param name="inputs">Features of x.</param>
    /// <param name="width">H.</param>
    /// <param name="rng">Where the first weights come from.</param>
    public GruCell(int inputs, int width, Rng rng)
        : base(inputs, width, gates: 3, rng) => StateBias = new Matrix(1, width);

    private protected override (Matrix[] Gates, State After) Open(Matrix a, Matrix q, State before)
    {
        Matrix r = Activation.Sigmoid.Of(Gate(a, 0) + Gate(q, 0));
        Matrix z = Activation.Sigmoid.Of(Gate(a, 1) + Gate(q, 1));
        Matrix m = Gate(q, 2) + StateBias!;
        Matrix n = Activation.Tanh.Of(Gate(a, 2) + r.Hadamard(m));
        return ([r, z, n, m], new State(n + z.Hadamard(before.H - n)));
    }

    /// <summary>
    /// <code>
    /// h′ = n + z⊙(h − n):      dn = dh′⊙(1 − z)       dz = dh′⊙(h − n)       dh gains dh′⊙z
    /// n = tanh(a₃ + r⊙m):      da₃ = dn⊙(1 − n²)      dr = da₃⊙m             dm = da₃⊙r
    /// m = q₃ + d:              dq₃ = dm               dd = the sum of the rows of dm
    /// the gates:               da₁ = dq₁ = dr⊙r⊙(1 − r)                     da₂ = dq₂ = dz⊙z⊙(1 − z)
    /// </code>
    /// </summary>
    private protected override GateGradients OpenBackward(Cache cache, State dAfter)
    {
        Matrix r = cache.Gates[0], z = cache.Gates[1], n = cache.Gates[2], m = cache.Gates[3], h = cache.Before.H;

        Matrix dN = dAfter.H - dAfter.H.Hadamard(z);
        Matrix dZ = dAfter.H.Hadamard(h - n);
        Matrix dA3 = dN.Hadamard(TanhSlope(n));
        Matrix dR = dA3.Hadamard(m), dM = dA3.Hadamard(r);

        Matrix dA1 = dR.Hadamard(SigmoidSlope(r)), dA2 = dZ.Hadamard(SigmoidSlope(z));
        return new GateGradients(
            DA: Matrix.SideBySide(dA1, dA2, dA3), DQ: Matrix.SideBySide(dA1, dA2, dM),
            DirectH: dAfter.H.Hadamard(z), DStateBias: dM.SumDown());
    }
}
