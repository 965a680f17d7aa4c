namespace Longhand.Scalar;

/// <summary>
/// Places a graph's nodes in columns from left to right, every edge pointing right, with few crossings and nearly straight long edges: the
/// method of Sugiyama, Tagawa and Toda (1981) in its four steps. Columns by longest path; a bend wherever an edge passes through a
/// column; an order in each column (<see cref="ColumnOrder"/>); heights (<see cref="ColumnHeights"/>).
/// It knows sizes and edges only, nothing of numbers or drawings.
/// </summary>
internal sealed class LayeredLayout
{
    private const double BendHeight = 10, RowGap = 16;

    private readonly int[] _column;

    /// <param name="sizes">Width and height of each node.</param>
    /// <param name="edges">From and to; a node's number is higher than those of the nodes that its edges come from.</param>
    /// <param name="columnGap">Room between columns, for the edges.</param>
    public LayeredLayout(IReadOnlyList<(double Width, double Height)> sizes, IReadOnlyList<(int From, int To)> edges, double columnGap)
    {
        _column = Columns(sizes.Count, edges);

        // An edge over several columns becomes a chain of short ones over bends, which are placed like nodes.
        List<double> heights = [.. sizes.Select(size => size.Height)];
        List<int> columns = [.. _column];
        var links = new List<(int From, int To)>();
        var bends = new List<int>[edges.Count];
        for (int e = 0; e < edges.Count; e++)
        {
            (int from, int to) = edges[e];
            bends[e] = [];
            int last = from;
            for (int c = _column[from] + 1; c < _column[to]; c++)
            {
                bends[e].Add(columns.Count);
                links.Add((last, columns.Count));
                last = columns.Count;
                columns.Add(c);
                heights.Add(BendHeight);
            }
            links.Add((last, to));
        }

        int[][] order = ColumnOrder.Find(columns, links);
        double[] y = ColumnHeights.Find(order, heights, links, firstBend: sizes.Count, RowGap);

        double[] left = new double[order.Length], width = new double[order.Length];
        for (int i = 0; i < sizes.Count; i++) width[_column[i]] = Math.Max(width[_column[i]], sizes[i].Width);
        for (int c = 1; c < left.Length; c++) left[c] = left[c - 1] + width[c - 1] + columnGap;

        // Nodes end where their column ends, so that what leaves them begins in one line.
        Nodes = [.. sizes.Select((size, i) => (left[_column[i]] + width[_column[i]] - size.Width, y[i]))];
        Routes = [.. bends.Select(chain => chain.SelectMany(b =>
            new[] { (left[columns[b]], y[b]), (left[columns[b]] + width[columns[b]], y[b]) }).ToArray())];
        Width = left[^1] + width[^1];
        Height = Enumerable.Range(0, heights.Count).Max(i => y[i] + heights[i] / 2);
    }

    /// <summary>Of each node the left end and the middle of its height.</summary>
    public IReadOnlyList<(double X, double Y)> Nodes { get; }

    /// <summary>Of each edge the points between its ends: where it enters and leaves every column that it passes.</summary>
    public IReadOnlyList<IReadOnlyList<(double X, double Y)>> Routes { get; }

    public double Width { get; }

    public double Height { get; }

    private static int[] Columns(int nodes, IReadOnlyList<(int From, int To)> edges)
    {
        var inputs = new List<int>[nodes];
        var uses = new List<int>[nodes];
        for (int i = 0; i < nodes; i++) (inputs[i], uses[i]) = ([], []);
        foreach ((int from, int to) in edges)
        {
            inputs[to].Add(from);
            uses[from].Add(to);
        }

        int[] column = new int[nodes];
        for (int i = 0; i < nodes; i++) column[i] = inputs[i].Count == 0 ? 0 : 1 + inputs[i].Max(a => column[a]);

        // A node moves right, next to what it goes into, unless that makes more edges longer than shorter. Inputs of the graph always do.
        for (int i = nodes - 1; i >= 0; i--)
        {
            if (uses[i].Count > 0 && inputs[i].Distinct().Count(a => inputs[a].Count > 0) <= uses[i].Distinct().Count())
                column[i] = uses[i].Min(y => column[y]) - 1;
        }
        int first = column.Min();
        return Array.ConvertAll(column, c => c - first);
    }
}
