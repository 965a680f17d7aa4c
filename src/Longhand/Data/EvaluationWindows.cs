namespace Longhand.Data;

/// <summary>
/// A text cut into consecutive windows of T tokens, for a loss over all of it: of n tokens, each but the first is the target of
/// exactly one prediction, n − 1 in all. Window w predicts tokens wT + 1 … wT + T from tokens wT … wT + T − 1.
/// <para>
/// Every batch has the full (B, T): where the text ends inside a window, and where the windows end inside a batch, the
/// remaining inputs are token 0 and the remaining targets <see cref="Ignored"/>, which the loss leaves out. In a causal model
/// padding behind a token does not change its prediction. A mean over everything weighs each batch by its count of targets.
/// </para>
/// </summary>
public sealed class EvaluationWindows
{
    /// <summary>The target of a padded place.</summary>
    public const int Ignored = -1;

    private readonly ReadOnlyMemory<int> _tokens;

    /// <param name="tokens">The text, at least 2 tokens.</param>
    /// <param name="windows">B, the windows in a batch.</param>
    /// <param name="context">T, the tokens in a window.</param>
    public EvaluationWindows(ReadOnlyMemory<int> tokens, int windows, int context)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        if (tokens.Length < 2)
        {
            throw new ArgumentException("EvaluationWindows: to predict a token from another takes 2 tokens, "
                + $"but the text has {tokens.Length}.");
        }
        _tokens = tokens;
        Windows = windows;
        Context = context;
        long perBatch = (long)windows * context;
        Batches = (int)((Targets + perBatch - 1) / perBatch);
    }

    /// <summary>B, the windows in a batch.</summary>
    public int Windows { get; }

    /// <summary>T, the tokens in a window.</summary>
    public int Context { get; }

    /// <summary>How many predictions there are in all: one less than tokens.</summary>
    public int Targets => _tokens.Length - 1;

    /// <summary>How many batches cover the text.</summary>
    public int Batches { get; }

    /// <summary>Fills one batch and returns how many of its targets count; allocates nothing.</summary>
    /// <param name="batch">From 0 to <see cref="Batches"/> − 1.</param>
    /// <param name="inputs">(B, T) token ids.</param>
    /// <param name="targets">(B, T) token ids, or <see cref="Ignored"/>.</param>
    public int Fill(int batch, Span<int> inputs, Span<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(batch, Batches);
        BatchShape.Check(inputs, targets, Windows, Context);

        // Consecutive windows without overlap are one consecutive piece of the text.
        int start = batch * inputs.Length;
        int count = Math.Min(inputs.Length, Targets - start);
        _tokens.Span.Slice(start, count).CopyTo(inputs);
        _tokens.Span.Slice(start + 1, count).CopyTo(targets);
        inputs[count..].Clear();
        targets[count..].Fill(Ignored);
        return count;
    }
}
