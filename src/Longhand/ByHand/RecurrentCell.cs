using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// One step of a network with memory: from what it reads, x, and what it remembers, the state before, to the state after. Every kind has two
/// linear halves,
/// <code>
/// a = x·W + b        what the input asks of each gate
/// q = h·U            what the memory asks of each gate
/// </code>
/// and differs in what its gates make of a and q. Here stand the halves and their gradients, those of <see cref="Linear"/>; the gates are
/// in <see cref="RnnCell"/>, <see cref="LstmCell"/> and <see cref="GruCell"/>, and the walk over a sequence is in <see cref="ThroughTime"/>.
/// <para>
/// Shapes: x is (B, in), a row for each of B sequences; h, and the cell c of an LSTM, are (B, H); with G gates side by side W is (in, G·H),
/// U (H, G·H), b (1, G·H), a and q (B, G·H).
/// </para>
/// </summary>
public abstract class RecurrentCell
{
    private protected RecurrentCell(int inputs, int width, int gates, Rng rng)
    {
        Width = width;
        W = Matrix.Normal(inputs, gates * width, rng.Fork("input"), Math.Sqrt(1.0 / inputs));
        U = Matrix.SideBySide([.. Enumerable.Range(0, gates).Select(gate => Orthogonal.Of(width, rng.Fork("state").Fork(gate)))]);
        B = new Matrix(1, gates * width);
    }

    /// <summary>H.</summary>
    public int Width { get; }

    /// <summary>From normal draws of variance 1/in.</summary>
    public Matrix W { get; set; }

    /// <summary>From an orthogonal matrix for each gate, so that memories and gradients start out keeping their lengths.</summary>
    public Matrix U { get; set; }

    /// <summary>From 0, but for the forget gate of an LSTM.</summary>
    public Matrix B { get; set; }

    /// <summary>The second bias that a <see cref="GruCell"/> alone needs, (1, H).</summary>
    public Matrix? StateBias { get; set; }

    /// <summary>What a cell remembers, or the gradient at it.</summary>
    /// <param name="H">(B, H), which is also what the cell puts out.</param>
    /// <param name="C">(B, H), the inner memory of an <see cref="LstmCell"/>; null in the other kinds.</param>
    public sealed record State(Matrix H, Matrix? C = null)
    {
        public static State operator +(State a, State b) => new(a.H + b.H, a.C is null ? null : a.C + b.C!);

        /// <summary>Every sequence's state times its own factor: factors are (B, 1).</summary>
        public State Times(Matrix factors) => new(H.Hadamard(factors), C?.Hadamard(factors));
    }

    /// <summary>Gates: what the gates said, in the order of the kind.</summary>
    public sealed record Cache(Matrix X, State Before, Matrix[] Gates, State After);

    public sealed record Gradients(Matrix DX, State DBefore, Weights DWeights);

    /// <summary>The gradients of W, U and b, and of the second bias where there is one.</summary>
    public sealed record Weights(Matrix DW, Matrix DU, Matrix DB, Matrix? DStateBias)
    {
        public static Weights operator +(Weights a, Weights b) =>
            new(a.DW + b.DW, a.DU + b.DU, a.DB + b.DB, a.DStateBias is null ? null : a.DStateBias + b.DStateBias!);
    }

    /// <summary>The state of so many sequences before anything was read: zeros.</summary>
    public virtual State Nothing(int sequences) => new(new Matrix(sequences, Width));

    public Cache Forward(Matrix x, State before)
    {
        (Matrix[] gates, State after) = Open((x * W) + B, before.H * U, before);
        return new Cache(x, before, gates, after);
    }

    /// <summary>
    /// <code>
    /// a = x·W + b:      dx = da·Wᵀ      dW = xᵀ·da      db = the sum of the rows of da
    /// q = h·U:          dh = dq·Uᵀ      dU = hᵀ·dq
    /// </code>
    /// To dh and dc comes what the gates let through directly, past U.
    /// </summary>
    /// <param name="cache">From <see cref="Forward"/>.</param>
    /// <param name="dAfter">The gradient at the state after the step: from the loss at this step, and from the step that came next.</param>
    public Gradients Backward(Cache cache, State dAfter)
    {
        GateGradients gates = OpenBackward(cache, dAfter);
        Matrix dH = gates.DQ * U.T;
        return new Gradients(
            DX: gates.DA * W.T,
            DBefore: new State(gates.DirectH is null ? dH : dH + gates.DirectH, gates.DC),
            new Weights(DW: cache.X.T * gates.DA, DU: cache.Before.H.T * gates.DQ, DB: gates.DA.SumDown(), gates.DStateBias));
    }

    public void Descend(Weights gradients, double learningRate)
    {
        W -= learningRate * gradients.DW;
        U -= learningRate * gradients.DU;
        B -= learningRate * gradients.DB;
        if (StateBias is not null) StateBias -= learningRate * gradients.DStateBias!;
    }

    /// <summary>What the gates make of a and q.</summary>
    private protected abstract (Matrix[] Gates, State After) Open(Matrix a, Matrix q, State before);

    /// <summary>Its way back, to a, q and the state before.</summary>
    private protected abstract GateGradients OpenBackward(Cache cache, State dAfter);

    /// <param name="DA">At a.</param>
    /// <param name="DQ">At q.</param>
    /// <param name="DirectH">At the h before, past U; null for nothing.</param>
    /// <param name="DC">At the c before.</param>
    /// <param name="DStateBias">At the second bias.</param>
    private protected sealed record GateGradients(Matrix DA, Matrix DQ, Matrix? DirectH = null, Matrix? DC = null, Matrix? DStateBias = null);

    /// <summary>The columns of one gate.</summary>
    private protected Matrix Gate(Matrix sums, int gate) => sums.SelectColumns(gate * Width, Width);

    /// <summary>σ′ = σ·(1 − σ), from the value y = σ(z).</summary>
    private protected static Matrix SigmoidSlope(Matrix y) => y.Map(static y => y * (1 - y));

    /// <summary>tanh′ = 1 − tanh², from the value y = tanh(z).</summary>
    private protected static Matrix TanhSlope(Matrix y) => y.Map(static y => 1 - (y * y));
}
