using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>Recurrent layers against PyTorch's, and what must hold whatever the weights are.</summary>
public sealed class RecurrentLayerTests
{
    public static TheoryData<string> Cases => Golden.Names("recurrent");

    public static TheoryData<string> Cells => ["rnn", "lstm", "gru"];

    [Theory, MemberData(nameof(Cases))]
    public void Equals_PyTorch_in_double_precision(string name) => Compare(name, new ReferenceBackend(), 1e-7);

    [Theory, MemberData(nameof(Cases))]
    public void Equals_PyTorch_on_the_processor(string name) => Compare(name, new CpuBackend(), 2e-5);

    [Theory, MemberData(nameof(Cells))]
    public void Gradients_equal_measured_slopes(string cell)
    {
        RecurrentLayer layer = New(cell, 3, 4, null, layers: 2, bidirectional: true);
        var lengths = new Indices([4, 2, 3], 3);
        ModuleCheck.Gradients(
            layer,
            x =>
            {
                (Tensor y, Tensor last) = layer.Forward(x[0], x[1], lengths);
                return y.Sum() + (last * last).Sum();
            },
            ModuleCheck.Input((3, 4, 3)), ModuleCheck.Input(layer.StateShape(3), "state"));
    }

    [Theory, MemberData(nameof(Cells))]
    public void A_sequence_in_two_pieces_with_the_state_carried_over_equals_the_whole(string cell)
    {
        RecurrentLayer layer = New(cell, 5, 24, new Rng("pieces"), layers: 2);
        Tensor x = ModuleCheck.Input((3, 10, 5));
        (Tensor whole, Tensor last) = layer.Forward(x);
        (Tensor first, Tensor between) = layer.Forward(x[.., ..4]);
        (Tensor second, Tensor end) = layer.Forward(x[.., 4..], between.Detach());
        Assert.Equal(whole.ToArray(), Tensor.Concatenate([first, second], 1).ToArray());
        Assert.Equal(last.ToArray(), end.ToArray());
    }

    [Theory, MemberData(nameof(Cells))]
    public void Tokens_give_what_their_rows_give_whichever_of_the_two_is_multiplied(string cell)
    {
        RecurrentLayer layer = New(cell, 5, 24, new Rng("tokens"), layers: 2, bidirectional: true);
        var lengths = new Indices([4, 1, 3], 3);
        var ids = new Indices([2, 0, 1, 1, 0, 0, 0, 0, 1, 2, 1, 0], (3, 4));
        foreach (int rows in (int[])[3, 12])                                                  // fewer than the steps, and as many
        {
            Tensor table = Tensor.Normal((rows, 5), new Rng("table")), other = table.RequireGradient();
            table = table.RequireGradient();
            (Tensor y, Tensor last) = layer.ForwardTokens(table, ids, lengths: lengths);
            (Tensor expected, Tensor expectedLast) = layer.Forward(other.GatherRows(ids), lengths: lengths);
            Assert.Equal(expected.ToArray(), y.ToArray());
            Assert.Equal(expectedLast.ToArray(), last.ToArray());
            float[] gradients = Gradients(y, table), expectedGradients = Gradients(expected, other);
            foreach ((float a, float b) in expectedGradients.Zip(gradients)) Assert.Equal(a, b, 1e-5f * Math.Max(1, Math.Abs(a)));
        }

        // Of the table and of every parameter.
        float[] Gradients(Tensor y, Tensor table)
        {
            layer.ClearGradients();
            y.Sum().Backward();
            return [.. table.Gradient!.ToArray(), .. layer.Parameters.SelectMany(p => p.Parameter.Value.Gradient!.ToArray())];
        }
    }

    // Tiles of 12, 8 and 4 rows, moved back at the end, and fewer rows than the least of them; on one thread and shared out.
    [Theory, MemberData(nameof(Cells))]
    public void Any_number_of_sequences_gives_each_what_it_gets_alone(string cell)
    {
        const int T = 3, In = 3, H = 40, Most = 29;
        RecurrentLayer layer = New(cell, In, H, new Rng("any"));
        Tensor x = ModuleCheck.Input((Most, T, In));
        (float[] Y, float[] Gradient)[] alone = [.. Enumerable.Range(0, Most).Select(b => Read(x[b..(b + 1)]))];
        for (int count = 1; count <= Most; count++)
        {
            (float[] y, float[] gradient) = Read(x[..count]);
            for (int b = 0; b < count; b++)
            {
                Assert.Equal(alone[b].Y, y[(b * T * H)..((b + 1) * T * H)]);
                Assert.Equal(alone[b].Gradient, gradient[(b * T * In)..((b + 1) * T * In)]);
            }
        }

        (float[], float[]) Read(Tensor sequences)
        {
            Tensor leaf = sequences.Detach().RequireGradient(), y = layer.Forward(leaf).Output;
            (y * y).Sum().Backward();
            return (y.ToArray(), leaf.Gradient!.ToArray());
        }
    }

    [Theory, MemberData(nameof(Cells))]
    public void What_comes_after_the_end_of_a_sequence_changes_nothing(string cell)
    {
        RecurrentLayer layer = New(cell, 2, 3, new Rng("ends"), layers: 2, bidirectional: true);
        Tensor x = ModuleCheck.Input((1, 3, 2));
        Tensor padded = Tensor.Concatenate([x, Tensor.Full((1, 4, 2), 1000)], 1);
        (Tensor y, Tensor last) = layer.Forward(x);
        (Tensor paddedY, Tensor paddedLast) = layer.Forward(padded, lengths: new Indices([3], 1));
        Assert.Equal(y.ToArray(), paddedY[.., ..3].ToArray());
        Assert.All(paddedY[.., 3..].ToArray(), v => Assert.Equal(0, v));
        Assert.Equal(last.ToArray(), paddedLast.ToArray());
    }

    [Theory, MemberData(nameof(Cells))]
    public void A_sequence_of_length_0_keeps_the_state_it_began_with(string cell)
    {
        RecurrentLayer layer = New(cell, 2, 3, new Rng("nothing"));
        Tensor begin = Tensor.Normal(layer.StateShape(2), new Rng("begin"));
        (_, Tensor last) = layer.Forward(ModuleCheck.Input((2, 4, 2)), begin, new Indices([0, 4], 2));
        Tensor a = begin.Transpose(^2, 0), b = last.Transpose(^2, 0);
        Assert.Equal(a[..1].ToArray(), b[..1].ToArray());
        Assert.NotEqual(a[1..].ToArray(), b[1..].ToArray());
    }

    [Fact]
    public void A_new_layer_has_orthogonal_weights_for_each_gate_and_an_open_forget_gate()
    {
        var layer = new Lstm(3, 4, new Rng("start"));
        Dictionary<string, Parameter> parameters = layer.Parameters.ToDictionary(p => p.Name, p => p.Parameter);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], parameters["bias_ih_l0"].Value.ToArray());
        for (int gate = 0; gate < 4; gate++)
        {
            Tensor u = parameters["weight_hh_l0"].Value.Detach()[.., (4 * gate)..(4 * (gate + 1))];
            float[] product = u.MatMul(u, transpose: true).ToArray();
            for (int i = 0; i < 16; i++) Assert.Equal(i % 5 == 0 ? 1 : 0, product[i], 1e-5f);
        }
    }

    [Fact]
    public void Dropout_falls_between_layers_in_training_only()
    {
        var layer = new Rnn(2, 64, new Rng("dropout"), layers: 2, dropout: 0.5f);
        Tensor x = ModuleCheck.Input((1, 3, 2));
        float[] use = layer.Forward(x).Output.ToArray();
        Assert.Equal(use, layer.Forward(x).Output.ToArray());
        Assert.NotEqual(use, layer.Forward(x, rng: new Rng("a")).Output.ToArray());
        Assert.Equal(layer.Forward(x, rng: new Rng("a")).Output.ToArray(), layer.Forward(x, rng: new Rng("a")).Output.ToArray());
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        var layer = new Lstm(2, 3, new Rng("wrong"));
        Tensor x = ModuleCheck.Input((2, 4, 2));
        Assert.Contains("(2, 1, 2, 3)", Assert.Throws<ShapeException>(() => layer.Forward(x, Tensor.Zeros((1, 2, 3)))).Message, StringComparison.Ordinal);
        Assert.Contains("0 … 4", Assert.Throws<ShapeException>(() => layer.Forward(x, lengths: new Indices([5, 1], 2))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => layer.Forward(x, lengths: new Indices([1], 1)));
        Assert.Throws<ShapeException>(() => layer.Forward(ModuleCheck.Input((2, 4, 3))));
        Assert.Contains("4·H", Assert.Throws<ShapeException>(() => ModuleCheck.Input((2, 1, 8)).Lstm(Tensor.Zeros((2, 1, 2)), Tensor.Zeros((2, 6)))).Message, StringComparison.Ordinal);
    }

    private static RecurrentLayer New(string cell, int inputs, int width, Rng? rng, int layers = 1, bool bidirectional = false) => cell switch
    {
        "rnn" => new Rnn(inputs, width, rng, layers, bidirectional),
        "lstm" => new Lstm(inputs, width, rng, layers, bidirectional),
        _ => new Gru(inputs, width, rng, layers, bidirectional),
    };

    private static void Compare(string name, IBackend backend, double relative)
    {
        GoldenCase c = Golden.Case("recurrent", name);
        RecurrentLayer layer = New(c.Op, c["x"].Shape[2], c.Integer("width"), null, c.Integer("layers"), c.Flag("bidirectional"));
        layer.MoveTo(backend);
        foreach ((string key, Parameter parameter) in layer.Parameters)
        {
            Assert.Equal(c[key].Shape, parameter.Shape.Sizes.ToArray());
            backend.Write(parameter.Value.Storage, c[key].Doubles());
        }
        Tensor x = Input("x").RequireGradient();
        Tensor? state = c.Has("state") ? Input("state").RequireGradient() : null;
        Indices? lengths = c.Has("lengths") ? new Indices(c["lengths"].Integers(), c["lengths"].Length) : null;
        (Tensor y, Tensor last) = layer.Forward(x, state, lengths);
        Close("y", y);
        Close("last", last);

        ((y * Input("grad.y")).Sum() + (last * Input("grad.last")).Sum()).Backward();
        Close("grad.x", x.Gradient!);
        if (state is not null) Close("grad.state", state.Gradient!);
        foreach ((string key, Parameter parameter) in layer.Parameters) Close("grad." + key, parameter.Gradient!);

        Tensor Input(string key) => Tensor.From(c[key].Doubles(), new Shape([.. c[key].Shape]), backend);
        void Close(string key, Tensor actual)
        {
            Assert.Equal(c[key].Shape, actual.Shape.Sizes.ToArray());
            OperationTests.AssertClose($"{name}: {key}", c[key].Doubles(), actual.ToDoubles(), relative);
        }
    }
}
