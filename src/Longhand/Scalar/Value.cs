using System.Globalization;

namespace Longhand.Scalar;

/// <summary>
/// A number that remembers how it was computed. Numbers made from values are values again, so an expression leaves a graph behind; after
/// <see cref="Backward"/>, <see cref="Gradient"/> of every number in it tells how much the result grows for each unit that number grows.
/// <code>
/// var tape = new Tape();
/// Value a = tape.Variable(2), b = tape.Variable(-3);
/// Value y = (a * b).Tanh();
/// y.Backward();                    // a.Gradient is now dy/da
/// </code>
/// The operations are in Value.Operations.cs, the walk is <see cref="Tape"/>'s. A value is a small handle: the numbers themselves
/// lie on the tape, side by side, which makes them as fast as they are many.
/// </summary>
public readonly partial struct Value
{
    private readonly Tape? _tape;

    internal Value(Tape tape, int index, int stamp) => (_tape, Index, Stamp) = (tape, index, stamp);

    /// <summary>The tape the number is written on.</summary>
    public Tape Tape => _tape ?? throw new InvalidOperationException("This value was never made. Hint: Value x = tape.Variable(2.0);");

    /// <summary>Where on the tape; a number stands after all the numbers it was computed from.</summary>
    public int Index { get; }

    internal int Stamp { get; }

    /// <summary>The number. What was computed stays as it is; only a variable may be given a new one, for the next computation.</summary>
    public double Data
    {
        get => Tape.At(this).Data;
        set
        {
            ref Tape.Entry e = ref Tape.At(this);
            if (e.Operation != Operation.Variable)
            {
                throw new InvalidOperationException(e.Operation == Operation.Constant
                    ? "Data: a constant cannot be set. Hint: make it a variable, with tape.Variable."
                    : $"Data: this value was computed by {e.Operation}, so it cannot be set. Hint: set a variable and compute again.");
            }
            e.Data = value;
        }
    }

    /// <summary>dL/dx for this number x and the L whose <see cref="Backward"/> was called; 0 before that.</summary>
    public double Gradient => Tape.At(this).Gradient;

    /// <summary>How the number was computed.</summary>
    public Operation Operation => Tape.At(this).Operation;

    /// <summary>The name given by <see cref="Named"/>, or null.</summary>
    public string? Label
    {
        get
        {
            _ = Tape.At(this);
            return Tape.Label(Index);
        }
    }

    /// <summary>Gives the number a name for pictures and derivations.</summary>
    public Value Named(string label)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(label);
        Tape.SetLabel(this, label);
        return this;
    }

    /// <summary>
    /// Works out dL/dx for every number x that this one, L, depends on: starts with dL/dL = 1 and walks the tape backwards, each
    /// number giving its inputs what the chain rule says, dL/da += dL/dy · dy/da. The sum is there because a may reach L along several paths.
    /// <para>Gradients of variables add up over several walks until <see cref="Tape.ClearGradients"/>; those of computed numbers begin
    /// anew.</para>
    /// </summary>
    public void Backward()
    {
        _ = Tape.At(this);
        Tape.Backward(Index);
    }

    /// <summary>The number and its gradient, as in "Value(data: −6, gradient: 1)".</summary>
    public override string ToString() =>
        _tape is null ? "Value(none)" : string.Create(CultureInfo.InvariantCulture, $"Value(data: {Data:0.####}, gradient: {Gradient:0.####})");
}
