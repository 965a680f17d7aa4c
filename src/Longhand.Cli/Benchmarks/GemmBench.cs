using System.Runtime.CompilerServices;
using Longhand.Backends.Cpu;

namespace Longhand.Cli.Benchmarks;

/// <summary>Square matrix products from small to large, on one thread and on all, each in turn with the machine's peak.</summary>
internal static class GemmBench
{
    private const int Rounds = 5;
    private const double WarmUp = 0.3, Turn = 0.1;

    public static async IAsyncEnumerable<BenchRow> Run(IReadOnlyList<Product> products, int threads, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (int t in threads > 1 ? new[] { 1, threads } : [1])
        {
            yield return new BenchRow("peak", t, MachinePeak.FusedMultiplyAdds(t, TimeSpan.FromSeconds(Turn)), ShareOfPeak: 1);
            foreach (Product product in products)
            {
                var ours = new OurProduct(product, t);
                Side side = Side.Ours(t, ours.Multiply, units: 1);
                await side.Work(WarmUp, cancel);
                OwnSpeed own = await side.BesidePeakAsync(product.Flops, Rounds, Turn, cancel);
                string name = FormattableString.Invariant($"gemm {product.M}x{product.K}x{product.N}");
                yield return new BenchRow(name, t, own.Gflops, own.ShareOfPeak);
            }
        }
    }
}
