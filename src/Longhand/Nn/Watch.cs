using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>What kind of function made an activation, as far as its health depends on it.</summary>
public enum ActivationKind
{
    /// <summary>No nonlinearity with a failure of its own: a sum, a norm, logits.</summary>
    Linear,

    /// <summary>max(0, x): a unit that is 0 for every input passes no gradient and stays so.</summary>
    Relu,

    /// <summary>GELU: nearly a rectifier; below about −4 nearly 0, and so is its slope.</summary>
    Gelu,

    /// <summary>Between 0 and 1, flat at both ends.</summary>
    Sigmoid,

    /// <summary>Between −1 and 1, flat at both ends.</summary>
    Tanh,
}

/// <summary>Sees what passes through a model in one forward pass. It may read what it is shown and must not change it.</summary>
public interface IObserver
{
    /// <summary>The output of a layer: its last axis are the units, the others the examples.</summary>
    void Output(string layer, Tensor y, ActivationKind kind);

    /// <summary>
    /// What an attention layer is about to compare, in the first text of the batch: q and k (1, T, C), outside any graph; each head has C/heads of
    /// the features.
    /// </summary>
    void Attention(string layer, Tensor q, Tensor k, int heads, bool causal);
}

/// <summary>
/// An observer, and where in the model it is looking. Like the generator of dropout's draws it is an argument of <c>Forward</c>: null
/// means that nobody looks and nothing is computed for it. There is no ambient hook that a layer could call by surprise.
/// </summary>
public sealed class Watch(IObserver observer, string layer = "")
{
    /// <summary>The same observer in a child of this name; names nest as those of parameters do: "h.0.attn".</summary>
    public Watch Inside(string child) => new(observer, layer.Length == 0 ? child : $"{layer}.{child}");

    /// <summary>Shows the output of the layer being watched.</summary>
    public void Output(Tensor y, ActivationKind kind = ActivationKind.Linear) => observer.Output(layer, y, kind);

    /// <summary>Shows what the attention layer being watched compares, of the first text in the batch: one says enough about the layer.</summary>
    public void Attention(Tensor q, Tensor k, int heads, bool causal) =>
        observer.Attention(layer, q.Detach()[..1], k.Detach()[..1], heads, causal);
}
