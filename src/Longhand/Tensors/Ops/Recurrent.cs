using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// Layers that remember: each step's state follows from its input and the state before. x (T, B, G·H) is what the inputs give the gates, computed
/// beforehand for the whole sequence in one product, U (H, G·H) what the state gives them, start the state before the first step.
/// The result holds all states, the start in front: (T+1, B, H), and for <see cref="Lstm"/> (2, T+1, B, H), h and then c.
/// <para>
/// The formulas are in <see cref="IBackend.Recurrent"/>. The gradient walks the steps backwards (backpropagation through time: Werbos, 1990):
/// each step's gates get theirs from its state, and h·U hands it on to the state before. U took part in every step, so its gradient is a sum over all of them,
/// dU = Σₜ hₜ₋₁ᵀ·dₜ, which is one product over the rows of all steps.
/// </para>
/// <para>Twins: <see cref="RnnComposed"/>, <see cref="LstmComposed"/>, <see cref="GruComposed"/>.</para>
/// </summary>
public sealed partial class Tensor
{
    /// <summary>h′ = tanh(x + h·U).</summary>
    public Tensor Rnn(Tensor start, Tensor weight) => Recurrent(RecurrentCell.Rnn, "Rnn", start, weight, null);

    /// <summary>i, f, g, o = σ, σ, tanh, σ of the four parts of x + h·U; c′ = f⊙c + i⊙g; h′ = o⊙tanh(c′). The start is (2, B, H).</summary>
    public Tensor Lstm(Tensor start, Tensor weight) => Recurrent(RecurrentCell.Lstm, "Lstm", start, weight, null);

    /// <summary>r, z = σ(x₁ + h·U₁), σ(x₂ + h·U₂); n = tanh(x₃ + r⊙(h·U₃ + bias)); h′ = (1−z)⊙n + z⊙h.</summary>
    public Tensor Gru(Tensor start, Tensor weight, Tensor bias) => Recurrent(RecurrentCell.Gru, "Gru", start, weight, bias);

    private Tensor Recurrent(RecurrentCell cell, string name, Tensor start, Tensor weight, Tensor? bias)
    {
        Check.SameBackend(name, this, start);
        Check.SameBackend(name, this, weight);
        var (T, B, features) = Shape;
        var (H, gates) = weight.Shape;
        var sizes = new RecurrentSizes(cell, T, B, H);
        if (gates != sizes.Gates * H) throw new ShapeException($"{name}: the weight must be (H, {sizes.Gates}·H) but is {weight.Shape}.");
        if (features != gates) throw new ShapeException($"{name}: x is {Shape}, but the weight {weight.Shape} asks for {gates} numbers for each step and sequence.");
        Shape one = sizes.States == 1 ? (B, H) : (sizes.States, B, H), all = sizes.States == 1 ? (T + 1, B, H) : (sizes.States, T + 1, B, H);
        if (start.Shape != one) throw new ShapeException($"{name}: the start must be {one} but is {start.Shape}.");
        if (bias is not null)
        {
            Check.SameBackend(name, this, bias);
            Check.PerFeature(name, "bias", bias, H);
        }

        Tensor states = Allocate(all, Backend), saved = Allocate((T, B, sizes.Saved * H), Backend);
        Backend.Recurrent(states.Storage, saved.Storage, Storage, start.Storage, weight.Storage, bias?.Storage, sizes);
        Tensor known = states.Detach();
        return Record(states, bias is null ? [this, start, weight] : [this, start, weight, bias], dStates =>
        {
            Tensor dx = Allocate(Shape, Backend), dHidden = cell == RecurrentCell.Gru ? Allocate(Shape, Backend) : dx, dStart = Allocate(one, Backend);
            Backend.RecurrentBackward(
                dx.Storage, dHidden.Storage, dStart.Storage, dStates.Storage, known.Storage, saved.Storage, weight.Storage, sizes);

            // The states before each step are the first T·B rows.
            Tensor dWeight = Allocate(weight.Shape, Backend);
            Backend.MatMul(dWeight.Storage, known.Storage, dHidden.Storage, new MatMulSizes(1, H, gates, T * B, TransposeA: true));
            return bias is null ? [dx, dStart, dWeight] : [dx, dStart, dWeight, dHidden[.., .., (2 * H)..].SumTo(H)];
        }, name);
    }

    /// <summary><see cref="Rnn"/> step by step.</summary>
    public Tensor RnnComposed(Tensor start, Tensor weight)
    {
        var steps = new List<Tensor> { start };
        for (int t = 0; t < Shape[0]; t++) steps.Add((StepOf(t) + steps[t].MatMul(weight)).Tanh());
        return Stack(steps.ToArray());
    }

    /// <summary><see cref="Lstm"/> step by step.</summary>
    public Tensor LstmComposed(Tensor start, Tensor weight)
    {
        var (_, B, H) = start.Shape;
        List<Tensor> hidden = [start[..1].Reshape((B, H))], cells = [start[1..].Reshape((B, H))];
        for (int t = 0; t < Shape[0]; t++)
        {
            Tensor sums = StepOf(t) + hidden[t].MatMul(weight);
            Tensor Gate(int i) => sums[.., (i * H)..((i + 1) * H)];
            cells.Add((Gate(1).Sigmoid() * cells[t]) + (Gate(0).Sigmoid() * Gate(2).Tanh()));
            hidden.Add(Gate(3).Sigmoid() * cells[^1].Tanh());
        }
        return Stack([Stack(hidden.ToArray()), Stack(cells.ToArray())]);
    }

    /// <summary><see cref="Gru"/> step by step.</summary>
    public Tensor GruComposed(Tensor start, Tensor weight, Tensor bias)
    {
        int H = start.Shape[1];
        var steps = new List<Tensor> { start };
        for (int t = 0; t < Shape[0]; t++)
        {
            Tensor x = StepOf(t), h = steps[t], product = h.MatMul(weight);
            Tensor reset = (x[.., ..H] + product[.., ..H]).Sigmoid(), keep = (x[.., H..(2 * H)] + product[.., H..(2 * H)]).Sigmoid();
            Tensor candidate = (x[.., (2 * H)..] + (reset * (product[.., (2 * H)..] + bias))).Tanh();
            steps.Add(candidate + (keep * (h - candidate)));
        }
        return Stack(steps.ToArray());
    }

    private Tensor StepOf(int t) => this[t..(t + 1)].Reshape((Shape[1], Shape[2]));
}
