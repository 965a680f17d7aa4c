namespace Longhand.Scalar;

/// <summary>
/// A multi-layer perceptron: each layer's outputs are the next one's inputs. The last layer has no activation, so that it can give any number.
/// <code>
/// var model = new Mlp(tape, inputs: 2, [16, 16, 1], Activation.Relu, draw);
/// int kept = tape.Count;                       // the parameters; what comes after belongs to one step
/// for (int step = 0; step &lt; 100; step++)
/// {
///     Value loss = …;                          // made from model.Forward(x)
///     tape.ClearGradients();
///     loss.Backward();
///     model.Descend(rate: 0.1);
///     tape.Rewind(kept);
/// }
/// </code>
/// </summary>
public sealed class Mlp
{
    private readonly Layer[] _layers;
    private readonly Value[] _parameters;

    /// <param name="tape">Where the parameters are written.</param>
    /// <param name="inputs">Numbers in one example.</param>
    /// <param name="sizes">Neurons in each layer; the last is the number of outputs.</param>
    /// <param name="activation">Of all layers but the last.</param>
    /// <param name="draw">Gives the first weights, one for each call, neuron by neuron; biases start at zero.</param>
    public Mlp(Tape tape, int inputs, ReadOnlySpan<int> sizes, Activation activation, Func<double> draw)
    {
        if (sizes.IsEmpty)
            throw new ArgumentException("Mlp: no layers. Hint: [16, 16, 1] makes two hidden layers of 16 and one output.", nameof(sizes));
        _layers = new Layer[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            _layers[i] = new Layer(tape, inputs, sizes[i], i < sizes.Length - 1 ? activation : Activation.None, draw, number: i + 1);
            inputs = sizes[i];
        }
        _parameters = [.. _layers.SelectMany(layer => layer.Parameters)];
    }

    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>All weights and biases: layer by layer, neuron by neuron, weights before the bias.</summary>
    public IReadOnlyList<Value> Parameters => _parameters;

    public Value[] Forward(ReadOnlySpan<Value> x)
    {
        Value[] y = _layers[0].Forward(x);
        for (int i = 1; i < _layers.Length; i++) y = _layers[i].Forward(y);
        return y;
    }

    /// <summary>One step downhill: p ← p − rate · dL/dp for every parameter p.</summary>
    public void Descend(double rate)
    {
        for (int i = 0; i < _parameters.Length; i++) _parameters[i].Data -= rate * _parameters[i].Gradient;
    }
}
