namespace Longhand.Tensors;

/// <summary>
/// One recorded operation: its inputs and the rule that turns the gradient of its output into contributions to the
/// gradients of its inputs (null where an input needs none). Nodes are the tape: each points back to its inputs,
/// and the sequence number says in which order they were made.
/// </summary>
internal sealed class Node(string operation, Tensor[] inputs, Func<Tensor, Tensor?[]> rule, Indices? rows)
{
    private static long s_made;

    /// <summary>The number of the operation recorded last.</summary>
    public static long LastSequence => Volatile.Read(ref s_made);

    public string Operation { get; } = operation;
    public Tensor[] Inputs { get; } = inputs;
    public Func<Tensor, Tensor?[]> Rule { get; } = rule;

    /// <summary>
    /// For a lookup: row r of the contribution is a contribution to row Rows[r] of its one input, and to the other rows it gives nothing.
    /// Null everywhere else: contributions have their input's shape.
    /// </summary>
    public Indices? Rows { get; } = rows;

    /// <summary>Inputs are always made before outputs, so descending sequence numbers are a valid order for the walk back.</summary>
    public long Sequence { get; } = Interlocked.Increment(ref s_made);

    /// <summary>The sum of the contributions so far, during a walk.</summary>
    public Tensor? Gradient
    {
        get;
        set => Tensor.Replace(ref field, value);
    }
}
