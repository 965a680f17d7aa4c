using System.Runtime.CompilerServices;

namespace Longhand.Scalar;

/// <summary>
/// Everything that was computed, in the order it was computed: one entry for each number. An entry knows its inputs, which are earlier
/// entries, and its <i>local derivatives</i>: how much the number moves when an input moves a little. That is all that backpropagation
/// needs. Read from the end to the beginning, the tape meets every number before the inputs it was made from, so when the walk
/// arrives at a number, everything that depends on it has already reported, and its gradient is complete.
/// <para>The memory is kept: <see cref="Rewind"/> forgets what was computed after a point, and the next step writes over it.
/// A tape belongs to one thread.</para>
/// <para>Left out: gradients of gradients, and anything with more than one number in it. For tensors see Longhand.Tensors.</para>
/// </summary>
public sealed class Tape
{
    private const int None = -1;

    private Entry[] _entries = new Entry[256];
    private int _count;
    private int _rewinds;
    private readonly Dictionary<int, (int Stamp, string Text)> _labels = [];

    // 48 bytes; a step of a network is a long run of these, written once forwards and read once backwards.
    internal struct Entry
    {
        public double Data;
        public double Gradient;
        public double LocalA, LocalB;        // dy/da and dy/db
        public int A, B;                     // where the inputs stand, or None
        public int Stamp;                    // how often the tape had been rewound when this was written
        public Operation Operation;
    }

    /// <summary>How many numbers are on the tape.</summary>
    public int Count => _count;

    /// <summary>A number that is not computed and whose gradient is wanted: an input or a parameter.</summary>
    public Value Variable(double data, string? label = null)
    {
        Value v = Write(Operation.Variable, data, None, 0, None, 0);
        return label is null ? v : v.Named(label);
    }

    /// <summary>A number whose gradient nobody asks for.</summary>
    public Value Constant(double data) => Write(Operation.Constant, data, None, 0, None, 0);

    /// <summary>
    /// Forgets everything after the first <paramref name="count"/> numbers, usually all but a model's parameters; <see cref="Count"/> at
    /// that time tells how many these are. A forgotten value throws when it is used.
    /// </summary>
    public void Rewind(int count)
    {
        if ((uint)count > (uint)_count)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count,
                $"Rewind: the tape holds only {_count} numbers. Hint: rewind to what Count was earlier.");
        }
        _count = count;
        _rewinds++;
    }

    /// <summary>Sets every gradient to zero. Needed between two walks, since gradients of variables add up from walk to walk.</summary>
    public void ClearGradients()
    {
        foreach (ref Entry e in _entries.AsSpan(0, _count)) e.Gradient = 0;
    }

    /// <summary>Backpropagation from the number at <paramref name="root"/>; see <see cref="Value.Backward"/>.</summary>
    internal void Backward(int root)
    {
        // All of the tape, not only up to the root: what came after it may hold gradients of an earlier walk from elsewhere.
        Span<Entry> entries = _entries.AsSpan(0, _count);
        foreach (ref Entry e in entries)
        {
            if (e.Operation > Operation.Constant) e.Gradient = 0;
        }
        entries[root].Gradient += 1;                                    // dL/dL

        for (int i = root; i >= 0; i--)
        {
            ref Entry y = ref entries[i];
            // Nothing flows through a gradient of zero: what L does not depend on, and what lies behind a closed ReLU.
            if (y.A == None || y.Gradient == 0) continue;
            entries[y.A].Gradient += y.Gradient * y.LocalA;              // the chain rule
            if (y.B != None) entries[y.B].Gradient += y.Gradient * y.LocalB;
        }
    }

    /// <summary>Adds y to the end of the tape, with its inputs and dy/da, dy/db.</summary>
    internal Value Record(Operation operation, double y, Value a, double da, Value b, double db)
    {
        if (a.Tape != b.Tape)
            throw new ArgumentException($"{operation}: the two values lie on different tapes. Hint: make both from the same Tape.");
        return Write(operation, y, a.Index, da, b.Index, db);
    }

    internal Value Record(Operation operation, double y, Value a, double da) => Write(operation, y, a.Index, da, None, 0);

    /// <summary>The entry of a value that is still on the tape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref Entry At(Value v)
    {
        if ((uint)v.Index < (uint)_count)
        {
            ref Entry e = ref _entries[v.Index];
            if (e.Stamp == v.Stamp) return ref e;
        }
        throw Forgotten(v);
    }

    internal ref readonly Entry At(int position) => ref _entries[position];

    internal void SetLabel(Value v, string text) => _labels[v.Index] = (At(v).Stamp, text);

    // The stamp tells a label of this number from one that stood at the same place before the tape was rewound.
    internal string? Label(int position) =>
        _labels.TryGetValue(position, out (int Stamp, string Text) label) && label.Stamp == _entries[position].Stamp ? label.Text : null;

    private Value Write(Operation operation, double data, int a, double da, int b, double db)
    {
        if (_count == _entries.Length) Array.Resize(ref _entries, 2 * _count);
        int position = _count++;
        ref Entry e = ref _entries[position];
        e.Data = data;
        e.Gradient = 0;
        (e.A, e.LocalA) = (a, da);
        (e.B, e.LocalB) = (b, db);
        e.Operation = operation;
        e.Stamp = _rewinds;
        return new Value(this, position, e.Stamp);
    }

    private static InvalidOperationException Forgotten(Value v) =>
        new($"The value at place {v.Index} of the tape was forgotten by Rewind. Hint: rewind to a Count taken after what you want to keep.");
}
