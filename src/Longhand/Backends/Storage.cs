namespace Longhand.Backends;

/// <summary>
/// The numbers behind a tensor, as one backend keeps them: single precision on the processor, double precision in the
/// reference. Only the backend that made a storage can look inside; everyone else passes it along.
/// </summary>
public abstract class Storage(int length)
{
    /// <summary>How many numbers it holds.</summary>
    public int Length { get; } = length;

    /// <summary>True once the memory has been handed back to the backend: the numbers are gone.</summary>
    public bool IsReleased { get; protected set; }

    /// <summary>The workspace that hands it back, an object to which backends give no meaning; null outside of every one.</summary>
    internal object? Workspace { get; set; }

    /// <summary>Set by the owner of that workspace: do not hand back at its end.</summary>
    internal bool IsKept { get; set; }

    /// <summary>Set by a long-lived owner, such as a parameter: no workspace hands it back, however deep it was made in.</summary>
    internal bool IsOwned { get; set; }

    /// <summary>A leaf of a graph lies here: stays when a backward walk gives back what it has passed.</summary>
    internal bool IsLeaf { get; set; }

    /// <summary>Made by a gradient rule and never in the caller's hands, so the backward walk knows every gradient that refers to it.</summary>
    internal bool IsFromRule { get; set; }

    /// <summary>How many gradients lie in this memory.</summary>
    internal int Gradients { get; set; }
}
