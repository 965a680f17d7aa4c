namespace Longhand.Scalar;

/// <summary>
/// What a value was computed from: it, its inputs, their inputs and so on, in the order they were computed, so the value itself comes
/// last. A copy of the numbers, which stays as it is when the tape is rewound; make it after <see cref="Value.Backward"/> to have the
/// gradients in it. Drawn by <see cref="GraphSvg"/> and <see cref="GraphDot"/>, walked by <see cref="Trace"/>, tried out by
/// <see cref="Slope"/>.
/// </summary>
public sealed partial class Graph
{
    private readonly int[] _places;                                      // of each node on the tape, in rising order

    private Graph(GraphNode[] nodes, int[] places) => (Nodes, _places) = (nodes, places);

    public IReadOnlyList<GraphNode> Nodes { get; }

    public static Graph Of(Value root)
    {
        Tape tape = root.Tape;
        _ = tape.At(root);

        // Backwards along the tape, a number is met after everything that uses it: one pass finds all that matter, however deep the graph.
        bool[] needed = new bool[root.Index + 1];
        needed[root.Index] = true;
        for (int i = root.Index; i >= 0; i--)
        {
            ref readonly Tape.Entry e = ref tape.At(i);
            if (!needed[i]) continue;
            if (e.A >= 0) needed[e.A] = true;
            if (e.B >= 0) needed[e.B] = true;
        }

        int[] places = [.. Enumerable.Range(0, needed.Length).Where(i => needed[i])];
        var names = new GraphNames(places.Select(tape.Label));
        var nodes = new GraphNode[places.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            Tape.Entry e = tape.At(places[i]);
            string? label = tape.Label(places[i]);
            nodes[i] = new GraphNode(
                label ?? (e.Operation == Operation.Constant ? ScalarText.Constant(e.Data) : names.Next(e.Operation)),
                IsNamed: label is not null, e.Operation, e.Data, e.Gradient,
                [.. Inputs(e).Select(input => new GraphInput(Array.BinarySearch(places, input.Place), input.Local))]);
        }
        return new Graph(nodes, places);
    }

    /// <summary>Where among <see cref="Nodes"/> a value is.</summary>
    public int IndexOf(Value v)
    {
        int i = Array.BinarySearch(_places, v.Index);
        return i >= 0 ? i : throw new ArgumentException($"{v} is no part of this graph: its result does not depend on it.");
    }

    /// <summary>How a node was computed, with its inputs' names: "a · b", "tanh(n)", "a^3".</summary>
    public string Formula(int node)
    {
        GraphNode y = Nodes[node];
        string a = y.Inputs.Count > 0 ? Factor(y.Inputs[0]) : "", b = y.Inputs.Count > 1 ? Factor(y.Inputs[1]) : "";
        return y.Operation switch
        {
            Operation.Variable or Operation.Constant => y.Name,
            Operation.Add => $"{a} + {b}",
            Operation.Subtract => $"{a} − {b}",
            Operation.Multiply => $"{a} · {b}",
            Operation.Divide => $"{a} / {b}",
            Operation.Negate => $"−{a}",
            Operation.Power => $"{a}^{b}",
            _ => $"{y.Symbol}({a})",
        };
    }

    /// <summary>An input's name as a part of a formula: a negative constant stands in brackets.</summary>
    internal string Factor(GraphInput input) => Nodes[input.Node].Name is var name && name.StartsWith('−') ? $"({name})" : name;

    private static IEnumerable<(int Place, double Local)> Inputs(Tape.Entry e)
    {
        if (e.A >= 0) yield return (e.A, e.LocalA);
        if (e.B >= 0) yield return (e.B, e.LocalB);
    }
}

/// <summary>One number of a graph.</summary>
/// <param name="Name">
/// Its label; without one, a number's own text for a constant, or v1, v2 … as they were computed (x1, x2 … for variables).
/// </param>
/// <param name="IsNamed">Whether the name is a label that somebody gave it.</param>
/// <param name="Operation">How it was computed.</param>
/// <param name="Data">The number.</param>
/// <param name="Gradient">What the last walk left there.</param>
/// <param name="Inputs">What it was computed from: none, one or two.</param>
public sealed record GraphNode(string Name, bool IsNamed, Operation Operation, double Data, double Gradient, IReadOnlyList<GraphInput> Inputs)
{
    /// <summary>Whether it was computed from others.</summary>
    public bool IsComputed => Inputs.Count > 0;

    /// <summary>The operation as a picture shows it.</summary>
    public string Symbol => Operation switch
    {
        Operation.Variable or Operation.Constant => "",
        Operation.Add => "+",
        Operation.Subtract or Operation.Negate => "−",
        Operation.Multiply => "×",
        Operation.Divide => "÷",
        Operation.Power => "xⁿ",
        Operation.Exp => "exp",
        Operation.Log => "log",
        Operation.Tanh => "tanh",
        Operation.Sigmoid => "sigmoid",
        Operation.Relu => "relu",
        _ => throw new ArgumentOutOfRangeException(nameof(Operation), Operation, "Unknown operation."),
    };
}

/// <summary>An input of a node: which node it is, and dy/da, how fast y grows with it.</summary>
public readonly record struct GraphInput(int Node, double Local);

/// <summary>Names for what has none, none of which is taken.</summary>
internal sealed class GraphNames(IEnumerable<string?> labels)
{
    private readonly HashSet<string?> _taken = [.. labels];
    private int _variables, _computed;

    public string Next(Operation operation)
    {
        string name;
        do name = operation == Operation.Variable ? $"x{++_variables}" : $"v{++_computed}";
        while (!_taken.Add(name));
        return name;
    }
}
