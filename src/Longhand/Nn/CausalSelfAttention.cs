using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// Multi-head causal self-attention (Vaswani and others, 2017): every position asks (query) all earlier ones and itself (keys) and mixes
/// what they hold (values). One projection makes all three, (C, 3C); each head works on its own C/heads features; a last projection mixes the heads.
/// Names and layout are GPT-2's: c_attn, c_proj.
/// </summary>
public sealed class CausalSelfAttention : Module
{
    private readonly int _heads;
    private readonly bool _rotary;
    private readonly float _dropout;
    private readonly Linear _project;
    private readonly Linear _output;

    /// <param name="width">C, the features of each position; a multiple of heads.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="layers">How many blocks write into the same residual stream, for the scale of the last projection.</param>
    /// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
    /// <param name="rotary">Whether queries and keys are turned by their position.</param>
    /// <param name="dropout">The probability of dropping attention weights and outputs in training.</param>
    public CausalSelfAttention(int width, int heads, int layers, Rng? rng, bool rotary = false, float dropout = 0)
    {
        (_heads, _rotary, _dropout) = (heads, rotary, dropout);
        _project = Declare("c_attn", new Linear(width, 3 * width, rng?.Fork("c_attn"), initializer: Initializers.Gpt));
        _output = Declare("c_proj", new Linear(width, width, rng?.Fork("c_proj"), initializer: Initializers.GptResidual(layers)));
    }

    /// <summary>x is (B, T, C); so is the result. With a cache, x holds the positions after those cached in this layer.</summary>
    public Tensor Forward(Tensor x, Rng? rng = null, KeyValueCache? cache = null, int layer = 0, Watch? watch = null)
    {
        Tensor qkv = _project.Forward(x);                                       // (B, T, 3C)
        float dropout = rng is null ? 0 : _dropout;
        Rng? draws = rng?.Fork(0);
        Tensor y;
        if (!_rotary)
        {
            if (watch is not null) Show(watch, qkv);
            y = cache is null ? qkv.CausalSelfAttention(_heads, dropout, draws) : cache.Attend(layer, qkv, _heads);
        }
        else
        {
            int C = x.Shape[2], first = cache?.Length ?? 0;
            Tensor q = qkv[.., .., ..C].Rotary(_heads, first), k = qkv[.., .., C..(2 * C)].Rotary(_heads, first), v = qkv[.., .., (2 * C)..];
            watch?.Attention(q, k, _heads, causal: true);
            y = cache is null
                ? Tensor.Attention(q, k, v, _heads, causal: true, dropout: dropout, rng: draws)
                : cache.Attend(layer, q, k, v, _heads);
        }
        y = _output.Forward(y);
        return rng is { } random ? y.Dropout(_dropout, random.Fork(1)) : y;
    }

    // One text of the batch is enough to look at, and cheap to cut out.
    private void Show(Watch watch, Tensor qkv)
    {
        Tensor first = qkv.Detach()[..1];
        int C = first.Shape[2] / 3;
        watch.Attention(first[.., .., ..C], first[.., .., C..(2 * C)], _heads, causal: true);
    }

    internal void Quantize()
    {
        _project.Quantize();
        _output.Quantize();
    }
}
