using Longhand.Nn;
using Longhand.Numerics;

namespace Longhand.Models;

/// <summary>The shape of a <see cref="Gpt"/>. The defaults are the capstone preset's.</summary>
public sealed record GptConfig : ModelConfig
{
    public GptConfig() => (Layers, Width) = (4, 64);

    /// <summary>Attention heads in each block: how many things a position can look for at once. Divides the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Where blocks normalise: pre is GPT-2's and trains stably.</summary>
    public NormPlacement Norm { get; init; } = NormPlacement.Pre;

    /// <summary>How positions enter: learned is GPT-2's.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>Keeps normalisation away from dividing by 0; GPT-2's value.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    public override string Kind => "gpt";

    public override string Summary => FormattableString.Invariant($"GPT, {Count(Layers, "layer")} of {Count(Heads, "head")}, width {Width}");

    public override long Widest => Math.Max(4L * Width, Vocabulary);

    public override bool Has(string field) => field is not (nameof(NGramConfig.History) or nameof(NGramConfig.Hidden));

    public override Gpt Create(Rng? rng) => new(this, rng);

    public override GptConfig Validate()
    {
        ValidateCommon();
        Range(Heads, 1, 1024, "heads");
        if (Width % Heads != 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"heads is {Heads} but must divide the width, {Width}, so that every head gets equally many features; for example {Divisor(Width, Heads)}."));
        if (Positions == PositionKind.Rotary && Width / Heads % 2 != 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"width {Width} with {Heads} heads gives {Width / Heads} features a head, but rotary positions turn pairs: it must be even."));
        if (!(Epsilon > 0 && Epsilon < 1)) throw new ArgumentException(FormattableString.Invariant($"epsilon is {Epsilon} but must be above 0 and below 1."));
        return this;
    }

    // Each block has about 12·width² parameters.
    public override long ParameterCount
    {
        get
        {
            long C = Width;
            long positions = Positions == PositionKind.Learned ? Context * C : 0;
            long block = (12 * C * C) + (13 * C);          // 3C² + C² + 4C² + 4C² weights; 3C + C + 4C + C biases; 4C norms
            return (Vocabulary * C) + positions + (Layers * block) + (2 * C);
        }
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
