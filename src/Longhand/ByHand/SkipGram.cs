using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// Skip-gram with negative sampling (Mikolov and others, 2013): words get vectors from the company they keep. A word that stands near another in a
/// text is to be told from k words drawn at random; each word has one vector v as the centre, and another, u, as the company.
/// <code>
/// One pair, centre c and neighbour o, with noise words n₁ … nₖ:
/// L = −ln σ(v_c·u_o) − Σⱼ ln σ(−v_c·u_nⱼ)
/// </code>
/// These are 1 + k questions to a logistic regression, "is this a neighbour?", with the answers 1, 0, …, 0, so what was derived in
/// <see cref="LogisticRegression"/> holds. A softmax over all words would ask as many questions as there are words; here k = 5 or so are enough.
/// <para>
/// Shapes: V and U are (words, width); for B pairs X, the centres' vectors, is (B, width), Y, the vectors they are compared with,
/// (B·(1 + k), width), Z (B, 1 + k).
/// </para>
/// <para>Left out: leaving out some occurrences of frequent words, and updating only the rows that a step has touched.</para>
/// </summary>
public sealed class SkipGram(int words, int width, Rng rng)
{
    /// <summary>As the centre: this is what is kept as a word's vector. From small normal draws.</summary>
    public Matrix V { get; set; } = Matrix.Normal(words, width, rng, 1.0 / width);

    /// <summary>As the company. From 0: at first everything is as likely as not.</summary>
    public Matrix U { get; set; } = new(words, width);

    /// <summary>Asked: the words that each centre is compared with, the neighbour, then the noise. Z: the logits of the answers.</summary>
    public sealed record Cache(int[] Centres, int[] Asked, Matrix X, Matrix Y, Matrix Z)
    {
        /// <summary>The true answers: 1 in the first column.</summary>
        public Matrix T { get; } = Matrix.OneHot(new int[Z.Rows], Z.Columns);
    }

    public sealed record Gradients(Matrix DV, Matrix DU);

    /// <param name="centres">B words.</param>
    /// <param name="neighbours">A neighbour of each.</param>
    /// <param name="noise">B·k words, those for the first pair first.</param>
    public Cache Forward(ReadOnlySpan<int> centres, ReadOnlySpan<int> neighbours, ReadOnlySpan<int> noise)
    {
        int B = centres.Length, k = noise.Length / Math.Max(B, 1);
        if (B == 0 || neighbours.Length != B || noise.Length != B * k)
            throw new ArgumentException(
                $"SkipGram: {B} centres, {neighbours.Length} neighbours, {noise.Length} noise words; there must be a neighbour and equally many noise words for each centre.");
        int[] asked = new int[B * (1 + k)];
        for (int b = 0; b < B; b++)
        {
            asked[b * (1 + k)] = neighbours[b];
            noise.Slice(b * k, k).CopyTo(asked.AsSpan((b * (1 + k)) + 1));
        }
        Matrix x = V.SelectRows(centres), y = U.SelectRows(asked), z = new(B, 1 + k);
        for (int i = 0; i < asked.Length; i++)
        {
            for (int d = 0; d < width; d++) z[i / (1 + k), i % (1 + k)] += x[i / (1 + k), d] * y[i, d];
        }
        return new Cache([.. centres], asked, x, y, z);
    }

    /// <summary>The mean over the pairs.</summary>
    public double Loss(Cache cache) => LogisticRegression.CrossEntropy(cache.Z, cache.T);

    /// <summary>
    /// <code>
    /// As in logistic regression:     dZ = (σ(Z) − T)/B        a neighbour pulls: σ − 1 &lt; 0; noise pushes away: σ &gt; 0
    /// z = v·u:                       dv = dz·u                du = dz·v
    /// </code>
    /// A word that occurs several times in a batch, as a centre or among the asked, gets the sum.
    /// </summary>
    public Gradients Backward(Cache cache)
    {
        Matrix dZ = ByHand.Loss.Logistic.Delta(cache.Z, cache.T), dV = new(V.Rows, V.Columns), dU = new(U.Rows, U.Columns);
        for (int i = 0; i < cache.Asked.Length; i++)
        {
            int pair = i / dZ.Columns;
            double dz = dZ[pair, i % dZ.Columns];
            for (int d = 0; d < width; d++)
            {
                dV[cache.Centres[pair], d] += dz * cache.Y[i, d];
                dU[cache.Asked[i], d] += dz * cache.X[pair, d];
            }
        }
        return new Gradients(dV, dU);
    }

    public void Descend(Gradients gradients, double learningRate)
    {
        V -= learningRate * gradients.DV;
        U -= learningRate * gradients.DU;
    }
}
