using Longhand.Text;

namespace Longhand.Data;

/// <summary>
/// The tokens of a text, split in order: the first ⌊9n/10⌋ are for training, the rest, the last tenth, is for validation.
/// The validation text comes after all training text, so no window of one reaches into the other.
/// </summary>
public sealed class TokenData
{
    private readonly int[] _tokens;
    private readonly int _trainLength;

    /// <summary>Takes the tokens as they are; the caller no longer changes them.</summary>
    public TokenData(int[] tokens)
    {
        _tokens = tokens;
        _trainLength = TrainLength(tokens.Length);
    }

    /// <summary>The tokens of a text.</summary>
    public static TokenData Encode(ITokenizer tokenizer, string text) => new(tokenizer.Encode(text));

    /// <summary>The first nine tenths.</summary>
    public ReadOnlyMemory<int> Train => _tokens.AsMemory(0, _trainLength);

    /// <summary>The last tenth.</summary>
    public ReadOnlyMemory<int> Validation => _tokens.AsMemory(_trainLength);

    /// <summary>
    /// The fewest tokens that can be trained on with windows of <paramref name="context"/> tokens: training needs one window
    /// and the token after it, validation one token to predict from and one to predict.
    /// </summary>
    public static int MinimumLength(int context)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        long needed = (long)context + 1;
        long length = Math.Max(11, ((needed * 10) + 8) / 9);           // ⌈10·needed/9⌉; 11 is the first length with 2 in its last tenth
        return checked((int)length);
    }

    private static int TrainLength(int length) => (int)((long)length * 9 / 10);
}
