namespace Longhand.Scalar;

/// <summary>
/// y = f(w₁·x₁ + w₂·x₂ + … + b): a weight for each input, a bias that says where it begins to fire, and an activation.
/// </summary>
public sealed class Neuron
{
    private readonly Value[] _weights;
    private readonly Activation _activation;

    /// <param name="tape">Where its parameters are written.</param>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="activation">f.</param>
    /// <param name="draw">Gives the first weights, one for each call. The bias starts at zero.</param>
    public Neuron(Tape tape, int inputs, Activation activation, Func<double> draw)
        : this(tape, inputs, activation, draw, layer: 0, number: 0)
    {
    }

    // In a network the parameters are named as in the textbooks: w²₃₁ is layer 2, neuron 3, input 1. Alone, a neuron has w₁, w₂ and b.
    internal Neuron(Tape tape, int inputs, Activation activation, Func<double> draw, int layer, int number)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(draw);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        _activation = activation;
        _weights = new Value[inputs];
        for (int i = 0; i < inputs; i++) _weights[i] = tape.Variable(draw(), ScalarText.Indexed("w", layer, number, i + 1));
        Bias = tape.Variable(0, ScalarText.Indexed("b", layer, number));
    }

    public IReadOnlyList<Value> Weights => _weights;

    public Value Bias { get; }

    /// <summary>Weights first, the bias last.</summary>
    public IEnumerable<Value> Parameters => _weights.Append(Bias);

    public Value Forward(ReadOnlySpan<Value> x)
    {
        if (x.Length != _weights.Length)
        {
            throw new ArgumentException(
                $"Neuron: {x.Length} inputs for {_weights.Length} weights. Hint: the layer before must have {_weights.Length} neurons.");
        }
        Value sum = Bias;
        for (int i = 0; i < x.Length; i++) sum += _weights[i] * x[i];
        return _activation switch
        {
            Activation.Relu => sum.Relu(),
            Activation.Tanh => sum.Tanh(),
            Activation.Sigmoid => sum.Sigmoid(),
            _ => sum,
        };
    }
}
