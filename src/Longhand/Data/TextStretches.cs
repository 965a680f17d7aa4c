namespace Longhand.Data;

/// <summary>
/// A text cut into B stretches of nearly the same length, which are read side by side: window w of a stretch begins where its window w − 1
/// ended, so a recurrent model can carry its memory from one to the next. Every token but the first is the target of exactly one
/// prediction, n − 1 in all: with L = ⌈(n − 1)/B⌉, stretch b predicts tokens bL + 1 … bL + L, in windows of T.
/// <para>
/// Every window is filled as a full (B, T): where a stretch ends, the remaining inputs are token 0 and the remaining targets
/// <see cref="EvaluationWindows.Ignored"/>. Those come last in their stretch, so no memory that is used has read them.
/// Left out: chance. Draws of windows anywhere in the text are <see cref="Batches"/>.
/// </para>
/// </summary>
public sealed class TextStretches
{
    private readonly ReadOnlyMemory<int> _tokens;
    private readonly int _length;

    /// <param name="tokens">The text, at least 2 tokens.</param>
    /// <param name="stretches">B, how many are read side by side.</param>
    /// <param name="context">T, the tokens in a window.</param>
    /// <exception cref="ArgumentException">There are fewer than two tokens.</exception>
    public TextStretches(ReadOnlyMemory<int> tokens, int stretches, int context)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stretches);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        if (tokens.Length < 2)
        {
            throw new ArgumentException("TextStretches: to predict a token from another takes 2 tokens, "
                + $"but the text has {tokens.Length}.");
        }
        (_tokens, Stretches, Context) = (tokens, stretches, context);
        _length = CeilingOf(tokens.Length - 1, stretches);
        Windows = CeilingOf(_length, context);
    }

    /// <summary>B, how many stretches are read side by side.</summary>
    public int Stretches { get; }

    /// <summary>T, the tokens in a window.</summary>
    public int Context { get; }

    /// <summary>How many windows, one after another, lead to the end of the stretches.</summary>
    public int Windows { get; }

    /// <summary>Fills one window of every stretch and returns how many of the targets count; allocates nothing.</summary>
    /// <param name="window">From 0 to <see cref="Windows"/> − 1.</param>
    /// <param name="inputs">(B, T) token ids.</param>
    /// <param name="targets">(B, T) token ids, or <see cref="EvaluationWindows.Ignored"/>.</param>
    public int Fill(int window, Span<int> inputs, Span<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(window);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(window, Windows);
        BatchShape.Check(inputs, targets, Stretches, Context);
        ReadOnlySpan<int> tokens = _tokens.Span;
        int from = window * Context, until = Math.Min(_length, from + Context), filled = 0;
        inputs.Clear();
        targets.Fill(EvaluationWindows.Ignored);
        for (int b = 0; b < Stretches; b++)
        {
            long start = ((long)b * _length) + from;                          // the last stretches may be short, or empty
            int count = (int)Math.Clamp(tokens.Length - 1 - start, 0, until - from);
            if (count == 0) continue;
            tokens.Slice((int)start, count).CopyTo(inputs[(b * Context)..]);
            tokens.Slice((int)start + 1, count).CopyTo(targets[(b * Context)..]);
            filled += count;
        }
        return filled;
    }

    private static int CeilingOf(int a, int b) => (int)(((long)a + b - 1) / b);
}
