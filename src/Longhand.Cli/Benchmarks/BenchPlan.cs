namespace Longhand.Cli.Benchmarks;

/// <summary>What a benchmark that makes a page measures, and how long.</summary>
internal sealed record BenchPlan
{
    public IReadOnlyList<TrainingShape> Training { get; init; } = [.. TrainingShape.OfPresets, .. TrainingShape.Recurrent];

    public IReadOnlyList<Product> Squares { get; init; } = Product.Squares;

    public IReadOnlyList<Product> OfModels { get; init; } = Product.OfModels;

    public IReadOnlyList<(string Series, int Value, TrainingShape Shape)> Growing { get; init; } = TrainingShape.Growing;

    /// <summary>Whether to measure how fast models write, too.</summary>
    public bool Writing { get; init; } = true;

    /// <summary>Whether to measure the memory of gpt2's shape, too.</summary>
    public bool Memory { get; init; } = true;

    /// <summary>How often each side has its turn in training, when turns are short.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How often when one step takes longer than a turn.</summary>
    public int LongRounds { get; init; } = 3;

    /// <summary>
    /// How often for a matrix product. Many short turns rather than a few long ones: on a shared machine speeds change within seconds, and
    /// sides are compared within a round.
    /// </summary>
    public int ProductRounds { get; init; } = 9;

    /// <summary>How long a turn is for training; at least one step.</summary>
    public double TrainingSeconds { get; init; } = 1;

    /// <summary>How long for a matrix product, which is far shorter.</summary>
    public double ProductSeconds { get; init; } = 0.3;

    /// <summary>How long each size of growing work is measured.</summary>
    public double ScaleSeconds { get; init; } = 1.5;

    /// <summary>Whether other libraries do some of it, too.</summary>
    public bool HasPeers => Training.Count + Squares.Count + OfModels.Count > 0;

    /// <summary>Everything.</summary>
    public static BenchPlan Full { get; } = new();

    /// <summary>A few of everything but the large.</summary>
    public static BenchPlan Quick { get; } = new()
    {
        Training = [.. TrainingShape.OfPresets.Take(2), .. TrainingShape.Recurrent],
        Squares = [.. Product.Squares.Where(p => p.M is 64 or 256 or 768)],
        OfModels = [.. Product.OfModels.Take(4)],
        Growing = [.. TrainingShape.Growing.Where(p => p.Shape.Model.Width <= 256 && p.Shape.Model.Context <= 256)],
        Writing = false,
        Memory = false,
        Rounds = 3,
        ProductRounds = 5,
        TrainingSeconds = 0.5,
        ProductSeconds = 0.1,
        ScaleSeconds = 0.5,
    };

    /// <summary>The part of this name, everything when null: gemm, train, recurrent, scale or memory.</summary>
    public BenchPlan Only(string? part) => part is null ? this : this with
    {
        Training = [.. Training.Where(shape => part == (shape.IsRecurrent ? "recurrent" : "train"))],
        Squares = part == "gemm" ? Squares : [],
        OfModels = part == "gemm" ? OfModels : [],
        Growing = part == "scale" ? Growing : [],
        Writing = false,
        Memory = part == "memory",
    };
}
