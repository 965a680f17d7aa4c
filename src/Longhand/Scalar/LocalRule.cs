namespace Longhand.Scalar;

/// <summary>The local derivative dy/da of an operation in letters, with the names of the numbers at hand: "b" for y = a · b.</summary>
internal static class LocalRule
{
    /// <param name="graph">Where the names are.</param>
    /// <param name="node">y.</param>
    /// <param name="slot">Which input: 0 is a, 1 is b.</param>
    public static string Of(Graph graph, int node, int slot)
    {
        GraphNode y = graph.Nodes[node];
        string a = graph.Factor(y.Inputs[0]), b = y.Inputs.Count > 1 ? graph.Factor(y.Inputs[1]) : "";
        return y.Operation switch
        {
            Operation.Add => "1",
            Operation.Subtract => slot == 0 ? "1" : "−1",
            Operation.Multiply => graph.Nodes[y.Inputs[1 - slot].Node].Name,
            Operation.Divide => slot == 0 ? $"1 / {b}" : $"−{a} / {b}²",
            Operation.Negate => "−1",
            Operation.Power => Power(a, graph.Nodes[y.Inputs[1].Node].Data),
            Operation.Exp => y.Name,
            Operation.Log => $"1 / {a}",
            Operation.Tanh => $"1 − {y.Name}²",
            Operation.Sigmoid => $"{y.Name} · (1 − {y.Name})",
            Operation.Relu => y.Inputs[0].Local > 0 ? $"1 as {a} > 0" : $"0 as {a} ≤ 0",
            _ => throw new ArgumentOutOfRangeException(nameof(node), y.Operation, "A variable has no inputs."),
        };
    }

    // n·aⁿ⁻¹, with 2·a for the square.
    private static string Power(string a, double n)
    {
        if (n == 2) return $"2 · {a}";
        string less = ScalarText.Constant(n - 1);
        return $"{ScalarText.Constant(n)} · {a}^{(less.StartsWith('−') ? $"({less})" : less)}";
    }
}
