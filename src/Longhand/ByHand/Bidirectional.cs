namespace Longhand.ByHand;

/// <summary>
/// Two cells, one reading from the first step on, one from the last step back (Schuster and Paliwal, 1997); what they say of a step stands side
/// by side: at each place something is known of what comes before and of what comes after.
/// <code>
/// Y = [forward(X), reverse(backward(reverse(X)))]
/// reverse: each sequence from its own end, so that padding stays behind it. It only moves rows, and undoes itself, so its gradient is itself.
/// </code>
/// <para>Shapes: steps of the output are (B, H₁ + H₂).</para>
/// <para>Left out: reading a text that is still being written, which has no last step.</para>
/// </summary>
public sealed class Bidirectional(RecurrentCell forward, RecurrentCell backward) : SequenceLayer
{
    private readonly ThroughTime _forward = new(forward), _backward = new(backward);

    public override IReadOnlyList<RecurrentCell> Cells { get; } = [forward, backward];

    public override Cache Forward(Matrix[] x, RecurrentCell.State[]? first = null, int[]? lengths = null)
    {
        Cache there = _forward.Forward(x, first?[..1], lengths);
        Cache back = _backward.Forward(Reversed(x, lengths), first?[1..], lengths);
        Matrix[] y = [.. there.Y.Zip(Reversed(back.Y, lengths), (a, b) => Matrix.SideBySide(a, b))];
        return new Cache(y, [.. there.Last, .. back.Last], [], [there, back], lengths);
    }

    public override Gradients Backward(Cache cache, Matrix[] dY, RecurrentCell.State[]? dLast = null)
    {
        int width = forward.Width;
        Gradients there = _forward.Backward(cache.Parts[0], Array.ConvertAll(dY, d => d.SelectColumns(0, width)), dLast?[..1]);
        Gradients back = _backward.Backward(
            cache.Parts[1], Reversed(Array.ConvertAll(dY, d => d.SelectColumns(width, backward.Width)), cache.Lengths), dLast?[1..]);
        return new Gradients(
            DX: [.. there.DX.Zip(Reversed(back.DX, cache.Lengths), (a, b) => a + b)],
            [.. there.DFirst, .. back.DFirst], [.. there.DWeights, .. back.DWeights]);
    }

    private static Matrix[] Reversed(Matrix[] x, int[]? lengths)
    {
        Matrix[] result = Array.ConvertAll(x, step => new Matrix(step.Rows, step.Columns));
        for (int t = 0; t < x.Length; t++)
        {
            for (int b = 0; b < x[t].Rows; b++)
            {
                int length = lengths is null ? x.Length : lengths[b];
                x[t < length ? length - 1 - t : t].Row(b).CopyTo(result[t].Row(b));
            }
        }
        return result;
    }
}
