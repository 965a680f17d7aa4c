using Longhand.Files;

namespace Longhand.Data;

/// <summary>
/// 1,797 handwritten digits of 13 people as pictures of 8×8 pixels, carried along in the library: the smallest real data on which
/// learning to see can be watched. Each picture was a bitmap of 32×32; a pixel here is the number of dark ones in a square of 4×4.
/// <para>
/// Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998,
/// https://doi.org/10.24432/C50P49, licence CC BY 4.0; its test part, in the form that scikit-learn ships. The resource holds it
/// unchanged, one picture a line, its 64 counts from 0 to 16 and then the digit.
/// </para>
/// <para>
/// A part held out at random has the same 13 people as the rest, so what is measured on it is easier than reading a stranger's hand.
/// </para>
/// </summary>
public static class Digits
{
    /// <summary>Pixels along a side; a picture has Side·Side features, row after row from the top left.</summary>
    public const int Side = 8;

    /// <summary>How many pictures there are.</summary>
    public const int Count = 1797;

    /// <summary>The SHA-256 of the resource, as scikit-learn ships it.</summary>
    internal const string Sha256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8";

    private const string Resource = "digits.csv";

    /// <summary>All pictures in the source's order: (1797, 64) pixels from 0 (paper) to 1 (ink), and the digits 0 … 9 as labels.</summary>
    /// <returns>Fresh arrays each time: the caller may change them.</returns>
    public static LabelledPoints Load() => Parse(Bytes());

    /// <summary>The resource itself.</summary>
    internal static byte[] Bytes()
    {
        using Stream stream = typeof(Digits).Assembly.GetManifestResourceStream(Resource)
            ?? throw new BadFileException(Resource, "it is missing from the library; expected it among the resources.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>65 whole numbers a line: a pixel's count is at most 16, and a digit at most 9.</summary>
    internal static LabelledPoints Parse(ReadOnlySpan<byte> csv)
    {
        const int Pixels = Side * Side, Darkest = 16;
        float[] x = new float[Count * Pixels];
        int[] labels = new int[Count];
        int at = 0;
        for (int i = 0; i < Count; i++)
        {
            for (int j = 0; j < Pixels; j++) x[(i * Pixels) + j] = Number(csv, ref at, (byte)',', Darkest) / (float)Darkest;
            labels[i] = Number(csv, ref at, (byte)'\n', greatest: 9);
        }
        if (at != csv.Length) throw Damaged(at, "the end");
        return new LabelledPoints(x, labels, Pixels, classes: 10);
    }

    private static int Number(ReadOnlySpan<byte> csv, ref int at, byte end, int greatest)
    {
        int start = at, value = 0;
        while (at < csv.Length && csv[at] is >= (byte)'0' and <= (byte)'9' && value <= greatest) value = (value * 10) + (csv[at++] - '0');
        if (at == start || value > greatest || at == csv.Length || csv[at] != end)
            throw Damaged(start, $"a number from 0 to {greatest} and then {(end == ',' ? "a comma" : "the line's end")}");
        at++;
        return value;
    }

    private static BadFileException Damaged(int offset, string expected) =>
        new(Resource, $"it is damaged at byte {offset}: expected {expected}.");
}
