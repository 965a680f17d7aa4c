namespace Longhand.Scalar;

/// <summary>How a number on the tape came to be. What each one computes, and its derivatives, stand in Value.Operations.cs.</summary>
public enum Operation : byte
{
    /// <summary>Not computed: an input or a parameter, whose gradient is wanted.</summary>
    Variable,

    /// <summary>Not computed, and no gradient wanted: the 2 in 2·x.</summary>
    Constant,

    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Power,
    Exp,
    Log,
    Tanh,
    Sigmoid,
    Relu,
}
