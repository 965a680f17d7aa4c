using Longhand.Numerics;

namespace Longhand.Data;

/// <summary>
/// Training batches: B windows of T tokens that begin at uniformly drawn offsets, with the targets one token later.
/// A batch is a function of (seed, step, micro-step) and of nothing else, so a resumed run sees the batches that the
/// uninterrupted run would have seen. Windows are drawn with replacement; there are no epochs.
/// </summary>
public sealed class Batches
{
    private readonly ReadOnlyMemory<int> _tokens;
    private readonly Rng _rng;

    /// <param name="tokens">The text to draw from, at least T + 1 tokens.</param>
    /// <param name="windows">B, the windows in a batch.</param>
    /// <param name="context">T, the tokens in a window.</param>
    /// <param name="rng">The run's root generator; this class forks its own purpose from it.</param>
    /// <exception cref="ArgumentException">The text is shorter than one window and the token after it.</exception>
    public Batches(ReadOnlyMemory<int> tokens, int windows, int context, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        if (tokens.Length <= context)
        {
            throw new ArgumentException($"Batches: a window of {context} tokens and the one after it need {context + 1L} tokens, "
                + $"but the text has {tokens.Length}. Hint: a longer text or a shorter context.");
        }
        _tokens = tokens;
        _rng = rng.Fork("batches");
        Windows = windows;
        Context = context;
    }

    /// <summary>B, the windows in a batch.</summary>
    public int Windows { get; }

    /// <summary>T, the tokens in a window.</summary>
    public int Context { get; }

    /// <summary>Fills one batch; allocates nothing.</summary>
    /// <param name="step">The optimizer step.</param>
    /// <param name="microStep">The part of an accumulated step, from 0.</param>
    /// <param name="inputs">(B, T): tokens s … s + T − 1 of each window.</param>
    /// <param name="targets">(B, T): tokens s + 1 … s + T.</param>
    public void Fill(long step, int microStep, Span<int> inputs, Span<int> targets)
    {
        BatchShape.Check(inputs, targets, Windows, Context);
        ReadOnlySpan<int> tokens = _tokens.Span;
        Rng rng = _rng.Fork(step).Fork(microStep);
        int starts = tokens.Length - Context;
        for (int b = 0; b < Windows; b++)
        {
            int start = rng.Below(starts, b);
            tokens.Slice(start, Context).CopyTo(inputs[(b * Context)..]);
            tokens.Slice(start + 1, Context).CopyTo(targets[(b * Context)..]);
        }
    }
}
