using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Longhand.Numerics;
using Longhand.Scalar;

namespace Longhand.Tests;

public sealed partial class ScalarGraphTests
{
    [Fact]
    public void A_graph_holds_what_the_result_needs_in_the_order_computed()
    {
        var tape = new Tape();
        Value a = tape.Variable(2, "a"), unused = tape.Variable(9, "unused"), b = tape.Variable(3);
        _ = a * unused;
        Value y = (a * b + 0.5).Named("y");
        y.Backward();
        Graph graph = Graph.Of(y);
        tape.Rewind(0);                                                  // the graph is a copy
        Assert.Equal(["a", "x1", "v1", "0.5", "y"], graph.Nodes.Select(n => n.Name));
        Assert.Equal(["a", "x1", "a · x1", "0.5", "v1 + 0.5"], Enumerable.Range(0, 5).Select(graph.Formula));
        Assert.Equal([3, 2, 1, 1, 1], graph.Nodes.Select(n => n.Gradient));
        Assert.Equal([new GraphInput(0, 3), new GraphInput(1, 2)], graph.Nodes[2].Inputs);
    }

    [Fact]
    public void Names_that_nobody_gave_avoid_those_that_somebody_did()
    {
        var tape = new Tape();
        Value v1 = tape.Variable(1, "v1"), y = (v1 + v1) * v1;
        Assert.Equal(["v1", "v2", "v3"], Graph.Of(y).Nodes.Select(n => n.Name));
        Assert.Throws<ArgumentException>(() => Graph.Of(v1).IndexOf(y));
    }

    // Also of computed numbers, which no caller could move from outside.
    [Theory]
    [MemberData(nameof(Drawings))]
    public void The_slope_of_every_number_is_its_gradient(string drawing)
    {
        Graph graph = Make(drawing);
        double scale = graph.Nodes.Max(n => Math.Abs(n.Gradient));
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i].Operation != Operation.Constant) Assert.Equal(graph.Nodes[i].Gradient, graph.Slope(i), tolerance: 1e-5 * scale);
            Assert.Equal(graph.Nodes[^1].Data, graph.Replay(i, graph.Nodes[i].Data));
        }
    }

    [Fact]
    public void Replay_knows_every_operation()
    {
        var tape = new Tape();
        Value a = tape.Variable(0.7, "a"), b = tape.Variable(1.3, "b");
        Value y = ((a + b) * (a - b) / b.Exp()) + (-a).Power(2).Log() + a.Tanh() + b.Sigmoid() + a.Relu();
        y.Backward();
        Graph graph = Graph.Of(y);
        Assert.Equal(a.Gradient, graph.Slope(graph.IndexOf(a)), tolerance: 1e-8);
        Assert.Equal(b.Gradient, graph.Slope(graph.IndexOf(b)), tolerance: 1e-8);
        Assert.Superset(graph.Nodes.Select(n => n.Operation).ToHashSet(), Enum.GetValues<Operation>().ToHashSet());
        Assert.Equal(Enum.GetValues<Operation>().Length, graph.Nodes.Select(n => n.Operation).Distinct().Count());
    }

    [Fact]
    public void Dot_names_every_number_operation_and_edge()
    {
        var tape = new Tape();
        Value a = tape.Variable(2, "a|\"b\""), y = (a * -3).Named("y");
        y.Backward();
        Assert.Equal("""
            digraph {
              rankdir = LR;
              node [shape = record, fontname = "sans-serif"];
              n0 [label = "a\|\"b\" | data 2.00 | grad −3.00"];
              n1 [label = "−3"];
              n2 [label = "y | data −6.00 | grad 1.00"];
              op2 [label = "×", shape = oval];
              op2 -> n2;
              n0 -> op2;
              n1 -> op2;
            }

            """.ReplaceLineEndings("\n"), GraphDot.Write(Graph.Of(y), decimals: 2));
    }

    public static TheoryData<string> Drawings => ["one", "expression", "square", "network", "network with losses", "random 1", "random 2", "random 3"];

    [Theory]
    [MemberData(nameof(Drawings))]
    public void A_drawing_is_well_formed_shows_every_node_and_lets_none_overlap(string drawing)
    {
        Graph graph = Make(drawing);
        XElement svg = XDocument.Parse(GraphSvg.Draw(graph, decimals: 3, locals: true)).Root!;
        XElement[] groups = [.. svg.Elements().Where(e => e.Attribute("data-node") is not null)];
        Assert.Equal(Enumerable.Range(0, graph.Nodes.Count), groups.Select(g => int.Parse(g.Attribute("data-node")!.Value, CultureInfo.InvariantCulture)));

        // Boxes and badges of different nodes keep apart; all lie on the page.
        (double Width, double Height) page = (Number(svg, "width"), Number(svg, "height"));
        var rectangles = groups.SelectMany((g, i) => g.Elements().Where(e => e.Name.LocalName == "rect")
            .Select(r => (Node: i, X: Number(r, "x"), Y: Number(r, "y"), Width: Number(r, "width"), Height: Number(r, "height")))).ToList();
        foreach (var a in rectangles)
        {
            Assert.True(a.X >= 0 && a.Y >= 0 && a.X + a.Width <= page.Width && a.Y + a.Height <= page.Height);
            foreach (var b in rectangles.Where(b => b.Node > a.Node))
            {
                bool apart = a.X + a.Width <= b.X || b.X + b.Width <= a.X || a.Y + a.Height <= b.Y || b.Y + b.Height <= a.Y;
                Assert.True(apart, $"{graph.Nodes[a.Node].Name} and {graph.Nodes[b.Node].Name} overlap");
            }
        }

        // An edge for every input, and one from each operation to its number; all lead to the right.
        string[] paths = [.. svg.Descendants().Where(e => e.Name.LocalName == "path").Select(e => e.Attribute("d")!.Value)];
        Assert.Equal(graph.Nodes.Sum(n => n.Inputs.Count + (n.IsComputed ? 1 : 0)), paths.Length);
        Assert.All(paths, path => Assert.True(Start(path) < End(path), path));
        string text = string.Concat(svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value + "\n"));
        Assert.All(graph.Nodes, n => Assert.Contains(n.Name, text, StringComparison.Ordinal));
        Assert.DoesNotContain("http", svg.ToString().Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    // Straight edges cross when their order differs at both ends; a tree can be drawn without any crossing, and is.
    [Fact]
    public void A_tree_is_drawn_without_crossings()
    {
        var rng = new Rng("tree");
        int index = 0;
        var sizes = new List<(double, double)>();
        var edges = new List<(int, int)>();
        Build(depth: 6);
        var layout = new LayeredLayout(sizes, edges, columnGap: 40);
        foreach ((int from, int to) in edges)
        {
            foreach ((int other, int target) in edges)
            {
                (double x, double y) = layout.Nodes[from];
                if (layout.Nodes[other].X == x && layout.Nodes[target].X == layout.Nodes[to].X && y < layout.Nodes[other].Y)
                    Assert.True(layout.Nodes[to].Y <= layout.Nodes[target].Y);
            }
        }

        int Build(int depth)
        {
            int[] inputs = depth == 0 || rng.Below(5, index++) == 0 ? [] : [.. Enumerable.Range(0, 1 + rng.Below(2, index++)).Select(_ => Build(depth - 1))];
            sizes.Add((80, 50));
            foreach (int input in inputs) edges.Add((input, sizes.Count - 1));
            return sizes.Count - 1;
        }
    }

    [Fact]
    public void A_chain_is_drawn_as_one_straight_line()
    {
        Value y = new Tape().Variable(0.5);
        for (int i = 0; i < 20; i++) y = y.Tanh();
        XElement svg = XDocument.Parse(GraphSvg.Draw(Graph.Of(y))).Root!;
        Assert.All(svg.Descendants().Where(e => e.Name.LocalName == "path"), path => Assert.DoesNotContain("C", path.Attribute("d")!.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void A_graph_too_large_to_read_is_refused()
    {
        Value y = new Tape().Variable(1);
        for (int i = 0; i < GraphSvg.MostNodes; i++) y = -y;
        Assert.Contains("1,001 nodes", Assert.Throws<ArgumentException>(() => GraphSvg.Draw(Graph.Of(y))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_cannot_break_out_of_the_drawing()
    {
        Value y = new Tape().Variable(1, "<script>&\"\u0001'").Tanh();
        XDocument svg = XDocument.Parse(GraphSvg.Draw(Graph.Of(y)));
        Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName == "script");
    }

    private static Graph Make(string drawing)
    {
        var tape = new Tape();
        var rng = new Rng(drawing);
        Value a = tape.Variable(2, "a"), b = tape.Variable(-3, "b");
        Value y;
        switch (drawing)
        {
            case "one":
                y = a;
                break;
            case "expression":
                y = ((a * b + a).Tanh() / 2 - b.Power(2)) * a;
                break;
            case "square":
                y = a * a + a * a * a;
                break;
            case "network" or "network with losses":
                long index = 0;
                var model = new Mlp(tape, 2, [3, 3, 1], Activation.Relu, () => rng.Normal(index++));
                y = model.Forward([a, b])[0];
                if (drawing != "network") y = (y - 1).Power(2) + 0.01 * model.Parameters.Select(p => p * p).Aggregate((s, p) => s + p);
                break;
            default:
                List<Value> values = [a, b];
                for (int i = 0; i < 60; i++)
                {
                    Value left = values[rng.Below(values.Count, 3 * i)], right = values[rng.Below(values.Count, 3 * i + 1)];
                    values.Add(rng.Below(3, 3 * i + 2) switch { 0 => left + right, 1 => left.Tanh(), _ => left * right });
                }
                y = values.Skip(2).Aggregate((s, v) => s + v);
                break;
        }
        y.Backward();
        return Graph.Of(y);
    }

    private static double Number(XElement e, string attribute) => double.Parse(e.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static double Start(string path) => double.Parse(Numbers().Match(path).Value, CultureInfo.InvariantCulture);

    // A path ends in "… x y", or in "Hx".
    private static double End(string path)
    {
        MatchCollection numbers = Numbers().Matches(path);
        return double.Parse(numbers[path.LastIndexOf('H') > path.LastIndexOf('C') ? ^1 : ^2].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Numbers();
}
