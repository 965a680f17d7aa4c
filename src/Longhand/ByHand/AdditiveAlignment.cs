using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// Additive attention (Bahdanau, Cho and Bengio, 2015): a small network judges each pair of a query and an entry of the memory.
/// <code>
/// sᵢⱼ = tanh(qᵢ·W + mⱼ·U)·v
/// </code>
/// qᵢ·W is computed once for each query and mⱼ·U once for each entry; only the tanh is of each pair.
/// <para>Shapes: W is (m, width), U (n, width), v (width, 1); the hidden layer is (Q·S, width).</para>
/// </summary>
/// <param name="queryFeatures">m.</param>
/// <param name="memoryFeatures">n.</param>
/// <param name="width">Hidden units.</param>
/// <param name="rng">Where the first weights come from: normal draws of variance 1/in.</param>
public sealed class AdditiveAlignment(int queryFeatures, int memoryFeatures, int width, Rng rng) : Alignment(
    Matrix.Normal(queryFeatures, width, rng.Fork("query"), Math.Sqrt(1.0 / queryFeatures)),
    Matrix.Normal(memoryFeatures, width, rng.Fork("memory"), Math.Sqrt(1.0 / memoryFeatures)),
    Matrix.Normal(width, 1, rng.Fork("score"), Math.Sqrt(1.0 / width)))
{
    public Matrix W => Weights[0];

    public Matrix U => Weights[1];

    public Matrix V => Weights[2];

    private protected override (Matrix Scores, Matrix? Hidden) Score(Matrix queries, Matrix memory)
    {
        (Matrix a, Matrix b) = Pairs(queries.Rows, memory.Rows);
        Matrix hidden = Activation.Tanh.Of((a * (queries * W)) + (b * (memory * U)));
        return (Reshape(hidden * V, memory.Rows), hidden);
    }

    /// <summary>
    /// With a row for each pair, z = A·q·W + B·m·U, t = tanh(z), s = t·v:
    /// <code>
    /// s = t·v:                dv = tᵀ·ds            dt = ds·vᵀ            dz = dt ⊙ (1 − t²)
    /// z = A·(q·W) + …:        d(q·W) = Aᵀ·dz        dW = qᵀ·d(q·W)        dq = d(q·W)·Wᵀ
    ///     … + B·(m·U):        d(m·U) = Bᵀ·dz        dU = mᵀ·d(m·U)        dm = d(m·U)·Uᵀ
    /// </code>
    /// </summary>
    private protected override Gradients ScoreBackward(Cache cache, Matrix dS)
    {
        (Matrix a, Matrix b) = Pairs(cache.Queries.Rows, cache.Memory.Rows);
        Matrix t = cache.Hidden!, ds = Reshape(dS, columns: 1);
        Matrix dZ = (ds * V.T).Hadamard(t.Map(static t => 1 - (t * t)));
        Matrix dQW = a.T * dZ, dMU = b.T * dZ;
        return new Gradients(
            DQueries: dQW * W.T, DMemory: dMU * U.T, DWeights: [cache.Queries.T * dQW, cache.Memory.T * dMU, t.T * ds]);
    }
}
