using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// Attention of a decoder to what an encoder has read, as it was before transformers: every query scores every entry of the memory, a softmax
/// turns the scores into weights, and the context is the memory's average under them. Which score is what the kinds differ in.
/// </summary>
public abstract class Alignment : Module
{
    /// <summary>Looks at the memory.</summary>
    /// <param name="queries">(B, Q, query features): states of the decoder.</param>
    /// <param name="memory">(B, S, memory features): outputs of the encoder.</param>
    /// <param name="lengths">(B), how many entries of each memory count; all when left out. A memory of none gives a context of zeros.</param>
    /// <returns>The context (B, Q, memory features), and the weights (B, Q, S) that made it.</returns>
    public (Tensor Context, Tensor Weights) Forward(Tensor queries, Tensor memory, Indices? lengths = null)
    {
        var (B, _, _) = queries.Shape;
        var (B2, S, _) = memory.Shape;
        string name = GetType().Name;
        if (B != B2) throw new ShapeException($"{name}: {B} sequences of queries cannot look at {B2} memories.");
        Tensor scores = Scores(queries, memory);                                              // (B, Q, S)
        if (lengths is not null)
        {
            Check.Lengths(name, lengths, B, S);
            float[] hidden = new float[B * S];
            for (int i = 0; i < hidden.Length; i++) hidden[i] = i % S < lengths.Values[i / S] ? 0 : 1;
            scores = scores.MaskedFill(Tensor.From(hidden, (B, 1, S), memory.Backend), float.NegativeInfinity);
        }
        Tensor weights = scores.Softmax();
        return (weights.MatMul(memory), weights);
    }

    /// <summary>(B, Q, S) from queries (B, Q, query features) and memory (B, S, memory features).</summary>
    private protected abstract Tensor Scores(Tensor queries, Tensor memory);
}

/// <summary>
/// Additive attention (Bahdanau, Cho and Bengio, 2015): score(s, h) = v·tanh(s·W + h·U), a small network that judges each pair.
/// </summary>
public sealed class AdditiveAlignment : Alignment
{
    private readonly Linear _query, _memory, _score;

    /// <param name="queryFeatures">Features of each query.</param>
    /// <param name="memoryFeatures">Features of each entry of the memory.</param>
    /// <param name="width">Hidden units of the network that scores.</param>
    /// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
    public AdditiveAlignment(int queryFeatures, int memoryFeatures, int width, Rng? rng)
    {
        _query = Declare("query", new Linear(queryFeatures, width, rng?.Fork("query"), bias: false));
        _memory = Declare("memory", new Linear(memoryFeatures, width, rng?.Fork("memory"), bias: false));
        _score = Declare("score", new Linear(width, 1, rng?.Fork("score"), bias: false));
    }

    private protected override Tensor Scores(Tensor queries, Tensor memory)
    {
        var (B, Q, _) = queries.Shape;
        var (_, S, _) = memory.Shape;
        Tensor q = _query.Forward(queries), m = _memory.Forward(memory);
        int W = q.Shape[^1];
        Tensor pairs = (q.Reshape((B, Q, 1, W)) + m.Reshape((B, 1, S, W))).Tanh();            // (B, Q, S, W)
        return _score.Forward(pairs).Reshape((B, Q, S));
    }
}

/// <summary>Dot attention (Luong, Pham and Manning, 2015): score(s, h) = s·h, for queries and memory with as many features. It has no parameters.</summary>
public sealed class DotAlignment : Alignment
{
    private protected override Tensor Scores(Tensor queries, Tensor memory) => queries.MatMul(memory, transposeOther: true);
}

/// <summary>General attention (Luong, Pham and Manning, 2015): score(s, h) = s·W·h, which lets s and h speak different languages.</summary>
public sealed class GeneralAlignment : Alignment
{
    private readonly Linear _weight;

    /// <param name="queryFeatures">Features of each query.</param>
    /// <param name="memoryFeatures">Features of each entry of the memory.</param>
    /// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
    public GeneralAlignment(int queryFeatures, int memoryFeatures, Rng? rng) =>
        _weight = Declare("weight", new Linear(queryFeatures, memoryFeatures, rng, bias: false));

    private protected override Tensor Scores(Tensor queries, Tensor memory) => _weight.Forward(queries).MatMul(memory, transposeOther: true);
}

/// <summary>
/// Concat attention (Luong, Pham and Manning, 2015): score(s, h) = v·tanh([s, h]·W). With W cut in two this is <see cref="AdditiveAlignment"/>:
/// [s, h]·W = s·W₁ + h·W₂, so nothing need be put side by side for each pair.
/// </summary>
public sealed class ConcatAlignment : Alignment
{
    private readonly Parameter _weight;
    private readonly Linear _score;
    private readonly int _queryFeatures;

    /// <inheritdoc cref="AdditiveAlignment(int, int, int, Rng?)"/>
    public ConcatAlignment(int queryFeatures, int memoryFeatures, int width, Rng? rng)
    {
        _queryFeatures = queryFeatures;
        _weight = Declare("weight", Initializers.Start(Initializers.Glorot, (queryFeatures + memoryFeatures, width), rng?.Fork("weight")));
        _score = Declare("score", new Linear(width, 1, rng?.Fork("score"), bias: false));
    }

    private protected override Tensor Scores(Tensor queries, Tensor memory)
    {
        var (B, Q, _) = queries.Shape;
        var (_, S, _) = memory.Shape;
        Tensor weight = _weight.Value, q = queries.MatMul(weight[.._queryFeatures]), m = memory.MatMul(weight[_queryFeatures..]);
        int W = q.Shape[^1];
        Tensor pairs = (q.Reshape((B, Q, 1, W)) + m.Reshape((B, 1, S, W))).Tanh();
        return _score.Forward(pairs).Reshape((B, Q, S));
    }
}
