namespace Longhand.Scalar;

/// <summary>Neurons side by side: all see the same inputs, and each has weights of its own.</summary>
public sealed class Layer
{
    private readonly Neuron[] _neurons;

    /// <param name="tape">Where the parameters are written.</param>
    /// <param name="inputs">Inputs of each neuron.</param>
    /// <param name="neurons">Number of neurons, which is the number of outputs.</param>
    /// <param name="activation">The same for all.</param>
    /// <param name="draw">Gives the first weights, one for each call.</param>
    /// <param name="number">Which layer of a network this is, counted from 1, for the labels; 0 for none.</param>
    public Layer(Tape tape, int inputs, int neurons, Activation activation, Func<double> draw, int number = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neurons, 1);
        _neurons = new Neuron[neurons];
        for (int i = 0; i < neurons; i++) _neurons[i] = new Neuron(tape, inputs, activation, draw, layer: number, number: i + 1);
    }

    public IReadOnlyList<Neuron> Neurons => _neurons;

    public IEnumerable<Value> Parameters => _neurons.SelectMany(neuron => neuron.Parameters);

    public Value[] Forward(ReadOnlySpan<Value> x)
    {
        var y = new Value[_neurons.Length];
        for (int i = 0; i < y.Length; i++) y[i] = _neurons[i].Forward(x);
        return y;
    }
}
