using Longhand.Backends.Reference;
using Longhand.Numerics;
using Longhand.Scalar;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class ScalarMlpTests
{
    private const int Inputs = 3, Hidden = 5, Outputs = 2, Rows = 7;

    // Three rungs, one answer: here the first and the third.
    [Theory]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Sigmoid)]
    public void Gradients_equal_the_tensor_engines(Activation activation)
    {
        var tape = new Tape();
        var model = new Mlp(tape, Inputs, [Hidden, 4, Outputs], activation, Draws("weights"));
        for (int i = 0; i < model.Parameters.Count; i++) Set(model.Parameters[i], model.Parameters[i].Data + 0.01 * i);   // biases too
        Func<double> draw = Draws("data");
        double[] x = [.. Enumerable.Range(0, Rows * Inputs).Select(_ => draw())], t = [.. Enumerable.Range(0, Rows * Outputs).Select(_ => draw())];

        Value sum = tape.Constant(0);
        for (int row = 0; row < Rows; row++)
        {
            Value[] y = model.Forward([.. Enumerable.Range(0, Inputs).Select(j => tape.Constant(x[row * Inputs + j]))]);
            for (int j = 0; j < Outputs; j++) sum += (y[j] - t[row * Outputs + j]).Power(2);
        }
        Value loss = sum / (Rows * Outputs);
        loss.Backward();

        var backend = new ReferenceBackend();
        Tensor h = Tensor.From(x, (Rows, Inputs), backend);
        var parameters = new List<(Tensor Tensor, Func<int, double> Gradient)>();
        foreach (Layer layer in model.Layers)
        {
            int inputs = layer.Neurons[0].Weights.Count, outputs = layer.Neurons.Count;
            Value Weight(int i) => layer.Neurons[i % outputs].Weights[i / outputs];                       // (in, out)
            Tensor weight = Leaf([.. Enumerable.Range(0, inputs * outputs).Select(i => Weight(i).Data)], (inputs, outputs));
            Tensor bias = Leaf([.. layer.Neurons.Select(neuron => neuron.Bias.Data)], outputs);
            parameters.Add((weight, i => Weight(i).Gradient));
            parameters.Add((bias, i => layer.Neurons[i].Bias.Gradient));
            h = h.MatMul(weight) + bias;
            if (layer != model.Layers[^1]) h = activation switch { Activation.Tanh => h.Tanh(), Activation.Relu => h.Relu(), _ => h.Sigmoid() };
        }
        Tensor error = h - Tensor.From(t, (Rows, Outputs), backend);
        Tensor mean = (error * error).Mean();
        mean.Backward();

        Assert.Equal(mean.ToDoubles()[0], loss.Data, 1e-14);
        foreach ((Tensor tensor, Func<int, double> gradient) in parameters)
        {
            double[] expected = tensor.Gradient!.ToDoubles();
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], gradient(i), 1e-14);
        }

        Tensor Leaf(double[] values, Shape shape) => Tensor.From(values, shape, backend).RequireGradient();
    }

    [Fact]
    public void A_network_of_the_moons_size_has_its_337_parameters_named_as_in_textbooks()
    {
        var tape = new Tape();
        var model = new Mlp(tape, 2, [16, 16, 1], Activation.Relu, () => 0.5);
        Assert.Equal(337, model.Parameters.Count);
        Assert.Equal(337, tape.Count);
        Assert.Equal("w¹₁₁", model.Parameters[0].Label);
        Assert.Equal("b¹₁", model.Parameters[2].Label);
        Assert.Equal("w²₁₆.₂", model.Layers[1].Neurons[15].Weights[1].Label);
        Assert.Equal("w³₁.₁₆", model.Parameters[^2].Label);
        Assert.Equal("b³₁", model.Parameters[^1].Label);
        Assert.All(model.Layers.SelectMany(layer => layer.Neurons), neuron => Assert.Equal(0, neuron.Bias.Data));
        Assert.Equal(["w₁", "w₂", "b"], new Neuron(tape, 2, Activation.None, () => 1).Parameters.Select(p => p.Label));
    }

    [Fact]
    public void It_learns_exclusive_or()
    {
        var tape = new Tape();
        var model = new Mlp(tape, inputs: 2, [4, 1], Activation.Tanh, Draws("xor"));
        int kept = tape.Count;
        double last = double.NaN;
        for (int step = 0; step < 300; step++)
        {
            Value loss = tape.Constant(0);
            for (int i = 0; i < 4; i++)
            {
                Value y = model.Forward([tape.Constant(i / 2), tape.Constant(i % 2)])[0];
                loss += (y - (i is 1 or 2 ? 1 : 0)).Power(2);
            }
            tape.ClearGradients();
            loss.Backward();
            model.Descend(rate: 0.1);
            last = loss.Data;
            tape.Rewind(kept);
        }
        Assert.InRange(last, 0, 0.01);
    }

    [Fact]
    public void Wrong_sizes_are_named()
    {
        var tape = new Tape();
        Assert.Contains("no layers", Assert.Throws<ArgumentException>(() => new Mlp(tape, 2, [], Activation.Relu, () => 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mlp(tape, 0, [1], Activation.Relu, () => 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Layer(tape, 2, 0, Activation.Relu, () => 0));
        var neuron = new Neuron(tape, 2, Activation.None, () => 1);
        Assert.Contains("1 inputs for 2 weights", Assert.Throws<ArgumentException>(() => neuron.Forward([tape.Variable(1)])).Message, StringComparison.Ordinal);
    }

    private static void Set(Value parameter, double data) => parameter.Data = data;

    private static Func<double> Draws(string seed)
    {
        var rng = new Rng(seed);
        long index = 0;
        return () => 2 * rng.UniformDouble(index++) - 1;
    }
}
