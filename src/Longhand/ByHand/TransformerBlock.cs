using Longhand.Numerics;

namespace Longhand.ByHand;

/// <summary>
/// One whole block of GPT-2 (Radford and others, 2019), forward and backward without autograd. Positions talk to one another, then each
/// thinks for itself; both results are added to what came in, so a gradient always has a way straight through.
/// <code>
/// Forward:    H = X + attention(norm₁(X))         Y = H + feedForward(norm₂(H))
/// Backward:   a sum hands its gradient to both sides, and what is used twice gets two gradients, which add up:
///             dH = dY + norm₂′(feedForward′(dY))   dX = dH + norm₁′(attention′(dH))
/// </code>
/// where f′ stands for f's own way back.
/// <para>Shapes: X, H and Y are (T, C): one sequence of T positions.</para>
/// <para>Left out: batches of sequences, dropout, embeddings and the last layer around a stack of blocks; the model is in Models' Gpt.</para>
/// </summary>
public sealed class TransformerBlock(int width, int heads, Rng rng, bool causal = true)
{
    public LayerNorm Norm1 { get; } = new(width);

    public MultiHeadAttention Attention { get; } = new(width, heads, causal, rng.Fork("attention"));

    public LayerNorm Norm2 { get; } = new(width);

    public FeedForward FeedForward { get; } = new(width, rng.Fork("feed forward"));

    /// <summary>The caches of the four parts, and H between the halves.</summary>
    public sealed record Cache(
        LayerNorm.Cache Norm1, MultiHeadAttention.Cache Attention, Matrix H, LayerNorm.Cache Norm2, FeedForward.Cache FeedForward, Matrix Y);

    public sealed record Gradients(
        Matrix DX, LayerNorm.Gradients Norm1, MultiHeadAttention.Gradients Attention, LayerNorm.Gradients Norm2, FeedForward.Gradients FeedForward);

    public Cache Forward(Matrix x)
    {
        LayerNorm.Cache norm1 = Norm1.Forward(x);
        MultiHeadAttention.Cache attention = Attention.Forward(norm1.Y);
        Matrix h = x + attention.Y;
        LayerNorm.Cache norm2 = Norm2.Forward(h);
        FeedForward.Cache feedForward = FeedForward.Forward(norm2.Y);
        return new Cache(norm1, attention, h, norm2, feedForward, Y: h + feedForward.Y);
    }

    public Gradients Backward(Cache cache, Matrix dY)
    {
        FeedForward.Gradients feedForward = FeedForward.Backward(cache.FeedForward, dY);
        LayerNorm.Gradients norm2 = Norm2.Backward(cache.Norm2, feedForward.DX);
        Matrix dH = dY + norm2.DX;
        MultiHeadAttention.Gradients attention = Attention.Backward(cache.Attention, dH);
        LayerNorm.Gradients norm1 = Norm1.Backward(cache.Norm1, attention.DX);
        return new Gradients(DX: dH + norm1.DX, norm1, attention, norm2, feedForward);
    }

    public void Descend(Gradients gradients, double learningRate)
    {
        Norm1.Descend(gradients.Norm1, learningRate);
        Attention.Descend(gradients.Attention, learningRate);
        Norm2.Descend(gradients.Norm2, learningRate);
        FeedForward.Descend(gradients.FeedForward, learningRate);
    }
}
