namespace Longhand.ByHand;

/// <summary>
/// Attention as it was before transformers: a decoder that writes asks, at each of its steps, which steps of the encoder matter now. Its state is the
/// query, the encoder's outputs are the memory, a score says how well the two go together, and the answer, the context, is the memory's
/// average in proportion.
/// <code>
/// S = score of each query with each entry of the memory       P = softmax(S), row by row       Y = P·M
/// </code>
/// Before, all of a sentence had to fit into the encoder's last state; now the way from any word to any other is one step long, for the
/// signal and for its gradient. Scores: <see cref="AdditiveAlignment"/>, <see cref="DotAlignment"/>, <see cref="GeneralAlignment"/>,
/// <see cref="ConcatAlignment"/>; <see cref="Attention"/> is the dot score, scaled, with the memory's keys and values apart.
/// <para>Shapes: queries are (Q, m), the memory M (S, n), scores and P (Q, S), contexts Y (Q, n). One pair of sequences.</para>
/// </summary>
public abstract class Alignment
{
    private protected Alignment(params Matrix[] weights) => Weights = weights;

    /// <summary>What is learned, in the order of the formula.</summary>
    public Matrix[] Weights { get; }

    /// <summary>
    /// P is what drawings of attention show. Hidden is what the score computed on its way, a row for each pair of query and entry, or null.
    /// </summary>
    public sealed record Cache(Matrix Queries, Matrix Memory, Matrix? Hidden, Matrix P, Matrix Y);

    public sealed record Gradients(Matrix DQueries, Matrix DMemory, Matrix[] DWeights);

    /// <param name="queries">(Q, m).</param>
    /// <param name="memory">(S, n).</param>
    /// <param name="length">How many entries of the memory count, at least 1; all when left out.</param>
    public Cache Forward(Matrix queries, Matrix memory, int? length = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length ?? 1, 1, nameof(length));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length ?? 1, memory.Rows, nameof(length));
        (Matrix scores, Matrix? hidden) = Score(queries, memory);
        if (length is { } end)
        {
            for (int i = 0; i < scores.Rows; i++) scores.Row(i)[end..].Fill(double.NegativeInfinity);
        }
        Matrix p = Softmax.Of(scores);
        return new Cache(queries, memory, hidden, p, Y: p * memory);
    }

    /// <summary>
    /// <code>
    /// Y = P·M:                dP = dY·Mᵀ                     dM gains Pᵀ·dY
    /// P = softmax(S):         dS = P ⊙ (dP − Σ P ⊙ dP)       (where P is 0, so is dS: hidden entries need no care)
    /// S = score(queries, M):  the score's own way back; the memory is used twice and gets two gradients
    /// </code>
    /// </summary>
    public Gradients Backward(Cache cache, Matrix dY)
    {
        Matrix dP = dY * cache.Memory.T;
        Gradients score = ScoreBackward(cache, Softmax.Backward(cache.P, dP));
        return score with { DMemory = score.DMemory + (cache.P.T * dY) };
    }

    public void Descend(Gradients gradients, double learningRate)
    {
        for (int i = 0; i < Weights.Length; i++) Weights[i] -= learningRate * gradients.DWeights[i];
    }

    private protected abstract (Matrix Scores, Matrix? Hidden) Score(Matrix queries, Matrix memory);

    private protected abstract Gradients ScoreBackward(Cache cache, Matrix dS);

    /// <summary>
    /// All pairs of Q queries and S entries, Q·S rows, query by query: A·queries repeats each query S times, B·memory all of the memory Q times. Both
    /// are matrices of zeros and ones, so the way back is Aᵀ and Bᵀ: every copy's gradient returns to its original.
    /// </summary>
    private protected static (Matrix A, Matrix B) Pairs(int queries, int entries)
    {
        int[] pairs = [.. Enumerable.Range(0, queries * entries)];
        return (
            Matrix.OneHot(Array.ConvertAll(pairs, pair => pair / entries), queries),
            Matrix.OneHot(Array.ConvertAll(pairs, pair => pair % entries), entries));
    }

    /// <summary>The same numbers, row by row, in rows of another length.</summary>
    private protected static Matrix Reshape(Matrix m, int columns)
    {
        var result = new Matrix(m.Rows * m.Columns / columns, columns);
        for (int i = 0; i < result.Rows; i++) m.Values.Slice(i * columns, columns).CopyTo(result.Row(i));
        return result;
    }
}
