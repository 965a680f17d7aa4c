using System.Globalization;
using Longhand.Backends;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// What <see cref="Rnn"/>, <see cref="Lstm"/> and <see cref="Gru"/> share: layers on top of each other, each perhaps in both directions of time,
/// dropout between them, sequences of unequal length, and a state that can be carried from one piece of a long sequence to the next.
/// <para>
/// The inputs of a whole sequence are multiplied by the weights in one product, x·W + b; only h·U has to wait for the step before.
/// Parameters are named as in PyTorch, weights are (in, gates·width) as everywhere here, and there is one bias: PyTorch's second, which would
/// only be added to the first, exists for the Gru alone, where the reset gate stands between the two.
/// </para>
/// </summary>
public abstract class RecurrentLayer : Module
{
    private readonly RecurrentCell _cell;
    private readonly int _directions;
    private readonly float _dropout;
    private readonly (Parameter Input, Parameter State, Parameter Bias, Parameter? StateBias)[] _passes;

    private protected RecurrentLayer(RecurrentCell cell, int inputs, int width, Rng? rng, int layers, bool bidirectional, float dropout)
    {
        Check.Probability(GetType().Name, nameof(dropout), dropout);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        (_cell, _directions, _dropout, Width) = (cell, bidirectional ? 2 : 1, dropout, width);
        int gates = new RecurrentSizes(cell, 0, 0, width).Gates;
        _passes = new (Parameter, Parameter, Parameter, Parameter?)[layers * _directions];
        for (int i = 0; i < _passes.Length; i++)
        {
            string suffix = "_l" + (i / _directions).ToString(CultureInfo.InvariantCulture) + (i % _directions == 1 ? "_reverse" : "");
            int features = i < _directions ? inputs : _directions * width;
            _passes[i] = (
                Declare("weight_ih" + suffix, Initializers.Start(Initializers.ForGates(Initializers.Glorot, gates), (features, gates * width), rng?.Fork("weight_ih" + suffix))),
                Declare("weight_hh" + suffix, Initializers.Start(Initializers.ForGates(Initializers.Orthogonal, gates), (width, gates * width), rng?.Fork("weight_hh" + suffix))),
                Declare("bias_ih" + suffix, rng is null ? Tensor.Zeros(gates * width) : FirstBias(cell, width)),
                cell == RecurrentCell.Gru ? Declare("bias_hh" + suffix, Tensor.Zeros(width)) : null);
        }
    }

    /// <summary>Layers of the given kind of cell, for models that leave the choice to their configuration.</summary>
    /// <inheritdoc cref="Rnn"/>
    internal static RecurrentLayer Of(RecurrentCell cell, int inputs, int width, Rng? rng, int layers, float dropout) => cell switch
    {
        RecurrentCell.Rnn => new Rnn(inputs, width, rng, layers, dropout: dropout),
        RecurrentCell.Lstm => new Lstm(inputs, width, rng, layers, dropout: dropout),
        RecurrentCell.Gru => new Gru(inputs, width, rng, layers, dropout: dropout),
        _ => throw new ArgumentOutOfRangeException(nameof(cell), cell, "There is no such recurrent cell."),
    };

    /// <summary>H, how many units each layer has in each direction.</summary>
    public int Width { get; }

    /// <summary>The features of the output: H, or 2·H in both directions.</summary>
    public int Outputs => _directions * Width;

    /// <summary>Where the parameters live.</summary>
    public IBackend Backend => _passes[0].Bias.Value.Backend;

    /// <summary>The shape of the state of so many sequences: (layers·directions, B, H), and with a leading 2 (h, then c) for an Lstm.</summary>
    public Shape StateShape(int batch) =>
        _cell == RecurrentCell.Lstm ? (2, _passes.Length, batch, Width) : (_passes.Length, batch, Width);

    /// <summary>Reads sequences.</summary>
    /// <param name="x">(B, T, in).</param>
    /// <param name="state">What to begin with, as returned before; zeros when left out. To carry it on without learning through it, detach it.</param>
    /// <param name="lengths">
    /// (B), how many of the T steps of each sequence count; outputs after that are 0, and a state stays as it was there. All of them when left out.
    /// </param>
    /// <param name="rng">In training, where dropout's draws come from; null in use.</param>
    /// <returns>The last layer's h at every step, (B, T, directions·H), and every layer's state after its last step.</returns>
    public (Tensor Output, Tensor State) Forward(Tensor x, Tensor? state = null, Indices? lengths = null, Rng? rng = null)
    {
        var (B, T, _) = x.Shape;
        Tensor steps = x.Permute(1, 0, 2);                                                    // (T, B, in)
        return Layers(B, T, (pass, order) => Sums(pass, order is null ? steps : Rows(steps, order)), state, lengths, rng);
    }

    /// <summary>
    /// Reads sequences of tokens through an embedding: each step's input is a row of the table. What the first layer's weights make of a
    /// row is the same wherever its token stands, so with fewer rows than steps the rows are multiplied, once each, and not the steps:
    /// (table[id])·W = (table·W)[id], number for number. Of a batch of characters that spares nearly all of that product and its gradient.
    /// </summary>
    /// <param name="table">(V, in).</param>
    /// <param name="ids">(B, T).</param>
    /// <param name="state">As for <see cref="Forward"/>, like what follows.</param>
    /// <param name="lengths">How many of the T steps of each sequence count.</param>
    /// <param name="rng">Where the draws of the dropout between layers come from.</param>
    /// <returns>As for <see cref="Forward"/>.</returns>
    public (Tensor Output, Tensor State) ForwardTokens(
        Tensor table, Indices ids, Tensor? state = null, Indices? lengths = null, Rng? rng = null)
    {
        var (V, _) = table.Shape;
        var (B, T) = ids.Shape;
        if (V >= ids.Shape.Length) return Forward(table.GatherRows(ids), state, lengths, rng);
        return Layers(B, T, (pass, order) => Sums(pass, table).GatherRows(InTime(ids, order)), state, lengths, rng);
    }

    // All layers. The first one's sums x·W + b, (T, B, G·H), are the caller's, for each pass, with the steps in the order given or as they
    // are; each later layer's input is what the one below it puts out.
    private (Tensor Output, Tensor State) Layers(
        int B, int T, Func<int, Indices?, Tensor> first, Tensor? state, Indices? lengths, Rng? rng)
    {
        if (state is not null && state.Shape != StateShape(B))
        {
            throw new ShapeException($"{GetType().Name}: the state must be {StateShape(B)} for {B} sequences but is {state.Shape}.");
        }
        if (lengths is not null) Check.Lengths(GetType().Name, lengths, B, T);
        Indices? reversed = _directions == 2 ? ReversedRows(B, T, lengths) : null;
        Tensor? mask = lengths is null ? null : Mask(B, T, lengths);
        var last = new Tensor[_passes.Length];

        Tensor y = Layer(0, first);                                                           // (T, B, directions·H)
        for (int layer = 1; layer * _directions < _passes.Length; layer++)
        {
            Tensor x = rng is { } random ? y.Dropout(_dropout, random.Fork(layer)) : y;
            y = Layer(layer, (pass, order) => Sums(pass, order is null ? x : Rows(x, order)));
        }
        return (y.Permute(1, 0, 2), Tensor.Stack(last, axis: _cell == RecurrentCell.Lstm ? 1 : 0));

        Tensor Layer(int layer, Func<int, Indices?, Tensor> sums)
        {
            var outputs = new Tensor[_directions];
            for (int direction = 0; direction < _directions; direction++)
            {
                int pass = (layer * _directions) + direction;
                Indices? order = direction == 0 ? null : reversed;
                (Tensor hidden, last[pass]) = Pass(pass, sums(pass, order), state, lengths);
                outputs[direction] = order is null ? hidden : Rows(hidden, order);
            }
            Tensor output = _directions == 1 ? outputs[0] : Tensor.Concatenate(outputs, ^1);
            return mask is null ? output : output * mask;
        }
    }

    // What the inputs of a pass give its gates.
    private Tensor Sums(int pass, Tensor x) => x.Linear(_passes[pass].Input.Value, _passes[pass].Bias.Value);

    // One layer in one direction: x·W + b (T, B, G·H) → h (T, B, H) and the last state (B, H), or (2, B, H) for an Lstm.
    private (Tensor Hidden, Tensor Last) Pass(int pass, Tensor sums, Tensor? state, Indices? lengths)
    {
        (_, Parameter hidden, _, Parameter? stateBias) = _passes[pass];
        var (T, B, _) = sums.Shape;
        int H = Width;
        if (_cell == RecurrentCell.Lstm)
        {
            Tensor begin = state is null ? Tensor.Zeros((2, B, H), Backend) : state[.., pass..(pass + 1)].Reshape((2, B, H));
            Tensor all = sums.Lstm(begin, hidden.Value);                                      // (2, T + 1, B, H)
            Tensor h = all[..1].Reshape((T + 1, B, H));
            Tensor end = lengths is null
                ? all[.., T..].Reshape((2, B, H))
                : Tensor.Stack([After(h, lengths), After(all[1..].Reshape((T + 1, B, H)), lengths)]);
            return (h[1..], end);
        }
        Tensor start = state is null ? Tensor.Zeros((B, H), Backend) : state[pass..(pass + 1)].Reshape((B, H));
        Tensor states = stateBias is null ? sums.Rnn(start, hidden.Value) : sums.Gru(start, hidden.Value, stateBias.Value);
        return (states[1..], lengths is null ? states[T..].Reshape((B, H)) : After(states, lengths));
    }

    // The state (B, H) of each sequence after its own last step, out of (T + 1, B, H).
    private static Tensor After(Tensor states, Indices lengths)
    {
        var (T1, B, H) = states.Shape;
        int[] rows = new int[B];
        for (int b = 0; b < B; b++) rows[b] = (lengths.Values[b] * B) + b;
        return states.Reshape((T1 * B, H)).GatherRows(new Indices(rows, B));
    }

    // ids (B, T) as (T, B), in the given order.
    private static Indices InTime(Indices ids, Indices? order)
    {
        var (B, T) = ids.Shape;
        int[] values = new int[T * B];
        for (int i = 0; i < values.Length; i++)
        {
            int step = order is null ? i : order.Values[i];
            values[i] = ids.Values[(step % B * T) + (step / B)];
        }
        return new Indices(values, (T, B));
    }

    // Steps (T, B, features) in the given order of rows.
    private static Tensor Rows(Tensor x, Indices order)
    {
        var (T, B, features) = x.Shape;
        return x.Reshape((T * B, features)).GatherRows(order).Reshape(x.Shape);
    }

    // Each sequence backwards, from its own last step to its first; the steps after that stay where they are.
    private static Indices ReversedRows(int B, int T, Indices? lengths)
    {
        int[] rows = new int[T * B];
        for (int t = 0; t < T; t++)
            for (int b = 0; b < B; b++)
            {
                int length = lengths is null ? T : lengths.Values[b];
                rows[(t * B) + b] = ((t < length ? length - 1 - t : t) * B) + b;
            }
        return new Indices(rows, T * B);
    }

    // 1 for steps that count, (T, B, 1).
    private Tensor Mask(int B, int T, Indices lengths)
    {
        float[] mask = new float[T * B];
        for (int i = 0; i < mask.Length; i++) mask[i] = i / B < lengths.Values[i % B] ? 1 : 0;
        return Tensor.From(mask, (T, B, 1), Backend);
    }

    // A forget gate that starts open lets memories, and gradients, last from the first step on (Jozefowicz and others, 2015).
    private static Tensor FirstBias(RecurrentCell cell, int width)
    {
        float[] values = new float[new RecurrentSizes(cell, 0, 0, width).Gates * width];
        if (cell == RecurrentCell.Lstm) values.AsSpan(width, width).Fill(1);
        return Tensor.From(values, values.Length);
    }
}

/// <summary>The simple recurrent network (Elman, 1990): h′ = tanh(x·W + b + h·U).</summary>
/// <param name="inputs">Features of each step.</param>
/// <param name="width">H, the number of units.</param>
/// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
/// <param name="layers">How many on top of each other.</param>
/// <param name="bidirectional">Whether each layer reads both ways, so that its output has 2·H features.</param>
/// <param name="dropout">The probability of dropping what goes from one layer to the next in training.</param>
public sealed class Rnn(int inputs, int width, Rng? rng, int layers = 1, bool bidirectional = false, float dropout = 0)
    : RecurrentLayer(RecurrentCell.Rnn, inputs, width, rng, layers, bidirectional, dropout);

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber, 1997; forget gate by Gers and others, 2000), gates in the order i, f, g, o:
/// c′ = f⊙c + i⊙g, h′ = o⊙tanh(c′). The bias of the forget gate starts at 1.
/// </summary>
/// <inheritdoc cref="Rnn"/>
public sealed class Lstm(int inputs, int width, Rng? rng, int layers = 1, bool bidirectional = false, float dropout = 0)
    : RecurrentLayer(RecurrentCell.Lstm, inputs, width, rng, layers, bidirectional, dropout);

/// <summary>
/// The gated recurrent unit (Cho and others, 2014), gates in the order r, z, n: n = tanh(x·W₃ + b₃ + r⊙(h·U₃ + b)), h′ = (1 − z)⊙n + z⊙h.
/// </summary>
/// <inheritdoc cref="Rnn"/>
public sealed class Gru(int inputs, int width, Rng? rng, int layers = 1, bool bidirectional = false, float dropout = 0)
    : RecurrentLayer(RecurrentCell.Gru, inputs, width, rng, layers, bidirectional, dropout);
