namespace Longhand.Scalar;

/// <summary>
/// Heights for columns whose order is known: each node wants to be level with its neighbours, and none may overlap. A column alone is
/// the problem of least squares under an order: minimise Σ wᵢ(yᵢ − wantedᵢ)² with yᵢ₊₁ − yᵢ at least so much. Taking the distances
/// off turns it into isotonic regression, which pooling adjacent violators solves exactly (Ayer and others, 1955). Sweeping over the
/// columns to and fro lets the wishes settle.
/// </summary>
internal static class ColumnHeights
{
    private const int Sweeps = 40;
    private const double Straight = 8;                                   // how much more a long edge wants to be straight than a short one

    public static double[] Find(int[][] order, IReadOnlyList<double> heights, IReadOnlyList<(int From, int To)> links, int firstBend, double gap)
    {
        var neighbours = new List<(int Node, double Weight)>[heights.Count];
        for (int i = 0; i < neighbours.Length; i++) neighbours[i] = [];
        foreach ((int from, int to) in links)
        {
            double weight = from >= firstBend && to >= firstBend ? Straight : from >= firstBend || to >= firstBend ? 2 : 1;
            neighbours[from].Add((to, weight));
            neighbours[to].Add((from, weight));
        }

        double[] y = new double[heights.Count];
        foreach (int[] nodes in order) Stack(nodes, heights, gap, y);
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int k = 0; k < order.Length; k++)
            {
                int[] nodes = order[sweep % 2 == 0 ? k : order.Length - 1 - k];
                Settle(nodes, heights, gap, neighbours, y);
            }
        }

        double top = Enumerable.Range(0, y.Length).Min(i => y[i] - heights[i] / 2);
        return Array.ConvertAll(y, value => value - top);
    }

    // One below the other, the middle of the column at 0.
    private static void Stack(int[] nodes, IReadOnlyList<double> heights, double gap, double[] y)
    {
        double at = -(nodes.Sum(i => heights[i]) + gap * (nodes.Length - 1)) / 2;
        foreach (int i in nodes)
        {
            y[i] = at + heights[i] / 2;
            at += heights[i] + gap;
        }
    }

    private static void Settle(int[] nodes, IReadOnlyList<double> heights, double gap, List<(int Node, double Weight)>[] neighbours, double[] y)
    {
        // Blocks of nodes that touch: each stands at the weighted mean of what its members want, less their offsets within the column.
        var blocks = new Stack<(double Sum, double Weight, int Count)>();
        double[] offset = new double[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            if (i > 0) offset[i] = offset[i - 1] + (heights[nodes[i - 1]] + heights[nodes[i]]) / 2 + gap;
            double weight = neighbours[nodes[i]].Sum(n => n.Weight);
            double wanted = weight > 0 ? neighbours[nodes[i]].Sum(n => n.Weight * y[n.Node]) / weight : y[nodes[i]];
            weight = Math.Max(weight, 1);
            (double Sum, double Weight, int Count) block = (weight * (wanted - offset[i]), weight, 1);
            while (blocks.TryPeek(out var above) && above.Sum / above.Weight > block.Sum / block.Weight)
            {
                blocks.Pop();
                block = (block.Sum + above.Sum, block.Weight + above.Weight, block.Count + above.Count);
            }
            blocks.Push(block);
        }

        int next = 0;
        foreach ((double sum, double weight, int count) in blocks.Reverse())
        {
            for (int k = 0; k < count; k++, next++) y[nodes[next]] = sum / weight + offset[next];
        }
    }
}
