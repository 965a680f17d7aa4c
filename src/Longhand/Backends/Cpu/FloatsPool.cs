namespace Longhand.Backends.Cpu;

/// <summary>
/// <see cref="Floats"/> that were handed back, by exact length, for whoever asks for that length next. A training step asks for the
/// same lengths again and again. A length that nobody asks for any more, such as that of one prompt among many, is dropped after a while.
/// </summary>
internal sealed class FloatsPool
{
    /// <summary>A length is dropped when so many of other lengths were asked for since: many training steps.</summary>
    internal const long Patience = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Shelf> _shelves = [];
    private long _asked;

    /// <summary>How many numbers wait.</summary>
    public long Waiting
    {
        get
        {
            lock (_lock) return _shelves.Sum(shelf => (long)shelf.Key * shelf.Value.Floats.Count);
        }
    }

    /// <summary>So many numbers with undefined content.</summary>
    public Floats Take(int length)
    {
        lock (_lock)
        {
            if (++_asked % Patience == 0) DropForgotten();
            if (_shelves.TryGetValue(length, out Shelf? shelf))
            {
                shelf.AskedAt = _asked;
                if (shelf.Floats.TryPop(out Floats? floats)) return floats;
            }
        }
        return new Floats(length);
    }

    public void GiveBack(Floats floats)
    {
        lock (_lock)
        {
            if (!_shelves.TryGetValue(floats.Length, out Shelf? shelf)) _shelves[floats.Length] = shelf = new Shelf { AskedAt = _asked };
            shelf.Floats.Push(floats);
        }
    }

    private void DropForgotten()
    {
        foreach ((int length, Shelf shelf) in _shelves)
        {
            if (_asked - shelf.AskedAt > Patience) _shelves.Remove(length);
        }
    }

    private sealed class Shelf
    {
        public Stack<Floats> Floats { get; } = new();

        public long AskedAt { get; set; }
    }
}
