using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber, 1997; the forget gate is by Gers, Schmidhuber and Cummins, 2000): beside h a second
/// memory, c, that is added to rather than written anew. Three gates between 0 and 1 say how much of it to write, to keep and to show.
/// <code>
/// i = σ(a₁ + q₁)           write how much                a = x·W + b,  q = h·U,  four gates side by side
/// f = σ(a₂ + q₂)           keep how much
/// g = tanh(a₃ + q₃)        what to write
/// o = σ(a₄ + q₄)           show how much
/// c′ = f⊙c + i⊙g
/// h′ = o⊙tanh(c′)
/// </code>
/// From c to c′ there is no matrix and no bend, only f: where f is near 1, a memory and its gradient pass any number of steps unharmed.
/// So the bias of f starts at 1, and the cell begins by remembering (Jozefowicz, Zaremba and Sutskever, 2015).
/// </summary>
public sealed class LstmCell : RecurrentCell
{
    /// <param name="inputs">Features of x.</param>
    /// <param name="width">H.</param>
    /// <param name="rng">Where the first weights come from.</param>
    /// <param name="forgetBias">Where the bias of f starts.</param>
    public LstmCell(int inputs, int width, Rng rng, double forgetBias = 1)
        : base(inputs, width, gates: 4, rng) => B.Row(0).Slice(width, width).Fill(forgetBias);

    public override State Nothing(int sequences) => new(new Matrix(sequences, Width), new Matrix(sequences, Width));

    private protected override (Matrix[] Gates, State After) Open(Matrix a, Matrix q, State before)
    {
        Matrix s = a + q;
        Matrix i = Activation.Sigmoid.Of(Gate(s, 0));
        Matrix f = Activation.Sigmoid.Of(Gate(s, 1));
        Matrix g = Activation.Tanh.Of(Gate(s, 2));
        Matrix o = Activation.Sigmoid.Of(Gate(s, 3));
        Matrix c = f.Hadamard(before.C!) + i.Hadamard(g);
        return ([i, f, g, o], new State(o.Hadamard(Activation.Tanh.Of(c)), c));
    }

    /// <summary>
    /// <code>
    /// h′ = o⊙tanh(c′):      do = dh′⊙tanh(c′)        dc′ gains dh′⊙o⊙(1 − tanh²(c′))
    /// c′ = f⊙c + i⊙g:       di = dc′⊙g      df = dc′⊙c      dg = dc′⊙i      dc = dc′⊙f
    /// the gates:            da₁ = di⊙i⊙(1 − i)       da₂ = df⊙f⊙(1 − f)       da₃ = dg⊙(1 − g²)       da₄ = do⊙o⊙(1 − o)
    /// a + q:                dq = da
    /// </code>
    /// </summary>
    private protected override GateGradients OpenBackward(Cache cache, State dAfter)
    {
        Matrix i = cache.Gates[0], f = cache.Gates[1], g = cache.Gates[2], o = cache.Gates[3];
        Matrix shown = Activation.Tanh.Of(cache.After.C!);

        Matrix dO = dAfter.H.Hadamard(shown);
        Matrix dC = dAfter.C! + dAfter.H.Hadamard(o).Hadamard(TanhSlope(shown));
        Matrix dI = dC.Hadamard(g), dF = dC.Hadamard(cache.Before.C!), dG = dC.Hadamard(i);

        Matrix dA = Matrix.SideBySide(
            dI.Hadamard(SigmoidSlope(i)), dF.Hadamard(SigmoidSlope(f)), dG.Hadamard(TanhSlope(g)), dO.Hadamard(SigmoidSlope(o)));
        return new GateGradients(DA: dA, DQ: dA, DC: dC.Hadamard(f));
    }
}
