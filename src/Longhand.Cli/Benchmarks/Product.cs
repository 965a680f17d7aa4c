using System.Globalization;

namespace Longhand.Cli.Benchmarks;

/// <summary>A matrix product y (M×N) = a (M×K) · b (K×N) for each of a batch, with sides stored as they are or transposed.</summary>
internal sealed record Product(int M, int K, int N, int Batch = 1, bool TransposeA = false, bool TransposeB = false, string Where = "")
{
    public double Flops => 2.0 * Batch * M * N * K;

    public string Name => string.Create(CultureInfo.InvariantCulture,
        $"{(Batch > 1 ? $"{Batch} of " : "")}{M}×{K}{(TransposeA ? "ᵀ" : "")} · {K}×{N}{(TransposeB ? "ᵀ" : "")}");

    public static Product Square(int n) => new(n, n, n);

    /// <summary>From what fits the nearest cache to what fits none.</summary>
    public static IReadOnlyList<Product> Squares { get; } = [.. new[] { 64, 128, 256, 512, 768, 1024, 1536 }.Select(Square)];

    /// <summary>What the presets multiply; ᵀ marks a side that is stored transposed.</summary>
    public static IReadOnlyList<Product> OfModels { get; } =
    [
        new(2048, 64, 192, Where: "capstone: to queries, keys and values"),
        new(64, 2048, 192, TransposeA: true, Where: "capstone: the gradient of those weights"),
        new(2048, 64, 65, TransposeB: true, Where: "capstone: the tied output layer"),
        new(64, 16, 64, Batch: 128, Where: "capstone: scores of attention, each head"),
        new(2048, 256, 64, Where: "capstone: the second half of the feed-forward layer"),
        new(768, 128, 512, Where: "laptop: the first half of the feed-forward layer"),
        new(128, 768, 512, TransposeA: true, Where: "laptop: the gradient of those weights"),
        new(2048, 384, 1536, Where: "desktop: the first half of the feed-forward layer"),
        new(1, 768, 3072, Where: "gpt2: the same, writing one token"),
        new(1, 768, 50_257, TransposeB: true, Where: "gpt2: the tied output layer, writing one token"),
    ];
}
