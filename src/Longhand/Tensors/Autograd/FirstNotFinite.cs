namespace Longhand.Tensors;

/// <summary>
/// Finds where a computation first went wrong: the oldest recorded operation whose output holds an infinity or a NaN, or a leaf that
/// brought one in.
/// </summary>
public sealed partial class Tensor
{
    /// <param name="name">Names a leaf, or returns null for one it does not know.</param>
    /// <returns>A phrase for a message, or null when everything in this tensor's history is finite.</returns>
    internal string? FirstNotFinite(Func<Tensor, string?> name)
    {
        List<Node> nodes = NewestFirst(_node);
        nodes.Reverse();
        foreach (Node node in nodes)
        {
            foreach (Tensor input in node.Inputs)
            {
                if (!input.IsFinite()) return Describe(input, name);
            }
        }
        return IsFinite() ? null : Describe(this, name);
    }

    /// <summary>Whether all numbers are finite.</summary>
    public bool IsFinite() => Backend.AllFinite(Storage);

    private static string Describe(Tensor tensor, Func<Tensor, string?> name)
    {
        if (tensor._node is not { } made) return name(tensor) ?? $"an input {tensor.Shape}";
        string? with = made.Inputs.Select(name).FirstOrDefault(n => n is not null);
        return $"the output {tensor.Shape} of {made.Operation}" + (with is null ? "" : $" with {with}");
    }
}
