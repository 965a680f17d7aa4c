namespace Longhand.Scalar;

/// <summary>What a neuron does with its weighted sum. Without one of the curved ones, a network of any depth is a single straight map.</summary>
public enum Activation
{
    /// <summary>Gives the sum as it is: for the last layer.</summary>
    None,

    Relu,
    Tanh,
    Sigmoid,
}
