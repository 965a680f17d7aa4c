using Longhand.ByHand;
using Longhand.Numerics;
using Longhand.Tensors;
using Loss = Longhand.ByHand.Loss;

namespace Longhand.Tests;

/// <summary>ByHand's Activation, Loss, Mlp and Dropout.</summary>
public sealed class ByHandMlpTests
{
    private static readonly Matrix X = HandCheck.Random(6, 3, "x");

    private static readonly Dictionary<string, (Activation ByHand, Func<Tensor, Tensor> Engine)> Activations = new()
    {
        ["identity"] = (Activation.Identity, x => x * 1),
        ["sigmoid"] = (Activation.Sigmoid, x => x.Sigmoid()),
        ["tanh"] = (Activation.Tanh, x => x.Tanh()),
        ["relu"] = (Activation.Relu, x => x.Relu()),
        ["leaky relu"] = (Activation.LeakyRelu, x => x.Relu() - ((-x).Relu() * 0.01)),
        ["gelu"] = (Activation.Gelu, x => x.Gelu()),
    };

    private static readonly Dictionary<string, (Loss ByHand, Matrix Targets, Func<Tensor, Tensor> Engine)> Losses = new()
    {
        ["squared"] = (Loss.SquaredError, HandCheck.Random(6, 2, "t"), z => Squared(z - Targets("squared", z))),
        ["squared after sigmoid"] = (Loss.Squared(Activation.Sigmoid), HandCheck.Random(6, 2, "t"), z => Squared(z.Sigmoid() - Targets("squared", z))),
        ["logistic"] = (Loss.Logistic, Matrix.Column([1, 0, 0, 1, 1, 0]), z => (z.Softplus() - (Targets("logistic", z) * z)).Mean()),
        ["softmax"] = (Loss.SoftmaxCrossEntropy, Matrix.OneHot([2, 0, 1, 1, 0, 2], 3), z => z.CrossEntropy(new Indices([2, 0, 1, 1, 0, 2], 6))),
    };

    public static TheoryData<string> ActivationNames => [.. Activations.Keys];

    public static TheoryData<string> LossNames => [.. Losses.Keys];

    [Theory]
    [MemberData(nameof(ActivationNames))]
    public void An_activation_and_its_slope(string name)
    {
        (Activation activation, Func<Tensor, Tensor> engine) = Activations[name];
        Matrix z = Matrix.From([[-30, -4, -1.5, -0.3, -1e-3], [1e-3, 0.3, 1.5, 4, 30]]), dY = HandCheck.Random(2, 5, "dy");
        Assert.Equal(name, activation.ToString());
        HandCheck.Run(name, () => activation.Of(z), dY, [new("z", z, activation.SlopeAt(z).Hadamard(dY))], v => engine(v[0]));
    }

    [Fact]
    public void No_activation_overflows()
    {
        foreach ((Activation activation, _) in Activations.Values)
        {
            Matrix z = Matrix.From([[-1e4, 1e4]]);
            Assert.All(activation.Of(z).Values.ToArray(), y => Assert.True(double.IsFinite(y)));
            Assert.All(activation.SlopeAt(z).Values.ToArray(), y => Assert.True(double.IsFinite(y)));
        }
    }

    [Theory]
    [MemberData(nameof(LossNames))]
    public void A_loss_and_its_delta(string name)
    {
        (Loss loss, Matrix t, Func<Tensor, Tensor> engine) = Losses[name];
        Matrix z = HandCheck.Random(6, t.Columns, "z", 2);
        HandCheck.Run(name, () => HandCheck.Scalar(loss.Of(z, t)), HandCheck.One, [new("Z", z, loss.Delta(z, t))], v => engine(v[0]));
    }

    public static IEnumerable<object[]> Networks =>
        from depth in new[] { 1, 2, 4 }
        from activation in Activations.Keys
        from loss in Losses.Keys
        select new object[] { depth, activation, loss };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Gradients_of_a_network(int depth, string activation, string loss) => Check(depth, activation, loss, Penalty.None, dropout: 0);

    [Fact]
    public void Gradients_with_penalties() => Check(3, "tanh", "softmax", new Penalty(L1: 0.03, L2: 0.2), dropout: 0);

    [Fact]
    public void Gradients_with_dropout() => Check(3, "gelu", "softmax", Penalty.None, dropout: 0.4);

    [Fact]
    public void Dropout_keeps_the_mean_and_drops_its_share()
    {
        Matrix x = Matrix.Full(200, 100, 3);
        var dropout = new Dropout(0.3);
        Matrix y = dropout.Forward(x, new Rng("drop")).Y;
        Assert.InRange(y.Sum() / x.Sum(), 0.98, 1.02);
        Assert.InRange(y.Values.ToArray().Count(v => v == 0) / 20_000.0, 0.29, 0.31);
        Assert.Same(x, dropout.Forward(x, null).Y);
        Assert.Contains("rate is 1", Assert.Throws<ArgumentException>(() => new Dropout(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hidden_layer_solves_exclusive_or_and_a_line_does_not()
    {
        Matrix x = Matrix.From([[0, 0], [0, 1], [1, 0], [1, 1]]), t = Matrix.Column([0, 1, 1, 0]);
        Mlp bent = Trained([2, 4, 1]), straight = Trained([2, 1]);
        for (int i = 0; i < 4; i++) Assert.Equal(t[i, 0], bent.Predict(x)[i, 0], 0.05);
        Assert.All(straight.Predict(x).Values.ToArray(), p => Assert.Equal(0.5, p, 0.01));

        Mlp Trained(int[] sizes)
        {
            var model = new Mlp(sizes, Activation.Tanh, Loss.Logistic, new Rng("xor"));
            for (int step = 0; step < 2000; step++) model.Step(x, t, learningRate: 0.5);
            return model;
        }
    }

    [Fact]
    public void One_size_is_no_network() =>
        Assert.Contains("1 sizes", Assert.Throws<ArgumentException>(() => new Mlp([3], Activation.Tanh, Loss.Logistic, new Rng("x"))).Message, StringComparison.Ordinal);

    private static void Check(int depth, string activation, string lossName, Penalty penalty, double dropout)
    {
        (Loss loss, Matrix t, Func<Tensor, Tensor> engineLoss) = Losses[lossName];
        (Activation bend, Func<Tensor, Tensor> engineBend) = Activations[activation];
        int[] sizes = [3, .. Enumerable.Range(0, depth - 1).Select(l => 5 + l), t.Columns];
        Rng? draws = dropout > 0 ? new Rng("drops") : null;
        var model = new Mlp(sizes, bend, loss, new Rng("weights"), dropout) { Penalty = penalty };
        for (int l = 0; l < depth; l++) HandCheck.Randomise(model.B[l], $"bias {l}");

        Mlp.Cache cache = model.Forward(X, draws);
        Mlp.Gradients g = model.Backward(cache, t);
        var derived = new List<Derived> { new("X", X, g.DX) };
        for (int l = 0; l < depth; l++)
        {
            derived.Add(new($"W{l + 1}", model.W[l], g.DW[l]));
            derived.Add(new($"b{l + 1}", model.B[l], g.DB[l]));
        }
        HandCheck.Run($"{depth} layers, {activation}, {lossName}", () => HandCheck.Scalar(model.LossOf(model.Forward(X, draws), t)), HandCheck.One, [.. derived], v =>
        {
            Tensor a = v[0], cost = Tensor.Zeros(Shape.Scalar, a.Backend);
            for (int l = 0; l < depth; l++)
            {
                Tensor w = v[1 + (2 * l)], z = a.MatMul(w) + v[2 + (2 * l)];
                cost += (w.Abs().Sum() * penalty.L1) + ((w * w).Sum() * (penalty.L2 / 2));
                if (l == depth - 1) return engineLoss(z) + cost;
                a = engineBend(z);
                if (cache.Drops[l].Mask is { } mask) a *= HandCheck.ToTensor(mask, a.Backend);
            }
            return a;
        });
    }

    private static Tensor Targets(string loss, Tensor like) => HandCheck.ToTensor(Losses[loss].Targets, like.Backend);

    private static Tensor Squared(Tensor error) => (error * error).Sum() / (2 * error.Shape[0]);
}
