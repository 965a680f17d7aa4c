namespace Longhand.Scalar;

/// <summary>
/// Backpropagation as something to look at: which number the walk visits when, what it hands to whom, and for any number where its
/// gradient comes from. The walk is done again on a <see cref="Graph"/>, so it neither needs nor changes the gradients on the tape.
/// </summary>
public sealed class Trace
{
    private readonly double[] _gradients;
    private readonly int _decimals;

    private Trace(Graph graph, int decimals)
    {
        Graph = graph;
        _decimals = decimals;
        _gradients = new double[graph.Nodes.Count];
        _gradients[^1] = 1;
        var steps = new List<TraceStep>();
        for (int i = _gradients.Length - 1; i >= 0; i--)
        {
            GraphNode y = graph.Nodes[i];
            if (y.IsComputed || i == _gradients.Length - 1) steps.Add(Visit(i, y));
        }
        Steps = steps;
    }

    /// <param name="root">L: what the gradients are of.</param>
    /// <param name="decimals">Of the numbers in texts.</param>
    public static Trace Of(Value root, int decimals = 2) => new(Graph.Of(root), decimals);

    public Graph Graph { get; }

    /// <summary>One step for each computed number, from the result to the inputs.</summary>
    public IReadOnlyList<TraceStep> Steps { get; }

    /// <summary>dL/dx for each node x of the graph; 0 for constants, which nobody asks about.</summary>
    public IReadOnlyList<double> Gradients => _gradients;

    /// <summary>Where the gradient of a number comes from.</summary>
    /// <exception cref="ArgumentException">It is a constant, or no part of the graph.</exception>
    public Derivation Derive(Value x) => Derive(Graph.IndexOf(x));

    /// <summary>Where the gradient of the graph's node of this number comes from.</summary>
    /// <exception cref="ArgumentException">It is a constant.</exception>
    public Derivation Derive(int node) => Graph.Nodes[node].Operation != Operation.Constant || node == Graph.Nodes.Count - 1
        ? Derivation.Of(Graph, _gradients, node, _decimals)
        : throw new ArgumentException($"{Graph.Nodes[node].Name} is a constant: no gradient is worked out for it. Hint: make it a variable, with tape.Variable.");

    private TraceStep Visit(int node, GraphNode y)
    {
        double gradient = _gradients[node];
        var given = new List<Contribution>();
        foreach (GraphInput input in y.Inputs)
        {
            if (Graph.Nodes[input.Node].Operation == Operation.Constant) continue;
            double amount = gradient * input.Local;
            _gradients[input.Node] += amount;
            given.Add(new Contribution(input.Node, input.Local, amount, _gradients[input.Node]));
        }
        return new TraceStep(node, gradient, given, Describe(node, y, gradient, given));
    }

    private string Describe(int node, GraphNode y, double gradient, List<Contribution> given)
    {
        string root = Graph.Nodes[^1].Name;
        string start = node == Graph.Nodes.Count - 1
            ? $"The walk starts with d{root}/d{root} = {Show(1)}."
            : $"Everything that uses {y.Name} has been visited, so d{root}/d{y.Name} = {Show(gradient)} is complete.";
        string[] gifts = [.. given.Select(Gift)];
        return gifts.Length == 0 ? start : $"{start} {y.Name} = {Graph.Formula(node)} gives {string.Join(" and ", gifts)}.";

        string Gift(Contribution c)
        {
            string text = $"{Graph.Nodes[c.Input].Name} {Show(gradient)} · {ScalarText.Factor(c.Local, _decimals)} = {Show(c.Amount)}";
            return c.Total == c.Amount ? text : $"{text} ({Show(c.Total)} in all)";
        }
    }

    private string Show(double x) => ScalarText.Number(x, _decimals);
}

/// <summary>One step of the walk: a number whose gradient is complete hands its inputs their parts.</summary>
/// <param name="Node">Which of the graph's nodes is visited.</param>
/// <param name="Gradient">Its gradient dL/dy.</param>
/// <param name="Contributions">What its inputs get; constants get nothing.</param>
/// <param name="Text">The step in a sentence or two.</param>
public sealed record TraceStep(int Node, double Gradient, IReadOnlyList<Contribution> Contributions, string Text);

/// <summary>What one input a of y gets.</summary>
/// <param name="Input">Which of the graph's nodes a is.</param>
/// <param name="Local">dy/da.</param>
/// <param name="Amount">dL/dy · dy/da.</param>
/// <param name="Total">The gradient of a so far, this included.</param>
public sealed record Contribution(int Input, double Local, double Amount, double Total);
