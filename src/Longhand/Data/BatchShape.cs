namespace Longhand.Data;

/// <summary>The one rule that callers of a batch can break: both arrays hold B·T numbers.</summary>
internal static class BatchShape
{
    public static void Check(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int windows, int context)
    {
        if (inputs.Length == (long)windows * context && targets.Length == inputs.Length) return;
        throw new ArgumentException($"A batch of {windows} windows of {context} tokens fills {(long)windows * context} inputs "
            + $"and as many targets, but there is room for {inputs.Length} and {targets.Length}.");
    }
}
