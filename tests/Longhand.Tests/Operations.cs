using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>
/// The one table of operations: for each op of the golden file, how to compute it here from its inputs. Every test of operations is
/// driven by it, on every backend, so a new operation is tested as soon as it has a golden case and a row here.
/// An op with a fused kernel has a second row for its composed twin.
/// </summary>
internal static class Operations
{
    public static readonly IReadOnlyDictionary<string, Func<GoldenCase, Tensor[], Tensor>> Table =
        new Dictionary<string, Func<GoldenCase, Tensor[], Tensor>>
        {
            ["add"] = (_, x) => x[0] + x[1],
            ["subtract"] = (_, x) => x[0] - x[1],
            ["multiply"] = (_, x) => x[0] * x[1],
            ["divide"] = (_, x) => x[0] / x[1],
            ["minimum"] = (_, x) => Tensor.Minimum(x[0], x[1]),
            ["maximum"] = (_, x) => Tensor.Maximum(x[0], x[1]),
            ["where"] = (_, x) => Tensor.Where(x[0], x[1], x[2]),
            ["negate"] = (_, x) => -x[0],
            ["exp"] = (_, x) => x[0].Exp(),
            ["log"] = (_, x) => x[0].Log(),
            ["sqrt"] = (_, x) => x[0].Sqrt(),
            ["tanh"] = (_, x) => x[0].Tanh(),
            ["sigmoid"] = (_, x) => x[0].Sigmoid(),
            ["relu"] = (_, x) => x[0].Relu(),
            ["leaky_relu"] = (c, x) => x[0].LeakyRelu((float)c.Number("slope")),
            ["abs"] = (_, x) => x[0].Abs(),
            ["gelu_tanh"] = (_, x) => x[0].Gelu(),
            ["gelu_exact"] = (_, x) => x[0].GeluExact(),
            ["silu"] = (_, x) => x[0].Silu(),
            ["softplus"] = (_, x) => x[0].Softplus(),
            ["pow"] = (c, x) => x[0].Pow((float)c.Number("exponent")),
            ["clamp"] = (c, x) => x[0].Clamp(
                c.IsNull("lo") ? float.NegativeInfinity : (float)c.Number("lo"), c.IsNull("hi") ? float.PositiveInfinity : (float)c.Number("hi")),
            ["sum"] = (c, x) => x[0].Sum(Axes(c), c.Flag("keepdims")),
            ["mean"] = (c, x) => x[0].Mean(Axes(c), c.Flag("keepdims")),
            ["amax"] = (c, x) => x[0].Max(Axes(c), c.Flag("keepdims")),
            ["amin"] = (c, x) => x[0].Min(Axes(c), c.Flag("keepdims")),
            ["variance"] = (c, x) => x[0].Variance(Axes(c), c.Flag("keepdims"), c.Integer("correction")),
            ["matmul"] = (_, x) => x[0].MatMul(x[1]),
            ["transpose"] = (c, x) => x[0].Transpose(c.Integers("axes")[0], c.Integers("axes")[1]),
            ["permute"] = (c, x) => x[0].Permute(c.Integers("axes")),
            ["reshape"] = (c, x) => x[0].Reshape(new Shape(c.Integers("shape"))),
            ["slice"] = (c, x) => x[0][[.. c.Integers("starts").Zip(c.Integers("ends"), (start, end) => start..end)]],
            ["concatenate"] = (c, x) => Tensor.Concatenate(x, c.Integer("axis")),
            ["stack"] = (c, x) => Tensor.Stack(x, c.Integer("axis")),
            ["embedding"] = (c, x) => x[0].GatherRows(Ids(c, "ids")),
            ["pick"] = (c, x) => x[0].Pick(Ids(c, "ids")),
            ["masked_fill"] = (c, x) => x[0].MaskedFill(x[1], (float)c.Number("value")),
            ["softmax"] = (c, x) => x[0].Softmax(c.Integer("axis")),
            ["log_softmax"] = (c, x) => x[0].LogSoftmax(c.Integer("axis")),
            ["cross_entropy"] = (c, x) => c.Text("reduction") == "mean"
                ? x[0].CrossEntropy(Ids(c, "targets"), Ignored(c), (float)c.Number("label_smoothing"))
                : x[0].CrossEntropyRows(Ids(c, "targets"), Ignored(c), (float)c.Number("label_smoothing")),
            ["cross_entropy, composed"] = CrossEntropyComposed,
            ["mean_squared_error"] = (_, x) => x[0].MeanSquaredError(x[1]),
            ["mean_absolute_error"] = (_, x) => x[0].MeanAbsoluteError(x[1]),
            ["huber_loss"] = (c, x) => x[0].HuberLoss(x[1], (float)c.Number("delta")),
            ["hinge_loss"] = (_, x) => x[0].HingeLoss(x[1]),
            ["binary_cross_entropy"] = (_, x) => x[0].BinaryCrossEntropy(x[1]),
            ["layer_norm"] = (c, x) => x[0].LayerNorm(x[1], x[2], (float)c.Number("epsilon")),
            ["layer_norm, composed"] = (c, x) => x[0].LayerNormComposed(x[1], x[2], (float)c.Number("epsilon")),
            ["rms_norm"] = (c, x) => x[0].RmsNorm(x[1], (float)c.Number("epsilon")),
            ["rms_norm, composed"] = (c, x) => x[0].RmsNormComposed(x[1], (float)c.Number("epsilon")),
            ["batch_norm"] = BatchNorm,
            ["attention"] = (c, x) => Tensor.Attention(x[0], x[1], x[2], c.Integer("heads"), c.Flag("causal"), Lengths(c)),
            ["attention, composed"] = (c, x) => Tensor.AttentionComposed(x[0], x[1], x[2], c.Integer("heads"), c.Flag("causal"), Lengths(c)),
            ["rnn"] = (_, x) => x[0].Rnn(x[1], x[2]),
            ["rnn, composed"] = (_, x) => x[0].RnnComposed(x[1], x[2]),
            ["lstm"] = (_, x) => x[0].Lstm(x[1], x[2]),
            ["lstm, composed"] = (_, x) => x[0].LstmComposed(x[1], x[2]),
            ["gru"] = (_, x) => x[0].Gru(x[1], x[2], x[3]),
            ["gru, composed"] = (_, x) => x[0].GruComposed(x[1], x[2], x[3]),
            ["rotary"] = (c, x) => x[0].Rotary(c.Integer("heads"), c.Integer("first_position")),
        };

    /// <summary>The ops that whole numbers, masks or lengths enter besides tensors, and which inputs those are.</summary>
    public static bool IsNumbersOnly(string input) => input is "ids" or "targets" or "lengths";

    private static Index[] Axes(GoldenCase c) => Array.ConvertAll(c.Integers("axes"), axis => (Index)axis);

    private static Indices Ids(GoldenCase c, string key) => new(c[key].Integers(), new Shape([.. c[key].Shape]));

    private static Indices? Lengths(GoldenCase c) => c.Has("lengths") ? Ids(c, "lengths") : null;

    private static int Ignored(GoldenCase c) => c.IsNull("ignore_index") ? -100 : c.Integer("ignore_index");

    private static Tensor CrossEntropyComposed(GoldenCase c, Tensor[] x)
    {
        Indices targets = Ids(c, "targets");
        float smoothing = (float)c.Number("label_smoothing");
        int ignored = Ignored(c), n = x[0].Shape[^1];
        float[] counts = Array.ConvertAll(targets.Values.ToArray(), t => t == ignored ? 0f : 1f);
        var known = new Indices(Array.ConvertAll(targets.Values.ToArray(), t => t == ignored ? 0 : t), targets.Shape);
        Tensor logs = x[0].LogSoftmax();
        Tensor rows = -((logs.Pick(known) * (1 - smoothing)) + (logs.Sum(^1) * (smoothing / n))) * Tensor.From(counts, targets.Shape, x[0].Backend);
        return c.Text("reduction") == "mean" ? rows.Sum() * (1 / counts.Sum()) : rows;
    }

    private static Tensor BatchNorm(GoldenCase c, Tensor[] x)
    {
        int axis = c.Integer("axis");
        Tensor features = x[0].Transpose(axis, ^1);
        Index[] others = [.. Enumerable.Range(0, features.Shape.Rank - 1).Select(i => (Index)i)];
        bool training = c.Flag("training");
        Tensor mean = training ? features.Mean(others) : x[3], variance = training ? features.Variance(others) : x[4];
        return features.BatchNorm(mean, variance, x[1], x[2], (float)c.Number("epsilon")).Transpose(axis, ^1);
    }
}
