using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// The first of the three scores of Luong, Pham and Manning (2015): S = Q·Mᵀ, how far a query and an entry point the same way. They must
/// have the same number of features. Nothing is learned.
/// </summary>
public sealed class DotAlignment() : Alignment()
{
    private protected override (Matrix Scores, Matrix? Hidden) Score(Matrix queries, Matrix memory) => (queries * memory.T, null);

    /// <summary>S = Q·Mᵀ:  dQ = dS·M,  dM = dSᵀ·Q.</summary>
    private protected override Gradients ScoreBackward(Cache cache, Matrix dS) => new(dS * cache.Memory, dS.T * cache.Queries, []);
}

/// <summary>The second, "general": S = Q·W·Mᵀ. W, (m, n), translates a query into the memory's terms before the two are compared.</summary>
/// <param name="queryFeatures">m.</param>
/// <param name="memoryFeatures">n.</param>
/// <param name="rng">Where the first weights come from: normal draws of variance 1/in.</param>
public sealed class GeneralAlignment(int queryFeatures, int memoryFeatures, Rng rng)
    : Alignment(Matrix.Normal(queryFeatures, memoryFeatures, rng, Math.Sqrt(1.0 / queryFeatures)))
{
    public Matrix W => Weights[0];

    private protected override (Matrix Scores, Matrix? Hidden) Score(Matrix queries, Matrix memory) => (queries * W * memory.T, null);

    /// <summary>
    /// <code>
    /// S = K·Mᵀ with K = Q·W:      dK = dS·M        dM = dSᵀ·K        dQ = dK·Wᵀ        dW = Qᵀ·dK
    /// </code>
    /// </summary>
    private protected override Gradients ScoreBackward(Cache cache, Matrix dS)
    {
        Matrix dK = dS * cache.Memory;
        return new Gradients(DQueries: dK * W.T, DMemory: dS.T * (cache.Queries * W), DWeights: [cache.Queries.T * dK]);
    }
}

/// <summary>
/// The third, "concat": sᵢⱼ = tanh([qᵢ, mⱼ]·W)·v, with the two side by side. Cut W in two, the rows that meet q and the rows that meet m, and
/// [q, m]·W = q·W₁ + m·W₂: it is <see cref="AdditiveAlignment"/>, written otherwise.
/// <para>Shapes: W is (m + n, width), v (width, 1).</para>
/// </summary>
/// <param name="queryFeatures">m.</param>
/// <param name="memoryFeatures">n.</param>
/// <param name="width">Hidden units.</param>
/// <param name="rng">Where the first weights come from: normal draws of variance 1/in.</param>
public sealed class ConcatAlignment(int queryFeatures, int memoryFeatures, int width, Rng rng) : Alignment(
    Matrix.Normal(queryFeatures + memoryFeatures, width, rng.Fork("weight"), Math.Sqrt(1.0 / (queryFeatures + memoryFeatures))),
    Matrix.Normal(width, 1, rng.Fork("score"), Math.Sqrt(1.0 / width)))
{
    public Matrix W => Weights[0];

    public Matrix V => Weights[1];

    private protected override (Matrix Scores, Matrix? Hidden) Score(Matrix queries, Matrix memory)
    {
        Matrix hidden = Activation.Tanh.Of(SideBySide(queries, memory) * W);
        return (Reshape(hidden * V, memory.Rows), hidden);
    }

    /// <summary>
    /// With a row for each pair, x = [A·q, B·m], z = x·W, t = tanh(z), s = t·v:
    /// <code>
    /// s = t·v:            dv = tᵀ·ds           dz = (ds·vᵀ) ⊙ (1 − t²)
    /// z = x·W:            dW = xᵀ·dz           dx = dz·Wᵀ
    /// x = [A·q, B·m]:     dq = Aᵀ·(the first columns of dx)        dm = Bᵀ·(the others)
    /// </code>
    /// </summary>
    private protected override Gradients ScoreBackward(Cache cache, Matrix dS)
    {
        (Matrix a, Matrix b) = Pairs(cache.Queries.Rows, cache.Memory.Rows);
        Matrix t = cache.Hidden!, ds = Reshape(dS, columns: 1);
        Matrix dZ = (ds * V.T).Hadamard(t.Map(static t => 1 - (t * t))), dX = dZ * W.T;
        return new Gradients(
            DQueries: a.T * dX.SelectColumns(0, cache.Queries.Columns),
            DMemory: b.T * dX.SelectColumns(cache.Queries.Columns, cache.Memory.Columns),
            DWeights: [SideBySide(cache.Queries, cache.Memory).T * dZ, t.T * ds]);
    }

    private static Matrix SideBySide(Matrix queries, Matrix memory)
    {
        (Matrix a, Matrix b) = Pairs(queries.Rows, memory.Rows);
        return Matrix.SideBySide(a * queries, b * memory);
    }
}
