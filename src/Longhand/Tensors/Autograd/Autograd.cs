using System.Runtime.CompilerServices;

namespace Longhand.Tensors;

/// <summary>
/// Reverse-mode differentiation. Each operation records itself when an input needs a gradient; <see cref="Backward()"/> walks
/// the records from the loss to the leaves, newest first, and adds up the contributions: the chain rule, once per operation.
/// <para>
/// Rules only return contributions; nothing but this file adds them up. Rules are not recorded themselves, so there are
/// no second derivatives. There is no "no gradient" mode: what is recorded follows from the inputs.
/// </para>
/// </summary>
public sealed partial class Tensor
{
    // While a walk calls rules, the operations inside them must not be recorded again.
    [ThreadStatic]
    private static bool t_walking;

    private Node? _node;

    /// <summary>True for a leaf made by <see cref="RequireGradient"/>.</summary>
    internal bool IsLeafWithGradient { get; }

    /// <summary>Whether a gradient flows to this tensor: it is such a leaf, or was computed from one.</summary>
    public bool NeedsGradient => IsLeafWithGradient || _node is not null;

    /// <summary>For a leaf, after <see cref="Backward()"/>: the derivative of the loss, of the same shape. Adds up until set to null.</summary>
    public Tensor? Gradient { get; set; }

    /// <summary>A leaf over the same numbers whose gradient is wanted.</summary>
    public Tensor RequireGradient() => new(_storage, Shape, Backend, needsGradient: true);

    /// <summary>The same numbers outside any graph: no gradient flows through.</summary>
    public Tensor Detach() => NeedsGradient ? new Tensor(_storage, Shape, Backend) : this;

    /// <summary>Computes the gradient of this scalar with respect to every leaf it depends on.</summary>
    public void Backward()
    {
        if (Shape.Length != 1)
            throw new ShapeException($"Backward: the loss must be one number, but it is {Shape}. Hint: take its Mean() or Sum(), or pass the gradient of it.");
        Backward(Full(Shape, 1, Backend));
    }

    /// <summary>The same for any shape, from the gradient dy of some later loss with respect to this tensor.</summary>
    public void Backward(Tensor dy)
    {
        Check.SameShape("Backward", Shape, dy.Shape);
        if (!NeedsGradient) throw new InvalidOperationException("Backward: nothing in this tensor's history needs a gradient. Hint: call RequireGradient() on a leaf.");
        t_walking = true;
        try
        {
            Contribute(this, dy);
            foreach (Node node in NewestFirst(_node))
            {
                Tensor gradient = node.Gradient!;
                node.Gradient = null;
                Tensor?[] contributions = node.Rule(gradient);
                for (int i = 0; i < node.Inputs.Length; i++)
                {
                    if (!node.Inputs[i].NeedsGradient || contributions[i] is not { } contribution) continue;
                    if (contribution.Shape != node.Inputs[i].Shape)
                        throw new ShapeException($"{node.Operation}: its gradient rule gave {contribution.Shape} for input {i}, which is {node.Inputs[i].Shape}.");
                    Contribute(node.Inputs[i], contribution);
                }
            }
        }
        finally
        {
            t_walking = false;
        }
    }

    /// <summary>
    /// Notes how y was made. The rule gets dy and returns one gradient for each input, of the input's shape, or null.
    /// </summary>
    internal static Tensor Record(Tensor y, Tensor[] inputs, Func<Tensor, Tensor?[]> rule, [CallerMemberName] string operation = "")
    {
        if (t_walking) return y;
        foreach (Tensor input in inputs)
        {
            if (!input.NeedsGradient) continue;
            y._node = new Node(operation, inputs, rule);
            break;
        }
        return y;
    }

    private static void Contribute(Tensor tensor, Tensor contribution)
    {
        // Sums are new tensors: a rule may have handed the same contribution to two inputs.
        if (tensor._node is { } node) node.Gradient = node.Gradient is { } sum ? sum + contribution : contribution;
        else tensor.Gradient = tensor.Gradient is { } leafSum ? leafSum + contribution : contribution;
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
