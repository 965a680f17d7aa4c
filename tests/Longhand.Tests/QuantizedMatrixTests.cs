using Longhand.Backends.Cpu;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Tests;

/// <summary>8-bit weights; the kernels themselves stand in the table of kernels, against the reference and across vector widths.</summary>
public sealed class QuantizedMatrixTests
{
    private static readonly CpuBackend Backend = new(2);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 17)]
    [InlineData(400, 130)]
    public void No_weight_moves_by_more_than_half_a_scale_and_the_largest_stay(int inputs, int outputs)
    {
        float[] w = Numbers(inputs * outputs);
        float[] q = QuantizedMatrix.FromColumns(Tensor.From(w, (inputs, outputs), Backend)).Rows(new Indices([.. Enumerable.Range(0, outputs)])).ToArray();
        for (int n = 0; n < outputs; n++)
        {
            double max = Enumerable.Range(0, inputs).Max(k => Math.Abs((double)w[(k * outputs) + n])), scale = max / 127;
            for (int k = 0; k < inputs; k++)
            {
                double before = w[(k * outputs) + n], after = q[(n * inputs) + k];
                Assert.InRange(Math.Abs(after - before), 0, scale * 0.500001);
                if (Math.Abs(before) == max) Assert.Equal(before, after, max * 1e-6);
            }
        }
    }

    [Fact]
    public void Ties_go_to_even_numbers_and_zeros_stay()
    {
        float[] w = [127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 0, -127];
        Assert.Equal([127, 0, 2, 2, -0f, -2, 0, -127], Row(QuantizedMatrix.FromRows(Tensor.From(w, (1, 8), Backend)), 0));
        Assert.Equal([0, 0, 0], Row(QuantizedMatrix.FromRows(Tensor.Zeros((2, 3), Backend)), 1));
        Assert.All(Row(QuantizedMatrix.FromRows(Tensor.From([1e-45f, -3e-45f, 1e-38f], (1, 3), Backend)), 0), x => Assert.InRange(x, -2e-38f, 2e-38f));
    }

    [Theory]
    [InlineData(1, 1000, 70)]
    [InlineData(1, 64, 200)]
    [InlineData(9, 500, 65)]
    public void Products_are_those_of_the_rounded_weights(int rows, int inputs, int outputs)
    {
        Tensor x = Tensor.From(Numbers(rows * inputs), (rows, inputs), Backend), b = Tensor.From(Numbers(outputs), outputs, Backend);
        QuantizedMatrix w = QuantizedMatrix.FromColumns(Tensor.From(Numbers(inputs * outputs), (inputs, outputs), Backend));
        float[] y = w.Times(x, b).ToArray(), xs = x.ToArray(), bs = b.ToArray();
        for (int n = 0; n < outputs; n++)
        {
            float[] column = Row(w, n);
            for (int i = 0; i < rows; i++)
            {
                double sum = bs[n], size = Math.Abs(sum);
                for (int k = 0; k < inputs; k++)
                {
                    double term = (double)xs[(i * inputs) + k] * column[k];
                    (sum, size) = (sum + term, size + Math.Abs(term));
                }
                // Each of the K additions rounds by at most 2⁻²⁴ of what has been added up.
                Assert.InRange(Math.Abs(y[(i * outputs) + n] - sum), 0, inputs * size / (1 << 24));
            }
        }
    }

    [Fact]
    public void Rows_alone_and_together_other_widths_and_threads_have_the_same_bits()
    {
        const int rows = 5, inputs = 801, outputs = 147;
        float[] weights = Numbers(inputs * outputs), xs = Numbers(rows * inputs);
        float[]? expected = null;
        foreach (CpuBackend backend in new[] { 512, 256, 128 }.SelectMany(width => new[] { 1, 2, 3 }.Select(t => new CpuBackend(t) { MatMulVectorWidth = width })))
        {
            QuantizedMatrix w = QuantizedMatrix.FromColumns(Tensor.From(weights, (inputs, outputs), backend));
            Tensor x = Tensor.From(xs, (rows, inputs), backend);
            float[] together = w.Times(x).ToArray();
            float[] alone = [.. Enumerable.Range(0, rows).SelectMany(i => w.Times(x[i..(i + 1)]).ToArray())];
            expected ??= together;
            Assert.Equal(expected, together);
            Assert.Equal(expected, alone);
        }
    }

    [Fact]
    public void A_quantized_model_predicts_almost_as_well()
    {
        (Gpt model, int[] tokens) = Trained();
        double before = Evaluation.Loss(model, tokens);
        model.Quantize();
        double after = Evaluation.Loss(model, tokens);
        Assert.InRange(before, 0, 1.5);                                             // it has learned something, so there is something to lose
        Assert.InRange(Math.Abs(after - before), 1e-9, 0.005);
    }

    [Fact]
    public void With_a_cache_it_gives_the_logits_of_the_full_pass()
    {
        Gpt model = Random();
        model.Quantize();
        int[] ids = [1, 2, 3, 4, 5, 6];
        KeyValueCache cache = model.NewCache();
        model.ForwardLast(new Indices(ids[..3], (1, 3)), cache);
        for (int t = 3; t < ids.Length; t++)
        {
            float[] full = model.Forward(new Indices(ids[..(t + 1)], (1, t + 1))).ToArray()[^model.Config.Vocabulary..];
            Assert.Equal(full, model.ForwardLast(new Indices([ids[t]], (1, 1)), cache).ToArray());
        }
    }

    [Fact]
    public void A_quantized_model_refuses_to_be_trained_saved_or_moved()
    {
        Gpt model = Random();
        model.Quantize();
        const string says = "is held in 8 bits, for inference only: it cannot be trained, saved or moved any more. Hint: open the model again, without quantizing it.";
        foreach (Action forbidden in new Action[]
        {
            () => model.SetTrainable(true), () => model.MoveTo(new CpuBackend(1)), model.Quantize, () => ModelFile.Write(Stream.Null, model),
            () => _ = model.Parameters[0].Parameter.Value, () => model.Parameters[0].Parameter.Write(new float[model.Parameters[0].Parameter.Shape.Length]),
        })
            Assert.EndsWith(says, Assert.Throws<InvalidOperationException>(forbidden).Message, StringComparison.Ordinal);
        Assert.Contains("no gradient flows through 8-bit weights", Assert.Throws<InvalidOperationException>(
            () => QuantizedMatrix.FromRows(Tensor.Ones((2, 3))).Times(Tensor.Ones((1, 3)).RequireGradient())).Message, StringComparison.Ordinal);
        Assert.Equal(Random().ParameterCount, model.ParameterCount);
    }

    [Fact]
    public void Weights_that_are_not_finite_and_wrong_shapes_are_refused()
    {
        Assert.Equal("Quantize: the weights of output 1 are not all finite. Hint: the model has diverged.",
            Assert.Throws<ArgumentException>(() => QuantizedMatrix.FromColumns(Tensor.From([1f, float.NaN, 2, 3], (2, 2), Backend))).Message);
        QuantizedMatrix w = QuantizedMatrix.FromColumns(Tensor.Ones((3, 2), Backend));
        Assert.Throws<ShapeException>(() => w.Times(Tensor.Ones((1, 2), Backend)));
        Assert.Throws<ShapeException>(() => w.Times(Tensor.Ones((1, 3), Backend), Tensor.Ones(3, Backend)));
        Assert.Throws<InvalidOperationException>(() => w.Times(Tensor.Ones((1, 3), new CpuBackend(1))));
        Assert.Throws<ArgumentOutOfRangeException>(() => w.Rows(new Indices(2)));
    }

    private static float[] Row(QuantizedMatrix w, int output) => w.Rows(new Indices(output)).ToArray();

    private static float[] Numbers(int count)
    {
        var rng = new Rng("quantized");
        return [.. Enumerable.Range(0, count).Select(i => rng.Normal(i))];
    }

    private static Gpt Random()
    {
        var model = new Gpt(new GptConfig { Layers = 2, Heads = 2, Width = 24, Context = 8, Vocabulary = 11 }, new Rng("quantized"));
        ModuleCheck.Randomise(model);
        model.SetTrainable(false);
        return model;
    }

    // A text with rules that a small model learns in a second.
    private static (Gpt Model, int[] Tokens) Trained()
    {
        string text = string.Concat(Enumerable.Range(0, 300).Select(i => $"{i % 10} and {i * 7 % 10} make {(i % 10) + (i * 7 % 10)};\n"));
        CharTokenizer tokenizer = CharTokenizer.FromText(text);
        int[] tokens = tokenizer.Encode(text);
        const int batch = 16, context = 16;
        var model = new Gpt(new GptConfig { Layers = 2, Heads = 2, Width = 32, Context = context, Vocabulary = tokenizer.VocabularySize }, new Rng("trained"));
        var optimizer = new AdamW(ParameterGroup.Split(model, weightDecay: 0));
        var rng = new Rng("batches");
        for (int step = 0; step < 120; step++)
        {
            int[] starts = [.. Enumerable.Range(0, batch).Select(i => rng.Below(tokens.Length - context - 1, ((long)step * batch) + i))];
            Indices Windows(int shift) => new([.. starts.SelectMany(s => tokens[(s + shift)..(s + shift + context)])], (batch, context));
            model.ClearGradients();
            model.Loss(Windows(0), Windows(1)).Backward();
            optimizer.Step(0.01);
        }
        return (model, tokens);
    }
}
