using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// Recycles memory step by step. Every tensor made between <c>using (Workspace.Begin())</c> and its end gives its memory
/// back at the end, to be used by the next step, so a training loop allocates nothing large once it has warmed up.
/// <see cref="Tensor.Keep"/> takes a tensor out; using a recycled one throws. Workspaces nest: what an inner one keeps
/// belongs to the outer one. Without a workspace, tensors are plain garbage-collected objects.
/// <para>
/// It is a stack: what was made after an operation is no part of that operation or of an older one. So a backward walk that is
/// the last use of its graph gives memory back from the top as it goes (<see cref="Tensor.BackwardOnce"/>).
/// </para>
/// </summary>
public sealed class Workspace : IDisposable
{
    private static readonly AsyncLocal<Workspace?> s_current = new();

    private readonly Workspace? _outer = Current;
    private readonly List<Entry> _made = [];
    private readonly List<Entry> _setAside = [];

    private Workspace() => s_current.Value = this;

    internal static Workspace? Current => s_current.Value;

    public static Workspace Begin() => new();

    /// <summary>Gives back what was made since <see cref="Begin"/> and not kept.</summary>
    public void Dispose()
    {
        if (Current != this) throw new InvalidOperationException("Workspaces must end in the opposite order of their beginning.");
        s_current.Value = _outer;
        foreach (Entry entry in _made) End(entry, _outer);
        foreach (Entry entry in _setAside) End(entry, _outer);
        _made.Clear();
        _setAside.Clear();
    }

    /// <summary>Notes a new storage, to be given back.</summary>
    internal void Add(IBackend backend, Storage storage) => Add(new Entry(backend, storage, Node.LastSequence));

    private void Add(Entry entry)
    {
        entry.Storage.Workspace = this;
        _made.Add(entry);
    }

    /// <summary>
    /// Gives back what was made after the operation with this sequence number was recorded, except what was kept, the numbers of leaves,
    /// and gradients (those of leaves come from walks before).
    /// </summary>
    internal void GiveBackSince(long sequence)
    {
        int count = _made.Count;
        while (count > 0 && _made[count - 1].After >= sequence)
        {
            Entry entry = _made[--count];
            if (entry.Storage.IsKept || entry.Storage.IsLeaf || entry.Storage.Gradients > 0) _setAside.Add(entry);
            else End(entry, null);
        }
        _made.RemoveRange(count, _made.Count - count);
    }

    private static void End(Entry entry, Workspace? outer)
    {
        Storage storage = entry.Storage;
        storage.Workspace = null;
        if (storage.IsReleased || storage.IsOwned) return;
        if (!storage.IsKept)
        {
            entry.Backend.Release(storage);
            return;
        }
        storage.IsKept = false;
        outer?.Add(entry);
    }

    /// <param name="Backend">Whose memory it is.</param>
    /// <param name="Storage">The memory.</param>
    /// <param name="After">The newest operation that had been recorded when it was made.</param>
    private readonly record struct Entry(IBackend Backend, Storage Storage, long After);
}

public sealed partial class Tensor
{
    /// <summary>
    /// Keeps this tensor's memory when the current <see cref="Workspace"/> ends, and returns the tensor. Memory from an outer
    /// workspace outlives the current one anyway; whether it outlives the outer one is not said here.
    /// </summary>
    public Tensor Keep()
    {
        if (Storage.Workspace == Workspace.Current) _storage.IsKept = true;
        return this;
    }

    /// <summary>Takes this tensor's memory out of every workspace for good: it lives as long as its owner refers to it.</summary>
    internal Tensor Own()
    {
        Storage.IsOwned = true;
        return this;
    }
}
