using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>Where a block normalises.</summary>
public enum NormPlacement
{
    /// <summary>x + f(norm(x)): the residual stream is never normalised, which trains stably (GPT-2).</summary>
    Pre,

    /// <summary>norm(x + f(x)): the original transformer.</summary>
    Post,
}

/// <summary>
/// A decoder block: attention mixes positions, the feed-forward layer mixes features, each added to what was there.
/// Names are GPT-2's: ln_1, attn, ln_2, mlp.
/// </summary>
public sealed class TransformerBlock : Module
{
    private readonly NormPlacement _norm;
    private readonly LayerNorm _first;
    private readonly CausalSelfAttention _attention;
    private readonly LayerNorm _second;
    private readonly FeedForward _feedForward;

    public TransformerBlock(
        int width, int heads, int layers, Rng? rng, NormPlacement norm = NormPlacement.Pre, bool rotary = false, float dropout = 0, float epsilon = 1e-5f)
    {
        _norm = norm;
        _first = Declare("ln_1", new LayerNorm(width, epsilon));
        _attention = Declare("attn", new CausalSelfAttention(width, heads, layers, rng?.Fork("attn"), rotary, dropout));
        _second = Declare("ln_2", new LayerNorm(width, epsilon));
        _feedForward = Declare("mlp", new FeedForward(width, layers, rng?.Fork("mlp"), dropout));
    }

    /// <summary>x is (B, T, C); so is the result.</summary>
    public Tensor Forward(Tensor x, Rng? rng = null, KeyValueCache? cache = null, int layer = 0, Watch? watch = null)
    {
        Rng? first = rng?.Fork(0), second = rng?.Fork(1);
        Watch? attention = watch?.Inside("attn"), feedForward = watch?.Inside("mlp");
        if (_norm == NormPlacement.Pre)
        {
            x += _attention.Forward(_first.Forward(x), first, cache, layer, attention);
            x += _feedForward.Forward(_second.Forward(x), second, feedForward);
        }
        else
        {
            x = _first.Forward(x + _attention.Forward(x, first, cache, layer, attention));
            x = _second.Forward(x + _feedForward.Forward(x, second, feedForward));
        }
        watch?.Output(x);
        return x;
    }

    internal void Quantize()
    {
        _attention.Quantize();
        _feedForward.Quantize();
    }
}
