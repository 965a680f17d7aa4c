namespace Longhand.Scalar;

/// <summary>
/// Orders the nodes of each column so that few edges cross. Finding the fewest is NP-hard (Garey and Johnson, 1983); two simple moves
/// repeated find few: sort a column by the mean position of each node's neighbours, and swap two neighbours wherever that helps.
/// </summary>
internal static class ColumnOrder
{
    private const int Rounds = 16;

    /// <param name="column">Of each node.</param>
    /// <param name="links">Edges, each from one column to the next.</param>
    /// <returns>For each column its nodes from top to bottom.</returns>
    public static int[][] Find(IReadOnlyList<int> column, IReadOnlyList<(int From, int To)> links)
    {
        var before = new List<int>[column.Count];
        var after = new List<int>[column.Count];
        for (int i = 0; i < column.Count; i++) (before[i], after[i]) = ([], []);
        foreach ((int from, int to) in links)
        {
            before[to].Add(from);
            after[from].Add(to);
        }

        int[][] order = FirstOrder(column, before);
        int[] place = new int[column.Count];
        foreach (int[] nodes in order) Number(nodes, place);
        int[][] best = Copy(order);
        long fewest = Crossings(order, after, place);
        for (int round = 0; round < Rounds && fewest > 0; round++)
        {
            bool rightwards = round % 2 == 0;
            for (int k = 0; k < order.Length; k++)
            {
                int[] nodes = order[rightwards ? k : order.Length - 1 - k];
                List<int>[] neighbours = rightwards ? before : after;
                double[] key = Array.ConvertAll(nodes, i => neighbours[i].Count > 0 ? neighbours[i].Average(j => place[j]) : place[i]);
                int[] sorted = [.. Enumerable.Range(0, nodes.Length).OrderBy(i => key[i]).Select(i => nodes[i])];     // stable: ties stay
                sorted.CopyTo(nodes, 0);
                Number(nodes, place);
            }
            foreach (int[] nodes in order) Swap(nodes, before, after, place);
            long crossings = Crossings(order, after, place);
            if (crossings >= fewest) continue;
            (fewest, best) = (crossings, Copy(order));
        }
        return best;
    }

    // As a walk from the last node to its inputs meets them, first input first: for a tree that is already without crossings.
    private static int[][] FirstOrder(IReadOnlyList<int> column, List<int>[] before)
    {
        var order = new List<int>[column.Max() + 1];
        for (int c = 0; c < order.Length; c++) order[c] = [];
        bool[] seen = new bool[column.Count];
        var waiting = new Stack<int>(Enumerable.Range(0, column.Count).OrderBy(i => column[i]));
        while (waiting.TryPop(out int i))
        {
            if (seen[i]) continue;
            seen[i] = true;
            order[column[i]].Add(i);
            for (int j = before[i].Count - 1; j >= 0; j--) waiting.Push(before[i][j]);
        }
        return Array.ConvertAll(order, nodes => nodes.ToArray());
    }

    private static void Swap(int[] nodes, List<int>[] before, List<int>[] after, int[] place)
    {
        for (int i = 0; i + 1 < nodes.Length; i++)
        {
            (int a, int b) = (nodes[i], nodes[i + 1]);
            int now = Crossed(before[a], before[b], place) + Crossed(after[a], after[b], place);
            int then = Crossed(before[b], before[a], place) + Crossed(after[b], after[a], place);
            if (then >= now) continue;
            (nodes[i], nodes[i + 1]) = (b, a);
            (place[a], place[b]) = (i + 1, i);
        }
    }

    // How many edges of a, which lies above, cross edges of b.
    private static int Crossed(List<int> a, List<int> b, int[] place) => a.Sum(x => b.Count(y => place[x] > place[y]));

    private static long Crossings(int[][] order, List<int>[] after, int[] place)
    {
        long sum = 0;
        foreach (int[] nodes in order)
        {
            for (int i = 0; i < nodes.Length; i++)
            {
                if (after[nodes[i]].Count == 0) continue;
                for (int j = i + 1; j < nodes.Length; j++) sum += Crossed(after[nodes[i]], after[nodes[j]], place);
            }
        }
        return sum;
    }

    private static void Number(int[] nodes, int[] place)
    {
        for (int i = 0; i < nodes.Length; i++) place[nodes[i]] = i;
    }

    private static int[][] Copy(int[][] order) => Array.ConvertAll(order, nodes => nodes.ToArray());
}
