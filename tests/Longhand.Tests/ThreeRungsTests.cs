using Longhand.Backends.Reference;
using Longhand.ByHand;
using Longhand.Scalar;
using Longhand.Tensors;
using Activation = Longhand.ByHand.Activation;
using Mlp = Longhand.ByHand.Mlp;

namespace Longhand.Tests;

/// <summary>
/// Three rungs, one answer: the same network in the scalar engine, derived by hand in matrices, and in the tensor engine in double
/// precision has the same loss and the same gradients.
/// </summary>
public sealed class ThreeRungsTests
{
    private const double Tolerance = 1e-12;
    private static readonly Matrix X = HandCheck.Random(5, 3, "x");

    [Fact]
    public void Linear_regression()
    {
        Matrix t = HandCheck.Random(5, 1, "t");
        var model = new LinearRegression(3) { W = HandCheck.Random(3, 1, "w"), B = HandCheck.Random(1, 1, "b") };
        LinearRegression.Cache cache = model.Forward(X);
        LinearRegression.Gradients g = model.Backward(cache, t);
        Check(model.Loss(cache, t), [new("X", X, g.DX), new("W", model.W, g.DW), new("b", model.B, g.DB)],
            v => HalfSquares(Linear(v[0], v[1], v[2]), t),
            v => HalfSquares(v[0].MatMul(v[1]) + v[2], t));
    }

    [Fact]
    public void Logistic_regression()
    {
        Matrix t = Matrix.Column([1, 0, 0, 1, 0]);
        var model = new LogisticRegression(3) { W = HandCheck.Random(3, 1, "w"), B = HandCheck.Random(1, 1, "b") };
        LogisticRegression.Cache cache = model.Forward(X);
        LogisticRegression.Gradients g = model.Backward(cache, t);
        Check(model.Loss(cache, t), [new("X", X, g.DX), new("W", model.W, g.DW), new("b", model.B, g.DB)],
            v => Surprise(Linear(v[0], v[1], v[2]), t),
            v => Surprise(v[0].MatMul(v[1]) + v[2], t));
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("sigmoid")]
    [InlineData("relu")]
    public void A_network_with_two_hidden_layers(string name)
    {
        Matrix t = Matrix.Column([1, 0, 0, 1, 0]);
        (Activation byHand, Func<Value, Value> scalar, Func<Tensor, Tensor> tensor) = name switch
        {
            "tanh" => (Activation.Tanh, (Func<Value, Value>)(v => v.Tanh()), (Func<Tensor, Tensor>)(v => v.Tanh())),
            "sigmoid" => (Activation.Sigmoid, v => v.Sigmoid(), v => v.Sigmoid()),
            _ => (Activation.Relu, v => v.Relu(), v => v.Relu()),
        };
        var model = new Mlp([3, 4, 3, 1], byHand, Loss.Logistic, new Numerics.Rng("weights"));
        for (int l = 0; l < 3; l++) HandCheck.Randomise(model.B[l], $"bias {l}");
        Mlp.Cache cache = model.Forward(X);
        Mlp.Gradients g = model.Backward(cache, t);
        Derived[] derived = [new("X", X, g.DX), .. Enumerable.Range(0, 3).SelectMany(l => new Derived[] { new($"W{l}", model.W[l], g.DW[l]), new($"b{l}", model.B[l], g.DB[l]) })];
        Check(model.LossOf(cache, t), derived,
            v => Surprise(Linear(Bend(Linear(Bend(Linear(v[0], v[1], v[2]), scalar), v[3], v[4]), scalar), v[5], v[6]), t),
            v => Surprise(tensor(tensor(v[0].MatMul(v[1]) + v[2]).MatMul(v[3]) + v[4]).MatMul(v[5]) + v[6], t));
    }

    private static void Check(double loss, Derived[] derived, Func<Value[][][], Value> scalar, Func<Tensor[], Tensor> tensor)
    {
        var tape = new Tape();
        Value[][][] values = [.. derived.Select(one => Enumerable.Range(0, one.Value.Rows).Select(i => Array.ConvertAll(one.Value.Row(i).ToArray(), x => tape.Variable(x))).ToArray())];
        Value root = scalar(values);
        root.Backward();
        var backend = new ReferenceBackend();
        Tensor[] leaves = [.. derived.Select(one => HandCheck.ToTensor(one.Value, backend).RequireGradient())];
        Tensor y = tensor(leaves);
        y.Backward();

        HandCheck.Compare("loss, scalar", [root.Data], [loss], Tolerance);
        HandCheck.Compare("loss, tensors", y.ToDoubles(), [loss], Tolerance);
        for (int i = 0; i < derived.Length; i++)
        {
            double[] byScalar = [.. values[i].SelectMany(row => row).Select(v => v.Gradient)];
            HandCheck.Compare($"{derived[i].Name}, scalar", byScalar, derived[i].Gradient.Values, Tolerance);
            HandCheck.Compare($"{derived[i].Name}, tensors", leaves[i].Gradient!.ToDoubles(), derived[i].Gradient.Values, Tolerance);
        }
    }

    private static Value[][] Linear(Value[][] x, Value[][] w, Value[][] b) =>
        [.. x.Select(row => Enumerable.Range(0, w[0].Length).Select(j => row.Select((v, k) => v * w[k][j]).Aggregate(b[0][j], (sum, term) => sum + term)).ToArray())];

    private static Value[][] Bend(Value[][] z, Func<Value, Value> function) => Array.ConvertAll(z, row => Array.ConvertAll(row, v => function(v)));

    private static Value HalfSquares(Value[][] y, Matrix t) => Mean(y.Select((row, i) => (row[0] - t[i, 0]) * (row[0] - t[i, 0]) / 2));

    private static Tensor HalfSquares(Tensor y, Matrix t) => ((y - HandCheck.ToTensor(t, y.Backend)) * (y - HandCheck.ToTensor(t, y.Backend))).Mean() / 2;

    private static Value Surprise(Value[][] z, Matrix t) => Mean(z.Select((row, i) => t[i, 0] == 1 ? -row[0].Sigmoid().Log() : -(1 - row[0].Sigmoid()).Log()));

    private static Tensor Surprise(Tensor z, Matrix t)
    {
        Tensor p = z.Sigmoid(), target = HandCheck.ToTensor(t, z.Backend);
        return -((target * p.Log()) + ((1 - target) * (1 - p).Log())).Mean();
    }

    private static Value Mean(IEnumerable<Value> terms)
    {
        Value[] all = [.. terms];
        return all.Aggregate((sum, term) => sum + term) / all.Length;
    }
}
