using Longhand.Backends;
using Longhand.Numerics;

namespace Longhand.Tensors;

/// <summary>
/// Scaled dot-product attention (Vaswani and others, 2017): y = softmax(q·kᵀ/√D + mask)·v for each head.
/// <para>
/// With P = softmax(S): dv = Pᵀ·dy, dP = dy·vᵀ, dS = P⊙(dP − Σ dP⊙P), dq = dS·k/√D, dk = dSᵀ·q/√D.
/// The fused kernels never store P for the whole batch; they recompute it from the saved logarithm of each row's sum (Dao and others, 2022).
/// </para>
/// <para>Twin: <see cref="AttentionComposed"/>.</para>
/// </summary>
public sealed partial class Tensor
{
    /// <summary>
    /// Attention of queries (B, Tq, C) over keys and values (B, Tk, C), heads side by side in C; the result is (B, Tq, C).
    /// </summary>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="heads">How many heads C is split into.</param>
    /// <param name="causal">Query i sees key j only when j ≤ i + (Tk − Tq): with a cache the queries are the last rows.</param>
    /// <param name="lengths">For each batch entry how many keys are real; later ones are padding and hidden. Null: all are.</param>
    /// <param name="dropout">The probability that an attention weight is zeroed; needs <paramref name="rng"/>.</param>
    /// <param name="rng">The source of dropout's draws.</param>
    public static Tensor Attention(
        Tensor q, Tensor k, Tensor v, int heads, bool causal, Indices? lengths = null, float dropout = 0, Rng? rng = null)
    {
        var (B, Tq, C) = q.Shape;
        var (_, Tk, _) = k.Shape;
        Check.SameShape("Attention", k.Shape, v.Shape);
        Check.SameShape("Attention", q.Shape.With(1, Tk), k.Shape);
        Check.SameBackend("Attention", q, k);
        Check.SameBackend("Attention", q, v);
        AttentionSizes sizes = Sizes(B, Tq, Tk, C, heads, causal, lengths, dropout);
        Rng draws = Draws(dropout, rng);
        Tensor y = Allocate(q.Shape, q.Backend), lse = Allocate((B, heads, Tq), q.Backend);
        HeadRows Rows(Tensor x) => new(x.Storage, 0, x.Shape[1] * C, C);
        q.Backend.Attention(Rows(y), lse.Storage, Rows(q), Rows(k), Rows(v), sizes, lengths is null ? [] : lengths.Values, draws);
        return Record(y, [q, k, v], dy =>
        {
            Tensor dq = Allocate(q.Shape, q.Backend), dk = Allocate(k.Shape, q.Backend), dv = Allocate(k.Shape, q.Backend);
            q.Backend.AttentionBackward(Rows(dq), Rows(dk), Rows(dv), Rows(dy), Rows(y), lse.Storage, Rows(q), Rows(k), Rows(v), sizes,
                lengths is null ? [] : lengths.Values, draws);
            return [dq, dk, dv];
        });
    }

    /// <summary>Causal self-attention on a fused projection (B, T, 3C): queries, keys and values side by side, nothing copied apart.</summary>
    public Tensor CausalSelfAttention(int heads, float dropout = 0, Rng? rng = null)
    {
        var (B, T, threeC) = Shape;
        if (threeC % 3 != 0) throw new ShapeException($"CausalSelfAttention: the last axis of {Shape} must hold queries, keys and values of equal size.");
        int C = threeC / 3;
        AttentionSizes sizes = Sizes(B, T, T, C, heads, causal: true, lengths: null, dropout);
        Rng draws = Draws(dropout, rng);
        Tensor y = Allocate((B, T, C), Backend), lse = Allocate((B, heads, T), Backend);
        HeadRows Part(Tensor x, int offset) => new(x.Storage, offset, T * x.Shape[2], x.Shape[2]);
        Backend.Attention(Part(y, 0), lse.Storage, Part(this, 0), Part(this, C), Part(this, 2 * C), sizes, [], draws);
        return Record(y, [this], dy =>
        {
            Tensor dx = Allocate(Shape, Backend);
            Backend.AttentionBackward(Part(dx, 0), Part(dx, C), Part(dx, 2 * C), Part(dy, 0), Part(y, 0), lse.Storage,
                Part(this, 0), Part(this, C), Part(this, 2 * C), sizes, [], draws);
            return [dx];
        });
    }

    /// <summary>Attention written with the operations it is made of; the arguments are those of <see cref="Attention"/>, without dropout.</summary>
    public static Tensor AttentionComposed(Tensor q, Tensor k, Tensor v, int heads, bool causal, Indices? lengths = null)
    {
        var (B, Tq, C) = q.Shape;
        int Tk = k.Shape[1], D = C / heads;
        Tensor Split(Tensor x) => x.Reshape((B, x.Shape[1], heads, D)).Permute(0, 2, 1, 3);                    // (B, H, T, D)
        Tensor scores = Split(q).MatMul(Split(k), transposeOther: true) * (1 / Math.Sqrt(D));                  // (B, H, Tq, Tk)
        float[] hidden = new float[B * Tq * Tk];
        for (int i = 0; i < hidden.Length; i++)
        {
            int key = i % Tk, query = i / Tk % Tq, entry = i / (Tk * Tq);
            bool visible = (!causal || key <= query + (Tk - Tq)) && (lengths is null || key < lengths.Values[entry]);
            hidden[i] = visible ? 0 : 1;
        }
        Tensor weights = scores.MaskedFill(From(hidden, (B, 1, Tq, Tk), q.Backend), float.NegativeInfinity).Softmax();
        return weights.MatMul(Split(v)).Permute(0, 2, 1, 3).Reshape((B, Tq, C));
    }

    /// <summary>
    /// Causal attention of queries, the first C columns of q (B, Tq, …), that are the last of the first <paramref name="length"/> rows of k and
    /// v (B, capacity, C). For inference: not recorded.
    /// </summary>
    internal static Tensor AttentionOverRows(Tensor q, Tensor k, Tensor v, int length, int heads)
    {
        var (B, Tq, _) = q.Shape;
        int C = k.Shape[2];
        AttentionSizes sizes = Sizes(B, Tq, length, C, heads, causal: true, lengths: null, dropout: 0);
        Tensor y = Allocate((B, Tq, C), q.Backend), lse = Allocate((B, heads, Tq), q.Backend);
        HeadRows Rows(Tensor x) => new(x.Storage, 0, x.Shape[1] * x.Shape[2], x.Shape[2]);
        q.Backend.Attention(Rows(y), lse.Storage, Rows(q), Rows(k), Rows(v), sizes, [], default);
        return y;
    }

    /// <summary>
    /// Overwrites the rows first, first + 1 … of this table (B, capacity, C), in place, with the C columns of x (B, T, …) that begin at
    /// <paramref name="column"/>; for caches.
    /// </summary>
    internal void WriteRows(Tensor x, int first, int column)
    {
        var (B, T, _) = x.Shape;
        int C = Shape[2];
        Backend.Copy(Storage, x.Storage, new CopyLayout([B, T, C], first * C, Shape.Strides(), column, x.Shape.Strides()));
    }

    private static Rng Draws(float dropout, Rng? rng) => dropout == 0 ? default
        : rng ?? throw new ArgumentException("Attention: dropout needs a generator, a new one for each step and layer.");

    private static AttentionSizes Sizes(int B, int Tq, int Tk, int C, int heads, bool causal, Indices? lengths, float dropout)
    {
        if (heads < 1 || C % heads != 0)
            throw new ShapeException($"Attention: {C} features do not split into {heads} equal heads. Hint: width must be a multiple of heads.");
        if (lengths is not null) Check.SameShape("Attention (lengths)", lengths.Shape, B);
        Check.Probability("Attention", nameof(dropout), dropout);
        return new AttentionSizes(B, heads, C / heads, Tq, Tk, 1 / Math.Sqrt(C / heads), causal, dropout);
    }
}
