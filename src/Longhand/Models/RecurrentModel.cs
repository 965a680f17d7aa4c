using Longhand.Backends;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Models;

/// <summary>The shape of a <see cref="RecurrentModel"/>: a simple recurrent network, an LSTM or a GRU.</summary>
public sealed record RecurrentConfig : ModelConfig
{
    /// <param name="cell">What the layers are made of.</param>
    public RecurrentConfig(RecurrentCell cell) => (Cell, Layers, Width) = (cell, 2, 128);

    public RecurrentCell Cell { get; }

    public override string Kind => Cell.ToString().ToLowerInvariant();

    public override long ParameterCount
    {
        get
        {
            long H = Width, G = new RecurrentSizes(Cell, 0, 0, Width).Gates;
            long layer = (2 * G * H * H) + (G * H) + (Cell == RecurrentCell.Gru ? H : 0);
            return (Vocabulary * H) + (Layers * layer) + (Vocabulary * H) + Vocabulary;
        }
    }

    public override string Summary => FormattableString.Invariant($"{Kind.ToUpperInvariant()}, {Count(Layers, "layer")}, width {Width}");

    public override long Widest => Math.Max(new RecurrentSizes(Cell, 0, 0, Width).Gates * (long)Width, Vocabulary);

    public override bool Has(string field) => field is nameof(Layers) or nameof(Width) or nameof(Context) or nameof(Vocabulary) or nameof(Dropout);

    public override RecurrentConfig Validate()
    {
        ValidateCommon();
        return this;
    }

    public override RecurrentModel Create(Rng? rng) => new(this, rng);
}

/// <summary>
/// A language model with a memory that is handed from token to token (Mikolov and others, 2010; Graves, 2013):
/// ids (B, T) → embedding → recurrent layers → linear → logits (B, T, V). Every window begins with an empty memory; a text that is written
/// keeps it from the first token to the last.
/// </summary>
public sealed class RecurrentModel : LanguageModel
{
    private readonly Embedding _tokens;
    private readonly RecurrentLayer _layers;
    private readonly Linear _output;

    /// <param name="config">The shape; validated here.</param>
    /// <param name="rng">Where the first weights come from; null leaves them at zero, to be read from a file.</param>
    public RecurrentModel(RecurrentConfig config, Rng? rng)
    {
        Config = config.Validate();
        int H = config.Width;
        _tokens = Declare("embedding", new Embedding(config.Vocabulary, H, rng?.Fork("embedding")));
        _layers = Declare(config.Kind, RecurrentLayer.Of(config.Cell, H, H, rng?.Fork("layers"), config.Layers, config.Dropout));
        _output = Declare("output", new Linear(H, config.Vocabulary, rng?.Fork("output")));
    }

    public override RecurrentConfig Config { get; }

    public override IBackend Backend => _layers.Backend;

    public override Tensor Forward(Indices ids, Rng? rng = null, Watch? watch = null) => Forward(ids, null, rng, watch).Logits;

    /// <summary>The same from a state on, which it returns as it is after the last token; see <see cref="RecurrentLayer.Forward"/>.</summary>
    public (Tensor Logits, Tensor State) Forward(Indices ids, Tensor? state, Rng? rng = null, Watch? watch = null)
    {
        // Without dropout, which makes the same character's row another one each time, the layers look characters up themselves, and
        // only an observer is shown the rows.
        Rng? draws = Config.Dropout > 0 ? rng : null;
        Tensor? x = draws is not null || watch is not null ? _tokens.Forward(ids) : null;                 // (B, T, H)
        if (x is not null) watch?.Inside("embedding").Output(x);
        (Tensor h, Tensor last) = draws is { } random
            ? _layers.Forward(x!.Dropout(Config.Dropout, random.Fork("embedding")), state, rng: random.Fork("layers"))
            : _layers.ForwardTokens(_tokens.Weight.Value, ids, state);
        watch?.Inside(Config.Kind).Output(h, ActivationKind.Tanh);
        if (rng is { } more) h = h.Dropout(Config.Dropout, more.Fork("output"));
        Tensor logits = _output.Forward(h);
        watch?.Inside("logits").Output(logits);
        return (logits, last);
    }

    public override ITextReader NewReader() => new Reader(this);

    private sealed class Reader(RecurrentModel model) : ITextReader
    {
        private Tensor? _state;

        public void Read(ReadOnlySpan<int> ids, float[] logits)
        {
            var text = new Indices(ids.ToArray(), (1, ids.Length));
            _state = model.AsConstants(() =>
            {
                using (Workspace.Begin())
                {
                    (Tensor all, Tensor state) = model.Forward(text, _state);
                    all[.., ^1..].Read(logits);
                    return state.Keep();
                }
            });
        }
    }
}
