namespace Longhand.ByHand;

/// <summary>
/// Scaled dot-product attention (Vaswani and others, 2017): each position i asks a question qᵢ, compares it with the key kⱼ of every
/// position, and takes the values vⱼ in the proportions of the softmax of how well they match.
/// <code>
/// S = Q·Kᵀ/√d       P = softmax(S), row by row       Y = P·V
/// </code>
/// Divided by √d because a sum of d products of independent numbers of mean 0 and variance 1 has variance d: without it the softmax of long
/// vectors would be all but one-hot, and its gradient all but zero. Causal: Sᵢⱼ = −∞ for j &gt; i, so that no position sees a later one.
/// <para>
/// Shapes: Q is (queries, d), K (keys, d), V (keys, dv), S and P (queries, keys), Y (queries, dv). One head, one sequence; no parameters.
/// </para>
/// <para>
/// Left out: several heads (see <see cref="MultiHeadAttention"/>), and never holding P whole, which saves memory (the tensor engine does).
/// </para>
/// </summary>
public static class Attention
{
    /// <summary>P is what drawings of attention show.</summary>
    public sealed record Cache(Matrix Q, Matrix K, Matrix V, Matrix P, Matrix Y);

    public sealed record Gradients(Matrix DQ, Matrix DK, Matrix DV);

    public static Cache Forward(Matrix q, Matrix k, Matrix v, bool causal)
    {
        Matrix s = q * k.T / Math.Sqrt(q.Columns);
        if (causal) HideLater(s);
        Matrix p = Softmax.Of(s);
        return new Cache(q, k, v, p, p * v);
    }

    /// <summary>
    /// <code>
    /// Y = P·V:                dV = Pᵀ·dY              dP = dY·Vᵀ
    /// P = softmax(S):         dS = P ⊙ (dP − Σ P ⊙ dP)      (derived in Softmax; where P is 0, so is dS: the mask needs no care)
    /// S = Q·Kᵀ/√d:            dQ = dS·K/√d            dK = dSᵀ·Q/√d
    /// </code>
    /// </summary>
    public static Gradients Backward(Cache cache, Matrix dY)
    {
        double scale = 1 / Math.Sqrt(cache.Q.Columns);
        Matrix dV = cache.P.T * dY;
        Matrix dP = dY * cache.V.T;
        Matrix dS = Softmax.Backward(cache.P, dP);
        return new Gradients(DQ: scale * (dS * cache.K), DK: scale * (dS.T * cache.Q), DV: dV);
    }

    private static void HideLater(Matrix s)
    {
        for (int i = 0; i < s.Rows; i++) s.Row(i)[Math.Min(i + 1, s.Columns)..].Fill(double.NegativeInfinity);
    }
}
