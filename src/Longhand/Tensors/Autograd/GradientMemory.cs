using Longhand.Backends;

namespace Longhand.Tensors;

/// <summary>
/// The memory of one backward walk. What the rules make belongs to the walk, and the walk counts how many gradients hold each
/// storage (a sum hands the same dy to both its inputs): one that no gradient holds any more goes back to the backend at once, and one
/// that a single gradient holds may be added to in place. What the gradients of leaves hold in the end goes to the workspace.
/// Without a workspace nothing is given back: who else holds it is the garbage collector's to know.
/// </summary>
internal sealed class GradientMemory : IDisposable
{
    [ThreadStatic]
    private static GradientMemory? t_current;

    private readonly List<(IBackend Backend, Storage Storage)> _made = [];
    private readonly GradientMemory? _outer = t_current;     // a rule may walk back through another graph
    private readonly Workspace? _workspace = Workspace.Current;
    private int _rule;                                       // what the rule at hand made begins here

    private GradientMemory() => t_current = this;

    /// <summary>The walk that this thread is on; operations inside its rules are not recorded.</summary>
    public static GradientMemory? Current => t_current;

    public static GradientMemory Begin() => new();

    public void Add(IBackend backend, Storage storage)
    {
        storage.IsFromRule = true;
        if (_workspace is not null) _made.Add((backend, storage));
    }

    /// <summary>
    /// Whether a gradient may be written in place, by who adds to it or by the one rule that receives it: a rule made its memory, and no
    /// other gradient lies in it.
    /// </summary>
    public static bool IsSole(Storage gradient) => gradient is { IsFromRule: true, Gradients: 1 };

    /// <summary>After a rule's contributions were taken: gives back what the rule made for itself, and the gradient that it used up.</summary>
    public void EndRule(IBackend backend, Storage used)
    {
        if (_workspace is null) return;
        if (used is { IsFromRule: true, Gradients: 0 }) backend.Release(used);
        int count = _rule;
        for (int i = _rule; i < _made.Count; i++)
        {
            (IBackend maker, Storage storage) = _made[i];
            if (storage.IsReleased) continue;
            if (storage.Gradients == 0) maker.Release(storage);
            else _made[count++] = (maker, storage);
        }
        _made.RemoveRange(count, _made.Count - count);
        _rule = count;
    }

    public void Dispose()
    {
        t_current = _outer;
        foreach ((IBackend backend, Storage storage) in _made)
        {
            if (!storage.IsReleased) _workspace!.Add(backend, storage);
        }
    }
}
