using System.Globalization;
using System.Security;
using System.Text;

namespace Longhand.Scalar;

/// <summary>
/// A graph as a drawing: a box for each number with its name, the number and its gradient, before it the operation that made it, and on
/// request the local derivative at each edge, so that the chain rule can be followed by eye. One self-contained SVG text, with colours for
/// light and dark pages. What is where, <see cref="LayeredLayout"/> decides.
/// <para>Left out: graphs of thousands of nodes, which nobody could read. Draw one neuron, or one example.</para>
/// </summary>
public static class GraphSvg
{
    /// <summary>More nodes than this are refused.</summary>
    public const int MostNodes = 1000;

    private const double BoxHeight = 50, PillHeight = 30, Badge = 32, BadgeGap = 14, ColumnGap = 46, Margin = 20;
    private const double Letter = 8.1;                                   // room for one character at 13 px, on the safe side

    /// <param name="graph">What to draw; made after <see cref="Value.Backward"/>, so that the gradients are there.</param>
    /// <param name="decimals">Of data and gradients.</param>
    /// <param name="locals">Whether to write dy/da at every edge from a to y.</param>
    /// <param name="inPage">Whether it goes into an HTML page, which wants no namespace, rather than into a file of its own.</param>
    public static string Draw(Graph graph, int decimals = 4, bool locals = false, bool inPage = false)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Nodes.Count > MostNodes)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The graph has {graph.Nodes.Count:N0} nodes; more than {MostNodes:N0} cannot be read. Hint: draw one neuron, or the loss of one example."));
        }

        Box[] boxes = [.. graph.Nodes.Select(node => new Box(node, decimals))];
        double bodyWidth = boxes.Max(box => box.BodyWidth);              // all alike: columns with straight sides
        foreach (Box box in boxes.Where(box => box.Node.Operation != Operation.Constant)) box.BodyWidth = bodyWidth;
        List<(int From, int To)> edges = [.. graph.Nodes.SelectMany((y, i) => y.Inputs.Select(input => (input.Node, i)))];
        var layout = new LayeredLayout([.. boxes.Select(b => (b.Width, b.Height))], edges, locals ? ColumnGap + 44 : ColumnGap);
        double width = layout.Width + 2 * Margin, height = layout.Height + 2 * Margin;

        var svg = new StringBuilder();
        string name = Escape(graph.Nodes[^1].Name);
        string space = inPage ? "" : "xmlns=\"http://www.w3.org/2000/svg\" ";
        svg.Append($"<svg {space}class=\"lh-graph\" role=\"img\" viewBox=\"0 0 {N(width)} {N(height)}\" ")
            .Append($"width=\"{N(width)}\" height=\"{N(height)}\">\n<title>How {name} is computed</title>\n<style>{Css}</style>\n")
            .Append($"<rect class=\"page\" width=\"{N(width)}\" height=\"{N(height)}\" rx=\"10\"/>\n");
        DrawEdges(svg, graph, boxes, edges, layout, locals ? decimals : null);
        for (int i = 0; i < boxes.Length; i++) DrawBox(svg, graph, i, boxes[i], Margin + layout.Nodes[i].X, Margin + layout.Nodes[i].Y);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawBox(StringBuilder svg, Graph graph, int i, Box box, double x, double y)
    {
        GraphNode node = box.Node;
        string formula = node.IsComputed ? $"{node.Name} = {graph.Formula(i)}" : node.Name;
        svg.Append($"<g data-node=\"{i}\"><title>{Escape(formula)}</title>");
        double top = y - box.Height / 2;
        if (node.Operation == Operation.Constant)
        {
            svg.Append(Rectangle("pill", x, top, box.Width, box.Height, round: PillHeight / 2));
            svg.Append($"<text class=\"soft mid\" x=\"{N(x + box.Width / 2)}\" y=\"{N(y + 4.5)}\">{Escape(node.Name)}</text></g>\n");
            return;
        }
        double left = x + box.Width - box.BodyWidth;
        if (node.IsComputed)
        {
            svg.Append($"<path class=\"edge\" d=\"M{N(x + box.BadgeWidth)} {N(y)}H{N(left)}\"/>");
            svg.Append(Rectangle("badge", x, y - Badge / 2, box.BadgeWidth, Badge, round: Badge / 2));
            svg.Append($"<text class=\"op mid\" x=\"{N(x + box.BadgeWidth / 2)}\" y=\"{N(y + (node.Symbol.Length == 1 ? 6 : 4.5))}\"");
            svg.Append($"{(node.Symbol.Length == 1 ? " font-size=\"18\"" : "")}>{node.Symbol}</text>");
        }
        string kind = i == graph.Nodes.Count - 1 ? "box result" : node.IsComputed ? "box" : "box leaf";
        svg.Append(Rectangle(kind, left, top, box.BodyWidth, box.Height, round: 8));
        svg.Append($"<text class=\"{(node.IsNamed ? "name" : "auto")}\" x=\"{N(left + 11)}\" y=\"{N(y - 6)}\">{Escape(node.Name)}</text>");
        svg.Append($"<text class=\"data end\" x=\"{N(x + box.Width - 11)}\" y=\"{N(y - 6)}\">{box.Data}</text>");
        svg.Append($"<text class=\"soft\" x=\"{N(left + 11)}\" y=\"{N(y + 15)}\">grad</text>");
        svg.Append($"<text class=\"grad end\" x=\"{N(x + box.Width - 11)}\" y=\"{N(y + 15)}\">{box.Gradient}</text></g>\n");
    }

    private static string Rectangle(string kind, double x, double y, double width, double height, double round) =>
        $"<rect class=\"{kind}\" x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" rx=\"{N(round)}\"/>";

    private static void DrawEdges(
        StringBuilder svg, Graph graph, Box[] boxes, List<(int From, int To)> edges, LayeredLayout layout, int? decimals)
    {
        // Edges share the side of a node from top to bottom in the order in which they come and go, so that they do not cross there.
        double[] arrivals = new double[edges.Count], starts = new double[edges.Count];
        foreach (var into in Enumerable.Range(0, edges.Count).GroupBy(e => edges[e].To)) Spread(into, From, arrivals, most: 12);
        foreach (var outOf in Enumerable.Range(0, edges.Count).GroupBy(e => edges[e].From)) Spread(outOf, To, starts, most: 24);

        var labels = new StringBuilder();
        for (int e = 0; e < edges.Count; e++)
        {
            (int from, int to) = edges[e];
            bool isConstant = graph.Nodes[from].Operation == Operation.Constant;
            (double X, double Y) start = (layout.Nodes[from].X + boxes[from].Width, layout.Nodes[from].Y + (isConstant ? 0 : starts[e]));
            // A badge is round: above and below its middle it begins a little later.
            (double X, double Y) end = (layout.Nodes[to].X + (arrivals[e] == 0 ? 0 : 1.3), layout.Nodes[to].Y + arrivals[e]);
            svg.Append($"<path class=\"{(isConstant ? "edge faint" : "edge")}\" d=\"{Curve([start, .. layout.Routes[e], end])}\"/>\n");
            if (decimals is not { } digits || isConstant) continue;
            int slot = e > 0 && edges[e - 1].To == to ? 1 : 0;
            string local = ScalarText.Number(graph.Nodes[to].Inputs[slot].Local, digits);
            double line = Margin + end.Y + (arrivals[e] > 0 ? 15 : -5);
            labels.Append($"<text class=\"local end\" x=\"{N(Margin + end.X - 7)}\" y=\"{N(line)}\">{local}</text>\n");
        }
        svg.Append(labels);

        double From(int e) => layout.Routes[e].Count > 0 ? layout.Routes[e][^1].Y : layout.Nodes[edges[e].From].Y;
        double To(int e) => layout.Routes[e].Count > 0 ? layout.Routes[e][0].Y : layout.Nodes[edges[e].To].Y + arrivals[e];
    }

    // Sorted by where they lead, up to 12 apart, the middle one in the middle.
    private static void Spread(IEnumerable<int> edges, Func<int, double> far, double[] offsets, double most)
    {
        int[] sorted = [.. edges.OrderBy(far)];
        double step = Math.Min(12, most / Math.Max(1, sorted.Length - 1));
        for (int i = 0; i < sorted.Length; i++) offsets[sorted[i]] = (i - (sorted.Length - 1) / 2.0) * step;
    }

    // Level at every point: curves between columns, straight lines through them.
    private static string Curve(List<(double X, double Y)> points)
    {
        var path = new StringBuilder($"M{N(Margin + points[0].X)} {N(Margin + points[0].Y)}");
        for (int i = 1; i < points.Count; i++)
        {
            (double x0, double y0) = (Margin + points[i - 1].X, Margin + points[i - 1].Y);
            (double x1, double y1) = (Margin + points[i].X, Margin + points[i].Y);
            double middle = (x0 + x1) / 2;
            path.Append(y0 == y1 ? $"H{N(x1)}" : $"C{N(middle)} {N(y0)} {N(middle)} {N(y1)} {N(x1)} {N(y1)}");
        }
        return path.ToString();
    }

    private static string N(double x) => x.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escape(string text) =>
        SecurityElement.Escape(new string([.. text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c)]));

    /// <summary>What a node shows and how much room that takes.</summary>
    private sealed class Box
    {
        public Box(GraphNode node, int decimals)
        {
            Node = node;
            Data = ScalarText.Number(node.Data, decimals);
            Gradient = ScalarText.Number(node.Gradient, decimals);
            if (node.Operation == Operation.Constant)
            {
                (BodyWidth, Height) = (Math.Max(34, 18 + Letter * node.Name.Length), PillHeight);
                return;
            }
            BodyWidth = 22 + Letter * Math.Max(node.Name.Length + 2 + Data.Length, 6 + Gradient.Length);
            Height = BoxHeight;
            if (node.IsComputed) BadgeWidth = Math.Max(Badge, 14 + Letter * node.Symbol.Length);
        }

        public GraphNode Node { get; }

        public string Data { get; }

        public string Gradient { get; }

        public double BodyWidth { get; set; }

        public double BadgeWidth { get; }

        public double Height { get; }

        public double Width => BodyWidth + (BadgeWidth > 0 ? BadgeWidth + BadgeGap : 0);
    }

    private const string Css = """

        .lh-graph { color-scheme: light dark; --page: #ffffff; --ink: #1a1d21; --soft: #6b737c; --line: #9aa3ad;
          --panel: #f6f7f9; --edge: #c3c9d0; --leaf: #eaf1fd; --leaf-line: #7aa5e8; --grad: #b93c06; --result: #fdf0e7; --result-line: #e58a55;
          --badge: #2f3640; --on-badge: #ffffff; --local: #6a3fb5; }
        @media (prefers-color-scheme: dark) { .lh-graph { --page: #14171b; --ink: #e8eaed; --soft: #9aa3ad; --line: #59626c;
          --panel: #1f242a; --edge: #4b545e; --leaf: #1a2a44; --leaf-line: #4f7fc9; --grad: #ff9a5c; --result: #3a2415; --result-line: #c46a35;
          --badge: #d5dae0; --on-badge: #14171b; --local: #b99cf2; } }
        .lh-graph .page { fill: var(--page); }
        .lh-graph text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
          fill: var(--ink); font-variant-numeric: tabular-nums; }
        .lh-graph .box { fill: var(--panel); stroke: var(--line); stroke-width: 1.2; }
        .lh-graph .leaf { fill: var(--leaf); stroke: var(--leaf-line); }
        .lh-graph .result { fill: var(--result); stroke: var(--result-line); }
        .lh-graph .pill { fill: none; stroke: var(--edge); stroke-width: 1.2; }
        .lh-graph .badge { fill: var(--badge); }
        .lh-graph .edge { fill: none; stroke: var(--edge); stroke-width: 1.8; }
        .lh-graph .faint { stroke-dasharray: 4 4; }
        .lh-graph text.op { fill: var(--on-badge); font-weight: 600; } .lh-graph text.op[font-size] { font-size: 18px; }
        .lh-graph text.name { font-weight: 700; } .lh-graph text.auto { fill: var(--soft); font-style: italic; }
        .lh-graph text.soft { fill: var(--soft); } .lh-graph text.grad { fill: var(--grad); font-weight: 600; }
        .lh-graph text.local { fill: var(--local); font-size: 12px; stroke: var(--page); stroke-width: 4px; paint-order: stroke;
          stroke-linejoin: round; }
        .lh-graph .mid { text-anchor: middle; } .lh-graph .end { text-anchor: end; }

        """;
}
