using Longhand.Backends.Reference;
using Longhand.ByHand;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;
using Xunit.Abstractions;

namespace Longhand.Tests;

/// <summary>ByHand's RnnCell, LstmCell, GruCell, ThroughTime, Bidirectional and Stacked.</summary>
public sealed class ByHandRecurrentTests(ITestOutputHelper output)
{
    private static readonly Rng Random = new("recurrent");

    public static TheoryData<string> Golden => Tests.Golden.Names("recurrent");

    public static TheoryData<string> Cells => ["rnn", "lstm", "gru"];

    /// <summary>Cell, steps, layers, both directions, lengths; a row for each cell.</summary>
    public static TheoryData<string, int, int, bool, int[]?> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, int, int, bool, int[]?>();
            foreach (string cell in (string[])["rnn", "lstm", "gru"])
            {
                shapes.Add(cell, 1, 1, false, null);
                shapes.Add(cell, 4, 1, false, null);
                shapes.Add(cell, 4, 1, false, [4, 1, 0]);
                shapes.Add(cell, 3, 1, true, null);
                shapes.Add(cell, 5, 3, true, [2, 5, 3]);
                shapes.Add(cell, 50, 1, false, null);
                shapes.Add(cell, 50, 2, true, [50, 17, 31]);
            }
            return shapes;
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Every_gradient_equals_measured_slopes_and_the_engines(string cell, int steps, int layers, bool bidirectional, int[]? lengths)
    {
        const int Inputs = 2, Width = 3, Sequences = 3;
        SequenceLayer layer = New(cell, Inputs, Width, layers, bidirectional);
        Matrix[] x = [.. Enumerable.Range(0, steps).Select(t => HandCheck.Random(Sequences, Inputs, $"x {t}"))];
        RecurrentCell.State[] first = [.. layer.Cells.Select((c, i) => RandomState(c, Sequences, $"first {i}"))];
        SequenceLayer.Cache cache = layer.Forward(x, first, lengths);
        Matrix[] dY = [.. cache.Y.Select((y, t) => HandCheck.Random(Sequences, y.Columns, $"dy {t}"))];
        RecurrentCell.State[] dLast = [.. layer.Cells.Select((c, i) => RandomState(c, Sequences, $"last {i}"))];
        SequenceLayer.Gradients g = layer.Backward(cache, dY, dLast);

        List<Derived> derived = [.. x.Select((step, t) => new Derived($"x {t}", step, g.DX[t]))];
        for (int i = 0; i < first.Length; i++)
        {
            derived.AddRange(Parts($"cell {i}", layer.Cells[i], g.DWeights[i]));
            derived.Add(new($"first h {i}", first[i].H, g.DFirst[i].H));
            if (first[i].C is { } c) derived.Add(new($"first c {i}", c, g.DFirst[i].C!));
        }
        HandCheck.Run($"{cell}, {steps} steps", () => Joined(layer.Forward(x, first, lengths)), Joined(dY, dLast), [.. derived], engine: null);
        CompareWithEngine(cell, layer, x, first, lengths, cache, dY, dLast, g);
    }

    [Theory, MemberData(nameof(Golden))]
    public void Equals_PyTorch(string name)
    {
        GoldenCase c = Tests.Golden.Case("recurrent", name);
        int passes = c.Integer("layers") * (c.Flag("bidirectional") ? 2 : 1);
        SequenceLayer layer = New(c.Op, c["x"].Shape[2], c.Integer("width"), c.Integer("layers"), c.Flag("bidirectional"));
        for (int i = 0; i < passes; i++)
        {
            foreach ((string key, Matrix value) in Named(layer.Cells[i], i, passes / c.Integer("layers")))
                Copy(Matrix.From(c[key].Floats(), value.Columns), value);
        }
        int[]? lengths = c.Has("lengths") ? c["lengths"].Integers() : null;
        SequenceLayer.Cache cache = layer.Forward(Steps(c["x"]), c.Has("state") ? States(c["state"], layer) : null, lengths);
        SequenceLayer.Gradients g = layer.Backward(cache, Steps(c["grad.y"]), States(c["grad.last"], layer));

        Compare("y", Flat(cache.Y));
        Compare("last", Flat(cache.Last));
        Compare("grad.x", Flat(g.DX));
        if (c.Has("state")) Compare("grad.state", Flat(g.DFirst));
        for (int i = 0; i < passes; i++)
        {
            foreach ((string key, Matrix value) in Named(layer.Cells[i], i, passes / c.Integer("layers"), g.DWeights[i])) Compare("grad." + key, value.Values);
        }

        void Compare(string key, ReadOnlySpan<double> actual) => HandCheck.Compare($"{name}: {key}", c[key].Doubles(), actual, 1e-8);
    }

    [Theory, MemberData(nameof(Cells))]
    public void In_two_pieces_with_state_and_gradient_handed_on_it_is_the_whole(string cell)
    {
        SequenceLayer layer = New(cell, 2, 3, layers: 2, bidirectional: false);
        Matrix[] x = [.. Enumerable.Range(0, 7).Select(t => HandCheck.Random(2, 2, $"x {t}"))];
        SequenceLayer.Cache whole = layer.Forward(x), first = layer.Forward(x[..4]), second = layer.Forward(x[4..], first.Last);
        Matrix[] dY = [.. whole.Y.Select((_, t) => HandCheck.Random(2, 3, $"dy {t}"))];
        SequenceLayer.Gradients all = layer.Backward(whole, dY), later = layer.Backward(second, dY[4..]), earlier = layer.Backward(first, dY[..4], later.DFirst);
        HandCheck.Compare("outputs", Flat(whole.Y), Flat([.. first.Y, .. second.Y]), 0);
        HandCheck.Compare("dX", Flat(all.DX), Flat([.. earlier.DX, .. later.DX]), 0);
        for (int i = 0; i < 2; i++) HandCheck.Compare("dU", all.DWeights[i].DU.Values, (earlier.DWeights[i] + later.DWeights[i]).DU.Values, 1e-14);
    }

    // At rest every unit is where tanh′ = 1, and only U is left of the Jacobian.
    [Theory]
    [InlineData(0.8)]
    [InlineData(1.0)]
    [InlineData(1.2)]
    public void At_rest_the_gradient_shrinks_or_grows_with_the_spectral_radius_to_the_distance(double radius)
    {
        foreach (int steps in new[] { 1, 10, 50 })
        {
            var cell = new RnnCell(2, 8, Random) { U = radius * Orthogonal.Of(8, Random.Fork("u")) };
            double ratio = Length(GradientAtTheStart(cell, steps, input: 0).H) / Length(Matrix.Full(1, 8, 1));
            output.WriteLine($"spectral radius {radius}, {steps} steps: {ratio:g4}");
            Assert.Equal(1, ratio / Math.Pow(radius, steps), 1e-12);
        }
    }

    [Fact]
    public void Away_from_rest_tanh_shrinks_it_further()
    {
        var cell = new RnnCell(2, 8, Random) { U = 1.2 * Orthogonal.Of(8, Random.Fork("u")) };
        double atRest = Length(GradientAtTheStart(cell, 50, input: 0).H), saturated = Length(GradientAtTheStart(cell, 50, input: 2).H);
        Assert.True(saturated < 1e-3 * atRest, $"{saturated} against {atRest}");
    }

    [Fact]
    public void An_open_gate_lets_it_through()
    {
        double kept = 1 / (1 + Math.Exp(-4)), after = Math.Pow(kept, 50);
        var lstm = new LstmCell(2, 3, Random, forgetBias: 4) { U = new Matrix(3, 12) };
        foreach (double d in GradientAtTheStart(lstm, 50, input: 0).C!.Values) Assert.Equal(after, d, 1e-12);
        var gru = new GruCell(2, 3, Random) { U = new Matrix(3, 9) };
        gru.B.Row(0).Slice(3, 3).Fill(4);
        foreach (double d in GradientAtTheStart(gru, 50, input: 0).H.Values) Assert.Equal(after, d, 1e-12);
    }

    [Theory, MemberData(nameof(Cells))]
    public void Descent_teaches_it_the_first_of_five_numbers(string cell)
    {
        SequenceLayer layer = New(cell, 1, 8, layers: 1, bidirectional: false);
        var readOut = new ByHand.Linear(8, 1, Random);
        Matrix[] x = [.. Enumerable.Range(0, 5).Select(t => HandCheck.Random(16, 1, $"x {t}"))];
        Matrix[] dY = Array.ConvertAll(x, _ => new Matrix(16, 8));
        double before = double.NaN, loss = 0;
        for (int step = 0; step < 400; step++)
        {
            SequenceLayer.Cache cache = layer.Forward(x);
            ByHand.Linear.Cache answer = readOut.Forward(cache.Y[^1]);
            loss = Loss.SquaredError.Of(answer.Y, x[0]);
            if (step == 0) before = loss;
            ByHand.Linear.Gradients g = readOut.Backward(answer, Loss.SquaredError.Delta(answer.Y, x[0]));
            dY[^1] = g.DX;
            layer.Descend(layer.Backward(cache, dY), learningRate: 0.3);
            readOut.Descend(g, learningRate: 0.3);
        }
        Assert.True(loss < 0.1 * before, $"from {before} to {loss}");
    }

    [Fact]
    public void A_new_cell_has_an_orthogonal_matrix_for_each_gate_and_an_lstm_an_open_forget_gate()
    {
        var cell = new LstmCell(2, 5, Random);
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], cell.B.Values.ToArray());
        for (int gate = 0; gate < 4; gate++)
        {
            Matrix u = cell.U.SelectColumns(5 * gate, 5), product = u * u.T;
            for (int i = 0; i < 25; i++) Assert.Equal(i % 6 == 0 ? 1 : 0, product.Values[i], 1e-14);
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_named()
    {
        SequenceLayer layer = New("rnn", 2, 3, layers: 1, bidirectional: true);
        Matrix[] x = [new Matrix(2, 2), new Matrix(2, 2)];
        foreach (int[] lengths in new int[][] { [1], [1, 3], [-1, 2] })
        {
            Assert.Contains("2 sequences need one each, in 0 … 2", Assert.Throws<ArgumentException>(() => layer.Forward(x, lengths: lengths)).Message, StringComparison.Ordinal);
        }
        Assert.Contains("no steps", Assert.Throws<ArgumentException>(() => layer.Forward([])).Message, StringComparison.Ordinal);
    }

    private static void CompareWithEngine(
        string cell, SequenceLayer byHand, Matrix[] x, RecurrentCell.State[] first, int[]? lengths, SequenceLayer.Cache cache, Matrix[] dY,
        RecurrentCell.State[] dLast, SequenceLayer.Gradients g)
    {
        var backend = new ReferenceBackend();
        int directions = cache.Y[0].Columns / byHand.Cells[0].Width, layers = byHand.Cells.Count / directions, B = x[0].Rows, T = x.Length;
        RecurrentLayer layer = cell switch
        {
            "rnn" => new Rnn(x[0].Columns, byHand.Cells[0].Width, null, layers, directions == 2),
            "lstm" => new Lstm(x[0].Columns, byHand.Cells[0].Width, null, layers, directions == 2),
            _ => new Gru(x[0].Columns, byHand.Cells[0].Width, null, layers, directions == 2),
        };
        layer.MoveTo(backend);
        Dictionary<string, Parameter> parameters = layer.Parameters.ToDictionary(p => p.Name, p => p.Parameter);
        for (int i = 0; i < byHand.Cells.Count; i++)
        {
            foreach ((string key, Matrix value) in Named(byHand.Cells[i], i, directions)) backend.Write(parameters[key].Value.Storage, value.Values);
        }
        Tensor input = Tensor.From(Flat(x), (B, T, x[0].Columns), backend).RequireGradient();
        Tensor state = Tensor.From(Flat(first), layer.StateShape(B), backend).RequireGradient();
        (Tensor y, Tensor last) = layer.Forward(input, state, lengths is null ? null : new Indices(lengths, B));
        ((y * Tensor.From(Flat(dY), y.Shape, backend)).Sum() + (last * Tensor.From(Flat(dLast), last.Shape, backend)).Sum()).Backward();

        Compare("y", y, Flat(cache.Y));
        Compare("last", last, Flat(cache.Last));
        Compare("dx", input.Gradient!, Flat(g.DX));
        Compare("dstate", state.Gradient!, Flat(g.DFirst));
        for (int i = 0; i < byHand.Cells.Count; i++)
        {
            foreach ((string key, Matrix value) in Named(byHand.Cells[i], i, directions, g.DWeights[i])) Compare(key, parameters[key].Gradient!, value.Values);
        }

        void Compare(string what, Tensor expected, ReadOnlySpan<double> actual) => HandCheck.Compare($"{cell} on the engine, {what}", expected.ToDoubles(), actual, 1e-10);
    }

    // A gradient of 1 at the last state, and none elsewhere; every input the same.
    private static RecurrentCell.State GradientAtTheStart(RecurrentCell cell, int steps, double input)
    {
        var layer = new ThroughTime(cell);
        SequenceLayer.Cache cache = layer.Forward([.. Enumerable.Repeat(Matrix.Full(1, 2, input), steps)]);
        bool isLstm = cell is LstmCell;
        var dLast = new RecurrentCell.State(Matrix.Full(1, cell.Width, isLstm ? 0 : 1), isLstm ? Matrix.Full(1, cell.Width, 1) : null);
        return layer.Backward(cache, Array.ConvertAll(cache.Y, y => new Matrix(1, y.Columns)), [dLast]).DFirst[0];
    }

    private static SequenceLayer New(string cell, int inputs, int width, int layers, bool bidirectional)
    {
        var all = new SequenceLayer[layers];
        for (int l = 0; l < layers; l++)
        {
            int features = l == 0 ? inputs : bidirectional ? 2 * width : width;
            all[l] = bidirectional ? new Bidirectional(Cell($"{l} forward"), Cell($"{l} backward")) : new ThroughTime(Cell($"{l}"));

            RecurrentCell Cell(string name)
            {
                RecurrentCell one = cell switch
                {
                    "rnn" => new RnnCell(features, width, Random.Fork(name)),
                    "lstm" => new LstmCell(features, width, Random.Fork(name)),
                    _ => new GruCell(features, width, Random.Fork(name)),
                };
                HandCheck.Randomise(one.B, name + "b");
                if (one.StateBias is { } bias) HandCheck.Randomise(bias, name + "state bias");
                return one;
            }
        }
        return layers == 1 ? all[0] : new Stacked(all);
    }

    private static RecurrentCell.State RandomState(RecurrentCell cell, int sequences, string name) => new(
        HandCheck.Random(sequences, cell.Width, name + "h"), cell is LstmCell ? HandCheck.Random(sequences, cell.Width, name + "c") : null);

    private static IEnumerable<Derived> Parts(string name, RecurrentCell cell, RecurrentCell.Weights g)
    {
        yield return new($"{name} W", cell.W, g.DW);
        yield return new($"{name} U", cell.U, g.DU);
        yield return new($"{name} b", cell.B, g.DB);
        if (cell.StateBias is { } bias) yield return new($"{name} second bias", bias, g.DStateBias!);
    }

    // The parameters of one cell, or their gradients, under the engine's names.
    private static IEnumerable<(string Key, Matrix Value)> Named(RecurrentCell cell, int pass, int directions, RecurrentCell.Weights? g = null)
    {
        string suffix = $"_l{pass / directions}" + (pass % directions == 1 ? "_reverse" : "");
        yield return ("weight_ih" + suffix, g?.DW ?? cell.W);
        yield return ("weight_hh" + suffix, g?.DU ?? cell.U);
        yield return ("bias_ih" + suffix, g?.DB ?? cell.B);
        if (cell.StateBias is { } bias) yield return ("bias_hh" + suffix, g?.DStateBias ?? bias);
    }

    // Everything a layer gives, side by side: (B, all).
    private static Matrix Joined(SequenceLayer.Cache cache) => Joined(cache.Y, cache.Last);

    private static Matrix Joined(Matrix[] y, RecurrentCell.State[] last) =>
        Matrix.SideBySide([.. y, .. last.Select(s => s.H), .. last.Where(s => s.C is not null).Select(s => s.C!)]);

    private static void Copy(Matrix from, Matrix to)
    {
        for (int i = 0; i < from.Rows; i++) from.Row(i).CopyTo(to.Row(i));
    }

    private static double Length(Matrix m) => Math.Sqrt(m.Hadamard(m).Sum());

    // (B, T, features), as the engine and the golden files have it.
    private static double[] Flat(Matrix[] steps) =>
        [.. Enumerable.Range(0, steps[0].Rows).SelectMany(b => steps.SelectMany(step => step.Row(b).ToArray()))];

    // (cells, B, H), and for LSTMs all h, then all c.
    private static double[] Flat(RecurrentCell.State[] states) =>
        [.. states.SelectMany(s => s.H.Values.ToArray()), .. states.SelectMany(s => s.C is null ? [] : s.C.Values.ToArray())];

    private static Matrix[] Steps(GoldenArray array)
    {
        (int B, int T, int features) = (array.Shape[0], array.Shape[1], array.Shape[2]);
        var rows = Matrix.From(array.Floats(), features);
        return [.. Enumerable.Range(0, T).Select(t => rows.SelectRows([.. Enumerable.Range(0, B).Select(b => (b * T) + t)]))];
    }

    private static RecurrentCell.State[] States(GoldenArray array, SequenceLayer layer)
    {
        int B = array.Shape[^2], cells = layer.Cells.Count;
        var rows = Matrix.From(array.Floats(), array.Shape[^1]);
        Matrix One(int i) => rows.SelectRows([.. Enumerable.Range(i * B, B)]);
        return [.. layer.Cells.Select((cell, i) => new RecurrentCell.State(One(i), cell is LstmCell ? One(cells + i) : null))];
    }
}
