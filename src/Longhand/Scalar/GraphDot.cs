using System.Text;

namespace Longhand.Scalar;

/// <summary>
/// A graph in the DOT language, for Graphviz (dot -Tsvg) and other tools that lay graphs out: a box for each number with name, data and
/// gradient, an oval for each operation, left to right.
/// </summary>
public static class GraphDot
{
    /// <param name="graph">What to write.</param>
    /// <param name="decimals">Of data and gradients.</param>
    public static string Write(Graph graph, int decimals = 4)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var dot = new StringBuilder("digraph {\n  rankdir = LR;\n  node [shape = record, fontname = \"sans-serif\"];\n");
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            GraphNode y = graph.Nodes[i];
            string data = ScalarText.Number(y.Data, decimals), gradient = ScalarText.Number(y.Gradient, decimals);
            string text = y.Operation == Operation.Constant ? Escape(y.Name) : $"{Escape(y.Name)} | data {data} | grad {gradient}";
            dot.Append($"  n{i} [label = \"{text}\"];\n");
            if (!y.IsComputed) continue;
            dot.Append($"  op{i} [label = \"{y.Symbol}\", shape = oval];\n  op{i} -> n{i};\n");
            foreach (GraphInput input in y.Inputs) dot.Append($"  n{input.Node} -> op{i};\n");
        }
        return dot.Append("}\n").ToString();
    }

    // In a record label these have a meaning of their own.
    private static string Escape(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (c is '\\' or '"' or '{' or '}' or '|' or '<' or '>') text.Append('\\');
            text.Append(char.IsControl(c) ? ' ' : c);
        }
        return text.ToString();
    }
}
