using Longhand.Backends;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Models;

/// <summary>How an <see cref="EncoderDecoder"/>'s decoder looks at what the encoder has read.</summary>
public enum AlignmentKind
{
    /// <summary>Not at all: all it knows is the encoder's last state (Sutskever, Vinyals and Le, 2014).</summary>
    None,

    /// <summary><see cref="AdditiveAlignment"/>.</summary>
    Additive,

    /// <summary><see cref="DotAlignment"/>.</summary>
    Dot,

    /// <summary><see cref="GeneralAlignment"/>.</summary>
    General,

    /// <summary><see cref="ConcatAlignment"/>.</summary>
    Concat,
}

/// <summary>The shape of an <see cref="EncoderDecoder"/>.</summary>
public sealed record EncoderDecoderConfig
{
    /// <summary>How many different tokens there are, on both sides.</summary>
    public int Vocabulary { get; init; } = 32;

    /// <summary>H, features of tokens and of states.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Recurrent layers on each side.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>The kind of memory.</summary>
    public RecurrentCell Cell { get; init; } = RecurrentCell.Gru;

    /// <summary>How the decoder looks back.</summary>
    public AlignmentKind Alignment { get; init; } = AlignmentKind.Additive;

    /// <summary>The share of features dropped between layers in training.</summary>
    public float Dropout { get; init; }

    /// <summary>Throws an <see cref="ArgumentException"/> that names the first field that is out of range, and the range.</summary>
    public EncoderDecoderConfig Validate()
    {
        ModelConfig.Range(Vocabulary, 1, 10_000_000, "vocabulary");
        ModelConfig.Range(Width, 1, 65_536, "width");
        ModelConfig.Range(Layers, 1, 1000, "layers");
        if (!(Dropout >= 0 && Dropout < 1)) throw new ArgumentException(FormattableString.Invariant($"dropout is {Dropout} but must be at least 0 and below 1."));
        return this;
    }
}

/// <summary>
/// From one sequence to another: an encoder reads the source, a decoder that begins with the encoder's last state writes the target token by
/// token, and an alignment, if there is one, lets each of its steps look back at every step of the encoder.
/// <code>
/// source (B, S) → embedding → encoder → memory (B, S, H), state
/// inputs (B, T) → embedding → decoder from state → h (B, T, H) → context (B, T, H) → tanh([h, context]·W + b)·V + d → logits (B, T, V)
/// </code>
/// The alignment comes after the decoder (Luong, Pham and Manning, 2015), so with given targets all steps are one pass.
/// </summary>
public sealed class EncoderDecoder : Module
{
    private readonly Embedding _sources, _targets;
    private readonly RecurrentLayer _encoder, _decoder;
    private readonly Alignment? _alignment;
    private readonly Linear? _combine;
    private readonly Linear _output;

    /// <param name="config">The shape; validated here.</param>
    /// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
    public EncoderDecoder(EncoderDecoderConfig config, Rng? rng)
    {
        Config = config.Validate();
        int H = config.Width;
        _sources = Declare("source", new Embedding(config.Vocabulary, H, rng?.Fork("source")));
        _targets = Declare("target", new Embedding(config.Vocabulary, H, rng?.Fork("target")));
        _encoder = Declare("encoder", New(config, rng?.Fork("encoder")));
        _decoder = Declare("decoder", New(config, rng?.Fork("decoder")));
        Rng? scores = rng?.Fork("alignment");
        _alignment = config.Alignment switch
        {
            AlignmentKind.Additive => Declare("alignment", new AdditiveAlignment(H, H, H, scores)),
            AlignmentKind.Dot => Declare("alignment", new DotAlignment()),
            AlignmentKind.General => Declare("alignment", new GeneralAlignment(H, H, scores)),
            AlignmentKind.Concat => Declare("alignment", new ConcatAlignment(H, H, H, scores)),
            _ => null,
        };
        _combine = _alignment is null ? null : Declare("combine", new Linear(2 * H, H, rng?.Fork("combine")));
        _output = Declare("output", new Linear(H, config.Vocabulary, rng?.Fork("output")));
    }

    public EncoderDecoderConfig Config { get; }

    /// <summary>What the encoder makes of a source.</summary>
    /// <param name="Memory">(B, S, H), its output at every step.</param>
    /// <param name="State">Its last state, where a decoder begins.</param>
    /// <param name="Lengths">How many steps of each memory count; null for all.</param>
    public sealed record Encoded(Tensor Memory, Tensor State, Indices? Lengths);

    /// <summary>Reads the sources (B, S), of which the given lengths (B) count, or all.</summary>
    public Encoded Encode(Indices sources, Indices? lengths = null, Rng? rng = null)
    {
        (Tensor memory, Tensor state) = _encoder.Forward(_sources.Forward(sources), lengths: lengths, rng: rng?.Fork("encoder"));
        return new Encoded(memory, state, lengths);
    }

    /// <summary>Goes on from a state by the given tokens.</summary>
    /// <param name="source">From <see cref="Encode"/>.</param>
    /// <param name="inputs">(B, T), the token before each one to be predicted.</param>
    /// <param name="state">The decoder's state before these; the encoder's last when left out.</param>
    /// <param name="rng">In training, where dropout's draws come from; null in use.</param>
    /// <returns>Logits (B, T, V), the state after the last token, and the weights (B, T, S) of the alignment, null without one.</returns>
    public (Tensor Logits, Tensor State, Tensor? Weights) Decode(Encoded source, Indices inputs, Tensor? state = null, Rng? rng = null)
    {
        (Tensor h, Tensor next) = _decoder.Forward(_targets.Forward(inputs), state ?? source.State, rng: rng?.Fork("decoder"));
        if (_alignment is null) return (_output.Forward(h), next, null);
        (Tensor context, Tensor weights) = _alignment.Forward(h, source.Memory, source.Lengths);
        Tensor combined = _combine!.Forward(Tensor.Concatenate([h, context], ^1)).Tanh();
        return (_output.Forward(combined), next, weights);
    }

    /// <summary>The mean cross-entropy of the targets (B, T), in nats per token.</summary>
    /// <param name="sources">(B, S).</param>
    /// <param name="targets">(B, T); a target equal to <paramref name="ignored"/> is padding.</param>
    /// <param name="begin">The token that stands before the first target.</param>
    /// <param name="lengths">How many tokens of each source count; null for all.</param>
    /// <param name="teacherForcing">
    /// How often the decoder is shown the true token before each one rather than its own guess, 0 … 1 (scheduled sampling: Bengio and others, 2015). At 1, the
    /// fastest, it never learns to recover from a mistake; at 0 it sees only its own guesses, which at first are nearly all wrong.
    /// </param>
    /// <param name="rng">Where dropout's draws come from, and those of which token is shown.</param>
    /// <param name="ignored">The target that does not count.</param>
    public Tensor Loss(
        Indices sources, Indices targets, int begin, Indices? lengths = null, float teacherForcing = 1, Rng? rng = null, int ignored = -100)
    {
        Check.Share("EncoderDecoder", nameof(teacherForcing), teacherForcing);
        if (teacherForcing < 1 && rng is null) throw new ArgumentException("EncoderDecoder: with teacher forcing below 1 each step draws which token it is shown, so a generator is needed.");
        Encoded source = Encode(sources, lengths, rng);
        var (B, T) = targets.Shape;
        int[] shown = Shifted(targets, begin, ignored);
        if (teacherForcing >= 1) return Decode(source, new Indices(shown, (B, T)), rng: rng).Logits.CrossEntropy(targets, ignored);

        var logits = new Tensor[T];
        Tensor? state = null;
        int[] inputs = new int[B], guesses = [];
        for (int t = 0; t < T; t++)
        {
            bool isTrue = t == 0 || rng!.Value.Fork("teacher").Uniform(t) < teacherForcing;
            for (int b = 0; b < B; b++) inputs[b] = isTrue ? shown[(b * T) + t] : guesses[b];
            (logits[t], state, _) = Decode(source, new Indices([.. inputs], (B, 1)), state, rng?.Fork(t));
            guesses = Likeliest(logits[t]);
        }
        return Tensor.Concatenate(logits, 1).CrossEntropy(targets, ignored);
    }

    /// <summary>Writes the likeliest token at each step, each shown to the next.</summary>
    /// <returns>The tokens (B, T), and the weights of the alignment (B, T, S), null without one.</returns>
    public (Indices Tokens, Tensor? Weights) Write(Indices sources, int begin, int steps, Indices? lengths = null) => AsConstants(() =>
    {
        Encoded source = Encode(sources, lengths);
        int B = sources.Shape[0];
        int[] tokens = new int[B * steps], inputs = new int[B];
        Array.Fill(inputs, begin);
        Tensor? state = null;
        var weights = new List<Tensor>();
        for (int t = 0; t < steps; t++)
        {
            (Tensor logits, state, Tensor? looked) = Decode(source, new Indices([.. inputs], (B, 1)), state);
            if (looked is not null) weights.Add(looked);
            inputs = Likeliest(logits);
            for (int b = 0; b < B; b++) tokens[(b * steps) + t] = inputs[b];
        }
        return (new Indices(tokens, (B, steps)), weights.Count == 0 ? null : Tensor.Concatenate(weights.ToArray(), 1));
    });

    private static RecurrentLayer New(EncoderDecoderConfig c, Rng? rng) => RecurrentLayer.Of(c.Cell, c.Width, c.Width, rng, c.Layers, c.Dropout);

    // What stands before each target: the beginning, then the targets. Behind padding anything may stand.
    private static int[] Shifted(Indices targets, int begin, int ignored)
    {
        var (B, T) = targets.Shape;
        int[] shown = new int[B * T];
        for (int i = 0; i < shown.Length; i++)
        {
            int before = i % T == 0 ? begin : targets.Values[i - 1];
            shown[i] = before == ignored ? begin : before;
        }
        return shown;
    }

    // The place of the greatest of each row of logits (B, 1, V).
    private static int[] Likeliest(Tensor logits)
    {
        float[] values = logits.ToArray();
        int V = logits.Shape[^1];
        int[] best = new int[values.Length / V];
        for (int b = 0; b < best.Length; b++)
        {
            ReadOnlySpan<float> row = values.AsSpan(b * V, V);
            for (int v = 1; v < V; v++) if (row[v] > row[best[b]]) best[b] = v;
        }
        return best;
    }
}
