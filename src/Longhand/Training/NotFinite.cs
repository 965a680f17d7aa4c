using Longhand.Nn;
using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>Names the first place where an infinity or a NaN stands, for the message of a training that diverged.</summary>
internal static class NotFinite
{
    /// <summary>The first weight, or null when all are finite.</summary>
    public static string? Weight(IReadOnlyList<(string Name, Parameter Parameter)> parameters)
    {
        foreach ((string name, Parameter parameter) in parameters)
        {
            if (!parameter.Value.IsFinite()) return name;
        }
        return null;
    }

    /// <summary>The first gradient; squares may overflow in the norm though every gradient is finite.</summary>
    public static string Gradient(IReadOnlyList<(string Name, Parameter Parameter)> parameters)
    {
        foreach ((string name, Parameter parameter) in parameters)
        {
            if (parameter.Gradient is { } gradient && !gradient.IsFinite()) return $"the gradient of {name}";
        }
        return "the norm of all gradients together";
    }

    /// <summary>The oldest tensor in the history of a loss.</summary>
    public static string InHistory(Tensor loss, IReadOnlyList<(string Name, Parameter Parameter)> parameters)
    {
        return loss.FirstNotFinite(NameOf) ?? "the loss";

        string? NameOf(Tensor leaf)
        {
            foreach ((string name, Parameter parameter) in parameters)
            {
                if (ReferenceEquals(parameter.Value, leaf)) return name;
            }
            return null;
        }
    }
}
