using Longhand.Nn;

namespace Longhand.Models;

/// <summary>The shape of a <see cref="Gpt"/>. The defaults are the capstone preset's.</summary>
public sealed record GptConfig
{
    /// <summary>Blocks, one after another. More see more abstract patterns; each adds about 12·width² parameters.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Attention heads in each block: how many things a position can look for at once. Divides the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Features of each position.</summary>
    public int Width { get; init; } = 64;

    /// <summary>The longest text the model sees at once, in tokens.</summary>
    public int Context { get; init; } = 64;

    /// <summary>How many different tokens; the tokenizer says.</summary>
    public int Vocabulary { get; init; } = 65;

    /// <summary>The share of activations dropped in training, against learning by heart; 0 while the text is long for the model.</summary>
    public float Dropout { get; init; }

    /// <summary>Where blocks normalise: pre is GPT-2's and trains stably.</summary>
    public NormPlacement Norm { get; init; } = NormPlacement.Pre;

    /// <summary>How positions enter: learned is GPT-2's.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>Keeps normalisation away from dividing by 0; GPT-2's value.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Throws an <see cref="ArgumentException"/> that names the first field that is out of range, and the range.</summary>
    public GptConfig Validate()
    {
        Range(Layers, 1, 1000, "layers");
        Range(Width, 1, 65_536, "width");
        Range(Heads, 1, 1024, "heads");
        Range(Context, 1, 1_048_576, "context");
        Range(Vocabulary, 1, 10_000_000, "vocabulary");
        if (Width % Heads != 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"heads is {Heads} but must divide the width, {Width}, so that every head gets equally many features; for example {Divisor(Width, Heads)}."));
        if (Positions == PositionKind.Rotary && Width / Heads % 2 != 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"width {Width} with {Heads} heads gives {Width / Heads} features a head, but rotary positions turn pairs: it must be even."));
        if (!(Dropout >= 0 && Dropout < 1)) throw new ArgumentException(FormattableString.Invariant($"dropout is {Dropout} but must be at least 0 and below 1."));
        if (!(Epsilon > 0 && Epsilon < 1)) throw new ArgumentException(FormattableString.Invariant($"epsilon is {Epsilon} but must be above 0 and below 1."));
        return this;
    }

    /// <summary>The number of parameters, from the shape alone: what a model of this configuration would count.</summary>
    public long ParameterCount
    {
        get
        {
            long C = Width;
            long positions = Positions == PositionKind.Learned ? Context * C : 0;
            long block = (12 * C * C) + (13 * C);          // 3C² + C² + 4C² + 4C² weights; 3C + C + 4C + C biases; 4C norms
            return (Vocabulary * C) + positions + (Layers * block) + (2 * C);
        }
    }

    private static void Range(int value, int low, int high, string name)
    {
        if (value < low || value > high)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value} but must be from {low} to {high}."));
    }

    private static int Divisor(int width, int near)
    {
        int best = 1;
        for (int d = 1; d <= width; d++)
        {
            if (width % d == 0 && Math.Abs(d - near) < Math.Abs(best - near)) best = d;
        }
        return best;
    }
}
