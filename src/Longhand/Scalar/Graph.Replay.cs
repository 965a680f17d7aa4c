namespace Longhand.Scalar;

/// <summary>
/// Gradients by trying: moves one number of the graph by hand, computed ones too, and does everything after it again with the operations
/// themselves. Slow, and right without any rule: what backpropagation is checked against.
/// </summary>
public sealed partial class Graph
{
    /// <summary>dL/dx as (L(x + h) − L(x − h)) / 2h, for the graph's node of this number x and its result L.</summary>
    /// <param name="node">Which of <see cref="Nodes"/> x is.</param>
    /// <param name="h">How far to move it: large steps reach around curves, small ones drown in rounding; 10⁻⁵ is good for numbers about 1.</param>
    public double Slope(int node, double h = 1e-5) =>
        (Replay(node, Nodes[node].Data + h) - Replay(node, Nodes[node].Data - h)) / (2 * h);

    /// <summary>What the result would be if the number at <paramref name="node"/> were another.</summary>
    public double Replay(int node, double data)
    {
        var tape = new Tape();
        var values = new Value[Nodes.Count];
        for (int i = 0; i < values.Length; i++)
        {
            GraphNode y = Nodes[i];
            values[i] = i == node || !y.IsComputed ? tape.Constant(i == node ? data : y.Data) : Again(y);
        }
        return values[^1].Data;

        Value Again(GraphNode y)
        {
            Value a = values[y.Inputs[0].Node], b = y.Inputs.Count > 1 ? values[y.Inputs[1].Node] : a;
            return y.Operation switch
            {
                Operation.Add => a + b,
                Operation.Subtract => a - b,
                Operation.Multiply => a * b,
                Operation.Divide => a / b,
                Operation.Negate => -a,
                Operation.Power => a.Power(b.Data),
                Operation.Exp => a.Exp(),
                Operation.Log => a.Log(),
                Operation.Tanh => a.Tanh(),
                Operation.Sigmoid => a.Sigmoid(),
                Operation.Relu => a.Relu(),
                _ => throw new InvalidOperationException($"{y.Operation} is not computed."),
            };
        }
    }
}
