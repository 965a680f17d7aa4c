namespace Longhand.ByHand;

/// <summary>
/// One cell along a sequence, and backpropagation through time (Werbos, 1990): written out step after step, the cell is a deep network whose
/// layers all have the same weights, and the gradient walks it from the last step to the first.
/// <code>
/// Forward, t = 1 … T:      stateₜ = cell(xₜ, stateₜ₋₁)                      yₜ = hₜ
/// Backward, t = T … 1:     the gradient at stateₜ has two sources: what step t + 1 hands back, and dyₜ.
///                          cell′ turns it into dxₜ, into the gradient at stateₜ₋₁, and into step t's share of dW, dU, db.
///                          One weight used T times gets T gradients, and they add up:      dW = Σₜ dWₜ
/// </code>
/// <b>Why gradients vanish or explode.</b> For the simple cell hₜ = tanh(xₜ·W + b + hₜ₋₁·U), and with Dₜ the diagonal matrix of 1 − hₜ²,
/// <code>
/// dhₜ₋₁ = dhₜ·Jₜ,   Jₜ = Dₜ·Uᵀ        so over k steps       dhₜ₋ₖ = dhₜ · Dₜ·Uᵀ · Dₜ₋₁·Uᵀ · … · Dₜ₋ₖ₊₁·Uᵀ
/// </code>
/// a product of k Jacobians, nearly a power. While the units are far from saturation D is about I, and the product is about (Uᵀ)ᵏ, whose size goes
/// like ρᵏ with ρ the greatest absolute eigenvalue of U: 0.9⁵⁰ is 0.005, 1.1⁵⁰ is 117. And D is never above I, so with σ the greatest
/// singular value of U, ‖dhₜ₋ₖ‖ ≤ σᵏ·‖dhₜ‖: where σ &lt; 1 the gradient must vanish, and only where σ &gt; 1 can it explode
/// (Bengio, Simard and Frasconi, 1994; Pascanu, Mikolov and Bengio, 2013). What vanishes is the share of distant steps: the sum over t then
/// hears only the recent ones, and the network cannot learn what depends on the others. An <see cref="LstmCell"/> has a second way back,
/// dcₜ₋₁ = dcₜ⊙fₜ + …, and a <see cref="GruCell"/> dhₜ₋₁ = dhₜ⊙zₜ + …: products of gates that the cell itself sets, and may leave at 1.
/// <para>
/// A text is one endless sequence: cut it in pieces, give each the last state of the one before, and hand no gradient across the cut.
/// That is truncated backpropagation through time.
/// </para>
/// </summary>
public sealed class ThroughTime(RecurrentCell cell) : SequenceLayer
{
    public override IReadOnlyList<RecurrentCell> Cells { get; } = [cell];

    public override Cache Forward(Matrix[] x, RecurrentCell.State[]? first = null, int[]? lengths = null)
    {
        if (x.Length == 0) throw new ArgumentException("ThroughTime: the sequence has no steps.");
        if (lengths is not null && (lengths.Length != x[0].Rows || lengths.Any(length => length < 0 || length > x.Length)))
            throw new ArgumentException(
                $"ThroughTime: the lengths are [{string.Join(", ", lengths)}], but {x[0].Rows} sequences need one each, in 0 … {x.Length}.");
        RecurrentCell.State state = first is null ? cell.Nothing(x[0].Rows) : first[0];
        var steps = new RecurrentCell.Cache[x.Length];
        var y = new Matrix[x.Length];
        for (int t = 0; t < x.Length; t++)
        {
            steps[t] = cell.Forward(x[t], state);
            (Matrix goesOn, Matrix hasEnded) = Counting(t, x[t].Rows, lengths);
            state = steps[t].After.Times(goesOn) + state.Times(hasEnded);
            y[t] = steps[t].After.H.Hadamard(goesOn);
        }
        return new Cache(y, [state], steps, [], lengths);
    }

    public override Gradients Backward(Cache cache, Matrix[] dY, RecurrentCell.State[]? dLast = null)
    {
        RecurrentCell.State dState = dLast is null ? cell.Nothing(dY[0].Rows) : dLast[0];
        RecurrentCell.Weights? dWeights = null;
        var dX = new Matrix[dY.Length];
        for (int t = dY.Length - 1; t >= 0; t--)
        {
            (Matrix goesOn, Matrix hasEnded) = Counting(t, dY[t].Rows, cache.Lengths);
            RecurrentCell.State dAfter = dState with { H = dState.H + dY[t] };
            RecurrentCell.Gradients step = cell.Backward(cache.Steps[t], dAfter.Times(goesOn));
            dX[t] = step.DX;
            dState = step.DBefore + dState.Times(hasEnded);
            dWeights = dWeights is null ? step.DWeights : dWeights + step.DWeights;
        }
        return new Gradients(dX, [dState], [dWeights!]);
    }

    // Two columns: 1 for the sequences that step t belongs to, and 1 for those that ended before it, whose state stays.
    private static (Matrix GoesOn, Matrix HasEnded) Counting(int t, int sequences, int[]? lengths)
    {
        var goesOn = new Matrix(sequences, 1);
        for (int b = 0; b < sequences; b++) goesOn[b, 0] = lengths is null || t < lengths[b] ? 1 : 0;
        return (goesOn, Matrix.Full(sequences, 1, 1) - goesOn);
    }
}
