using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// Recycles memory step by step. Every tensor made between <c>using (Workspace.Begin())</c> and its end gives its memory
/// back at the end, to be used by the next step, so a training loop allocates nothing large once it has warmed up.
/// <see cref="Tensor.Keep"/> takes a tensor out; using a recycled one throws. Workspaces nest: what an inner one keeps
/// belongs to the outer one. Without a workspace, tensors are plain garbage-collected objects.
/// </summary>
public sealed class Workspace : IDisposable
{
    private static readonly AsyncLocal<Workspace?> Current = new();

    private readonly Workspace? _outer = Current.Value;
    private readonly List<(IBackend Backend, Storage Storage)> _storages = [];

    private Workspace() => Current.Value = this;

    public static Workspace Begin() => new();

    /// <summary>Gives back what was made since <see cref="Begin"/> and not kept.</summary>
    public void Dispose()
    {
        if (Current.Value != this) throw new InvalidOperationException("Workspaces must end in the opposite order of their beginning.");
        Current.Value = _outer;
        foreach ((IBackend backend, Storage storage) in _storages)
        {
            if (storage.IsReleased || storage.IsOwned) continue;
            if (!storage.IsKept)
            {
                backend.Release(storage);
            }
            else
            {
                storage.IsKept = false;
                _outer?._storages.Add((backend, storage));
            }
        }
        _storages.Clear();
    }

    internal static void Register(IBackend backend, Storage storage) => Current.Value?._storages.Add((backend, storage));
}

public sealed partial class Tensor
{
    /// <summary>Keeps this tensor's memory when the current <see cref="Workspace"/> ends, and returns the tensor.</summary>
    public Tensor Keep()
    {
        Storage.IsKept = true;
        return this;
    }

    /// <summary>Takes this tensor's memory out of every workspace for good: it lives as long as its owner refers to it.</summary>
    internal Tensor Own()
    {
        Storage.IsOwned = true;
        return this;
    }
}
