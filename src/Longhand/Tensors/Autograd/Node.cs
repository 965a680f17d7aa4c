namespace Longhand.Tensors;

/// <summary>
/// One recorded operation: its inputs and the rule that turns the gradient of its output into contributions to the
/// gradients of its inputs (null where an input needs none). Nodes are the tape: each points back to its inputs,
/// and the sequence number says in which order they were made.
/// </summary>
internal sealed class Node(string operation, Tensor[] inputs, Func<Tensor, Tensor?[]> rule)
{
    private static long s_made;

    public string Operation { get; } = operation;
    public Tensor[] Inputs { get; } = inputs;
    public Func<Tensor, Tensor?[]> Rule { get; } = rule;

    /// <summary>Inputs are always made before outputs, so descending sequence numbers are a valid order for the walk back.</summary>
    public long Sequence { get; } = Interlocked.Increment(ref s_made);

    /// <summary>The sum of the contributions so far, during a walk.</summary>
    public Tensor? Gradient { get; set; }
}
