using System.Globalization;
using Longhand.Backends;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Models;

/// <summary>
/// GPT-2 (Radford and others, 2019): a decoder-only transformer that reads tokens and gives, at every position, logits for the next one.
/// <code>
/// ids (B, T) → wte[ids] + wpe[0 … T−1] → block × layers → ln_f → · wteᵀ → logits (B, T, V)
/// </code>
/// The table of token embeddings is also the output layer (tied), so a token's row learns from being read and from being predicted.
/// Parameters carry the names of Hugging Face's GPT-2, and weights are (in, out) as there, so checkpoints go both ways.
/// </summary>
public sealed class Gpt : LanguageModel
{
    private readonly Embedding _tokens;
    private readonly Parameter? _positions;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;

    /// <param name="config">The shape; validated here.</param>
    /// <param name="rng">Where the first weights come from: normal with deviation 0.02, smaller where they add to the residual
    /// stream. Null leaves them at zero, to be read from a file.</param>
    public Gpt(GptConfig config, Rng? rng)
    {
        Config = config.Validate();
        _tokens = Declare("transformer.wte", new Embedding(config.Vocabulary, config.Width, rng?.Fork("wte"), Initializers.Gpt));
        if (config.Positions == PositionKind.Learned)
            _positions = Declare("transformer.wpe.weight", Initializers.Start(Initializers.Gpt, (config.Context, config.Width), rng?.Fork("wpe")));
        if (config.Positions == PositionKind.Sinusoidal)
            _positions = Declare("transformer.wpe.weight", Positions.Sinusoidal(config.Context, config.Width), isState: true);
        _blocks = new TransformerBlock[config.Layers];
        for (int i = 0; i < _blocks.Length; i++)
        {
            string name = "transformer.h." + i.ToString(CultureInfo.InvariantCulture);
            _blocks[i] = Declare(name, new TransformerBlock(
                config.Width, config.Heads, config.Layers, rng?.Fork(name), config.Norm, config.Positions == PositionKind.Rotary, config.Dropout, config.Epsilon));
        }
        _norm = Declare("transformer.ln_f", new LayerNorm(config.Width, config.Epsilon));
    }

    public override GptConfig Config { get; }

    public override IBackend Backend => _norm.Weight.Value.Backend;

    /// <summary>An empty cache for generating one text with this model.</summary>
    public KeyValueCache NewCache(int batch = 1) => new(Config.Layers, batch, Config.Context, Config.Width, Backend);

    /// <param name="ids">(B, T) token ids, T up to the context.</param>
    /// <param name="rng">In training, where dropout's draws come from; null in use.</param>
    /// <param name="watch">Shown the residual stream, the hidden layers, what attention compares, and the logits; null when nobody looks.</param>
    public override Tensor Forward(Indices ids, Rng? rng = null, Watch? watch = null)
    {
        Tensor logits = _tokens.Logits(Features(ids, rng, cache: null, watch));
        watch?.Inside("logits").Output(logits);
        return logits;
    }

    /// <summary>The same after the positions in a cache, to which these are added; in use only.</summary>
    public Tensor Forward(Indices ids, KeyValueCache cache) => _tokens.Logits(Features(ids, rng: null, cache));

    /// <summary>Logits for the token after the last position only: (B, V). Generating needs no others.</summary>
    public Tensor ForwardLast(Indices ids, KeyValueCache? cache = null)
    {
        Tensor x = Features(ids, rng: null, cache);
        var (B, _, C) = x.Shape;
        return _tokens.Logits(x[.., ^1..].Reshape((B, C)));
    }

    public override ITextReader NewReader() => new GptReader(this);

    /// <summary>
    /// Holds the weights of all matrix products in 8 bits from here on, in a quarter of the memory, for faster inference with slightly
    /// other logits; biases, norms and positions stay floats. There is no way back: such a model cannot be trained, saved or moved.
    /// </summary>
    public override void Quantize()
    {
        SetTrainable(false);
        _tokens.Quantize();
        foreach (TransformerBlock block in _blocks) block.Quantize();
    }

    // Everything before the output layer: (B, T, C).
    private Tensor Features(Indices ids, Rng? rng, KeyValueCache? cache, Watch? watch = null)
    {
        var (_, T) = ids.Shape;
        int first = cache?.Length ?? 0;
        if (first + T > Config.Context)
            throw new ShapeException($"Gpt: {first + T} positions do not fit in the context of {Config.Context}. Hint: give it the last {Config.Context} tokens.");
        Tensor x = _tokens.Forward(ids);                                            // (B, T, C)
        if (_positions is not null) x += _positions.Value[first..(first + T)];
        if (rng is { } random) x = x.Dropout(Config.Dropout, random.Fork("embedding"));
        watch?.Inside("embeddings").Output(x);
        for (int i = 0; i < _blocks.Length; i++)
        {
            x = _blocks[i].Forward(x, rng?.Fork(i), cache, layer: i, watch?.Inside("transformer.h." + i.ToString(CultureInfo.InvariantCulture)));
        }
        return _norm.Forward(x);
    }
}
