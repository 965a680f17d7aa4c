namespace Longhand.Scalar;

/// <summary>
/// Where one gradient comes from: a term for each number that x is used in, by the chain rule
/// dL/dx = Σ dL/dy · dy/dx over all y made from x.
/// </summary>
/// <param name="Node">Which of the graph's nodes x is.</param>
/// <param name="Gradient">dL/dx.</param>
/// <param name="Equation">In letters, then in numbers: "dL/da = dL/dd · dd/da = 1.00 · (−3.00) = −3.00".</param>
/// <param name="Words">The same in sentences, with the rule behind each dy/dx.</param>
public sealed record Derivation(int Node, double Gradient, string Equation, string Words)
{
    // A weight that is used for a hundred examples has a hundred terms; these many are written out.
    private const int MostTerms = 6;

    /// <summary>Derives the gradient of one node from those of the numbers that use it.</summary>
    internal static Derivation Of(Graph graph, IReadOnlyList<double> gradients, int node, int decimals)
    {
        int root = graph.Nodes.Count - 1;
        string x = graph.Nodes[node].Name, L = graph.Nodes[root].Name;
        if (node == root)
        {
            string one = ScalarText.Number(1, decimals);
            return new Derivation(node, 1, $"d{L}/d{L} = {one}", $"{L} is where the walk starts: it grows by one for each one that it grows.");
        }

        List<Term> terms = [.. Terms(graph, gradients, node)];
        List<Term> shown = terms.Count <= MostTerms ? terms : terms[..(MostTerms - 1)];
        string rest = terms.Count > shown.Count ? $" + … ({terms.Count - shown.Count} more)" : "";

        // Where x goes into L itself, ∂L/∂x is that step alone; dL/dx is all ways together.
        string letters = string.Join(" + ", shown.Select(t => $"d{L}/d{t.Y} · {(t.IsResult ? $"∂{L}/∂{x}" : $"d{t.Y}/d{x}")}")) + rest;
        string numbers = string.Join(" + ", shown.Select((t, i) => t.Numbers(first: i == 0, decimals))) + rest;
        string equation = $"d{L}/d{x} = {letters} = {numbers}";
        if (terms.Count > 1) equation += " = " + Sum(shown.Select(t => t.Amount), decimals) + rest;
        equation += " = " + ScalarText.Number(gradients[node], decimals);

        string ways = terms.Count == 1
            ? $"{x} acts on {L} through {shown[0].Words(x, decimals)}"
            : $"{x} acts on {L} in {terms.Count} ways, whose parts add up: through "
                + string.Join("; through ", shown.Select(t => t.Words(x, decimals)));
        return new Derivation(node, gradients[node], equation, $"{ways}{(rest.Length > 0 ? "; and so on" : "")}.");
    }

    private static string Sum(IEnumerable<double> parts, int decimals) =>
        string.Join(" + ", parts.Select((part, i) => i == 0 ? ScalarText.Number(part, decimals) : ScalarText.Factor(part, decimals)));

    private static IEnumerable<Term> Terms(Graph graph, IReadOnlyList<double> gradients, int node)
    {
        for (int i = node + 1; i < graph.Nodes.Count; i++)
        {
            GraphNode y = graph.Nodes[i];
            int[] slots = [.. Enumerable.Range(0, y.Inputs.Count).Where(slot => y.Inputs[slot].Node == node)];
            if (slots.Length == 0) continue;
            double[] locals = Array.ConvertAll(slots, slot => y.Inputs[slot].Local);
            string rule = string.Join(" + ", slots.Select(slot => LocalRule.Of(graph, i, slot)));
            // Where the rule is a plain number, "= 1" needs no "= 1.00" after it.
            bool isNumber = y.Operation is Operation.Add or Operation.Subtract or Operation.Negate or Operation.Relu
                || slots.All(slot => y.Operation == Operation.Multiply && graph.Nodes[y.Inputs[1 - slot].Node].Operation == Operation.Constant);
            yield return new Term(y.Name, IsResult: i == graph.Nodes.Count - 1, graph.Formula(i), rule, isNumber, gradients[i], locals);
        }
    }

    /// <summary>x used in y, once or (as in x · x) twice.</summary>
    private sealed record Term(string Y, bool IsResult, string Formula, string Rule, bool RuleIsNumber, double Gradient, double[] Locals)
    {
        public double Amount => Locals.Sum(local => Gradient * local);

        public string Numbers(bool first, int decimals)
        {
            string gradient = first ? ScalarText.Number(Gradient, decimals) : ScalarText.Factor(Gradient, decimals);
            return $"{gradient} · {Local(decimals)}";
        }

        // "d = a · b, where dd/da = b = −3.00"
        public string Words(string x, int decimals)
        {
            string text = $"{Y} = {Formula}, where {(IsResult ? '∂' : 'd')}{Y}/{(IsResult ? '∂' : 'd')}{x} = {Rule}";
            return RuleIsNumber ? text : $"{text} = {ScalarText.Number(Locals.Sum(), decimals)}";
        }

        private string Local(int decimals) => Locals is [double only] ? ScalarText.Factor(only, decimals) : $"({Sum(Locals, decimals)})";
    }
}
