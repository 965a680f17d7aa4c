using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>One matrix product, ours and the peers'. Results are compared first, exactly: they are whole numbers.</summary>
internal sealed class ProductComparison(
    Subject subject, Product product, BenchPlan plan, IReadOnlyList<int> threads, IReadOnlyList<Peer> peers)
{
    private readonly List<BenchResult> _results = [];

    public async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancel)
    {
        var sides = new List<Side>();
        double check = double.NaN;
        foreach (int t in threads)
        {
            var ours = new OurProduct(product, t);
            check = ours.CheckSum();
            BurstClock.Run(ours.Multiply, plan.ProductSeconds / 2, least: 1, cancel);
            sides.Add(Side.Ours(t, ours.Multiply, product.Flops));
        }
        foreach (Peer peer in peers)
        {
            try
            {
                double theirs = await peer.PrepareAsync(product, cancel);
                if (theirs != check)
                {
                    string problem = FormattableString.Invariant(
                        $"{product.Name}: {peer.Facts.Name} has another result (check sum {theirs}, ours {check}); it is not timed.");
                    _results.Add(new Remark(problem, IsFailure: true));
                    continue;
                }
                await peer.MultiplyAsync(plan.ProductSeconds / 5, cancel);
                sides.Add(new Side(peer.Facts.Name, peer.Facts.Threads,
                    async (seconds, stop) => (await peer.MultiplyAsync(seconds, stop)).Times(product.Flops)));
            }
            catch (PeerException problem)
            {
                Failed(problem);
            }
        }
        IReadOnlyList<Speeds> speeds = await Side.InTurnAsync(
            [.. sides.Concat(threads.Select(Side.Peak)).OrderBy(side => side.Threads)], plan.ProductRounds, plan.ProductSeconds, Failed, cancel);
        _results.Add(Comparison.Of(subject, product.Name, flops: 1, speeds, isUnfair: peers.Any(p => p.Facts.IsSlow)));
        return _results;
    }

    private void Failed(PeerException problem) => _results.Add(new Remark($"{product.Name}: {problem.Message}", IsFailure: true));
}
