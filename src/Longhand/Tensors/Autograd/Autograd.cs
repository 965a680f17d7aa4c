using System.Runtime.CompilerServices;

namespace Longhand.Tensors;

/// <summary>
/// Reverse-mode differentiation. Each operation records itself when an input needs a gradient; <see cref="Backward()"/> walks
/// the records from the loss to the leaves, newest first, and adds up the contributions: the chain rule, once per operation.
/// <para>
/// Rules only return contributions; nothing but this file adds them up, in place where the walk owns the memory
/// (<see cref="GradientMemory"/>). A rule may compute in the memory of the gradient that it receives, where nobody else reads that. Rules are
/// not recorded themselves, so there are no second derivatives. There is no "no gradient"
/// mode: what is recorded follows from the inputs.
/// </para>
/// </summary>
public sealed partial class Tensor
{
    private Node? _node;

    /// <summary>True for a leaf made by <see cref="RequireGradient"/>.</summary>
    internal bool IsLeafWithGradient { get; }

    /// <summary>Whether a gradient flows to this tensor: it is such a leaf, or was computed from one.</summary>
    public bool NeedsGradient => IsLeafWithGradient || _node is not null;

    /// <summary>
    /// For a leaf, after <see cref="Backward()"/>: the derivative of the loss, of the same shape. Adds up until set to null, in place:
    /// read the numbers out, or compute with them, before the next walk if they must not change.
    /// </summary>
    public Tensor? Gradient
    {
        get;
        set
        {
            // Who read the old gradient may still hold it, and who brings a new one does: neither is the walk's to write any more.
            if (field is not null && field != value) field._storage.IsFromRule = false;
            if (value is not null && GradientMemory.Current is null) value._storage.IsFromRule = false;
            Replace(ref field, value);
        }
    }

    /// <summary>A leaf over the same numbers whose gradient is wanted.</summary>
    public Tensor RequireGradient()
    {
        _storage.IsLeaf = true;
        return new Tensor(_storage, Shape, Backend, needsGradient: true);
    }

    /// <summary>The same numbers outside any graph: no gradient flows through.</summary>
    public Tensor Detach() => NeedsGradient ? new Tensor(_storage, Shape, Backend) : this;

    /// <summary>Computes the gradient of this scalar with respect to every leaf it depends on.</summary>
    public void Backward() => Walk(null, once: false);

    /// <summary>The same for any shape, from the gradient dy of some later loss with respect to this tensor.</summary>
    public void Backward(Tensor dy) => Walk(dy, once: false);

    /// <summary>
    /// <see cref="Backward()"/> as the last use of this graph, for training steps: inside a <see cref="Workspace"/>, the memory of each
    /// operation goes back as soon as the walk has passed it, for the gradients of those before. So the whole step needs little more than
    /// the forward pass and the gradients. Afterwards, of what was made since the oldest operation of this graph, only leaves, their
    /// gradients and what was kept can be used: read the loss first, and walk back from the newest of several losses first.
    /// </summary>
    public void BackwardOnce() => Walk(null, once: true);

    /// <summary>
    /// Notes how y was made. The rule gets dy and returns one gradient for each input, of the input's shape, or null; see
    /// <see cref="Node.Rows"/> for <paramref name="rows"/>.
    /// </summary>
    internal static Tensor Record(
        Tensor y, Tensor[] inputs, Func<Tensor, Tensor?[]> rule, [CallerMemberName] string operation = "", Indices? rows = null)
    {
        if (GradientMemory.Current is not null) return y;
        foreach (Tensor input in inputs)
        {
            if (!input.NeedsGradient) continue;
            y._node = new Node(operation, inputs, rule, rows);
            break;
        }
        return y;
    }

    /// <summary>Puts one gradient in the place of another, and counts what lies in which memory.</summary>
    internal static void Replace(ref Tensor? gradient, Tensor? next)
    {
        if (next is not null) next._storage.Gradients++;
        if (gradient is not null) gradient._storage.Gradients--;
        gradient = next;
    }

    private void Walk(Tensor? dy, bool once)
    {
        if (dy is not null) Check.SameShape("Backward", Shape, dy.Shape);
        else if (Shape.Length != 1)
            throw new ShapeException($"Backward: the loss must be one number, but it is {Shape}. Hint: take its Mean() or Sum(), or pass the gradient of it.");
        if (!NeedsGradient) throw new InvalidOperationException("Backward: nothing in this tensor's history needs a gradient. Hint: call RequireGradient() on a leaf.");

        if (dy is not null) dy._storage.IsFromRule = false;                   // the caller's, whatever it was before
        Workspace? finished = once ? Workspace.Current : null;
        List<Node> nodes = NewestFirst(_node);
        using GradientMemory memory = GradientMemory.Begin();
        try
        {
            Contribute(dy ?? Full(Shape, 1, Backend), null);
            foreach (Node node in nodes)
            {
                finished?.GiveBackSince(node.Sequence);
                Tensor gradient = node.Gradient!;
                Distribute(node, node.Rule(gradient));
                node.Gradient = null;
                memory.EndRule(gradient.Backend, gradient._storage);
            }
        }
        finally
        {
            foreach (Node node in nodes) node.Gradient = null;                // a rule that failed leaves some behind
        }
    }

    // Counts all contributions before it adds any: a rule may give one tensor to several inputs, and adding to the gradient of one
    // must not change what another is about to receive.
    private static void Distribute(Node node, Tensor?[] contributions)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (Taken(i) is { } contribution) CheckContribution(node, i, contribution.Shape);
        }
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (Taken(i) is { } contribution) contribution._storage.Gradients++;
        }
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (Taken(i) is not { } contribution) continue;
            contribution._storage.Gradients--;
            node.Inputs[i].Contribute(contribution, node.Rows);
        }

        Tensor? Taken(int i) => node.Inputs[i].NeedsGradient ? contributions[i] : null;
    }

    // Adds a contribution to the gradient of this tensor, in place where the gradient has its memory for itself.
    private void Contribute(Tensor contribution, Indices? rows)
    {
        Tensor? sum = _node is null ? Gradient : _node.Gradient;
        bool inPlace = sum is not null && GradientMemory.IsSole(sum.Storage);
        if (rows is not null)
        {
            if (sum is null) sum = Zeros(Shape, Backend);
            else if (!inPlace) sum = Map(new AffineOp(1, 0), sum);
            Backend.ScatterAddRows(sum.Storage, contribution.Storage, rows.Values, Shape[1]);
        }
        else if (inPlace)
        {
            Backend.Map(new AddOp(), sum!.Storage, sum.Storage, contribution.Storage);
        }
        else
        {
            sum = sum is null ? contribution : sum + contribution;
        }
        if (_node is null) Gradient = sum;
        else _node.Gradient = sum;
    }

    private static void CheckContribution(Node node, int input, Shape given)
    {
        Shape expected = node.Inputs[input].Shape;
        if (node.Rows is not null) expected = expected.With(0, node.Rows.Shape.Length);
        if (given != expected) throw new ShapeException($"{node.Operation}: its gradient rule gave {given} for input {input}, which is {expected}.");
    }

    private static List<Node> NewestFirst(Node? root)
    {
        var nodes = new List<Node>();
        if (root is null) return nodes;
        var seen = new HashSet<Node> { root };
        var open = new Stack<Node>([root]);
        while (open.TryPop(out Node? node))
        {
            nodes.Add(node);
            foreach (Tensor input in node.Inputs)
            {
                if (input._node is { } made && seen.Add(made)) open.Push(made);
            }
        }
        nodes.Sort(static (a, b) => b.Sequence.CompareTo(a.Sequence));
        return nodes;
    }
}
