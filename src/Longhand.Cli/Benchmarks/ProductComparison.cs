using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>One matrix product, ours and the peers'. Results are compared first, exactly: they are whole numbers.</summary>
internal sealed class ProductComparison(Subject subject, Product product, BenchPlan plan, IReadOnlyList<int> threads, IReadOnlyList<Peer> peers)
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
            sides.Add(new Side(Comparison.Us, t, (seconds, stop) => Task.FromResult(InOperations(BurstClock.Run(ours.Multiply, seconds, least: 1, stop)))));
        }
        foreach (Peer peer in peers)
        {
            try
            {
                double theirs = await peer.PrepareAsync(product, cancel);
                if (theirs != check)
                {
                    _results.Add(new Remark(FormattableString.Invariant($"{product.Name}: {peer.Facts.Name} has another result (check sum {theirs}, ours {check}); it is not timed."), IsFailure: true));
                    continue;
                }
                await peer.MultiplyAsync(plan.ProductSeconds / 5, cancel);
                sides.Add(new Side(peer.Facts.Name, peer.Facts.Threads, async (seconds, stop) => InOperations(await peer.MultiplyAsync(seconds, stop))));
            }
            catch (PeerException problem)
            {
                Failed(problem);
            }
        }
        IReadOnlyList<Speeds> speeds = await Side.InTurnAsync(
            [.. sides.Concat(threads.Select(Side.Peak)).OrderBy(side => side.Threads)], plan.Rounds, plan.ProductSeconds, Failed, cancel);
        _results.Add(Comparison.Of(subject, product.Name, flops: 1, speeds, peers));
        return _results;
    }

    private void Failed(PeerException problem) => _results.Add(new Remark($"{product.Name}: {problem.Message}", IsFailure: true));

    private Burst InOperations(Burst calls) => calls with { Count = (long)(calls.Count * product.Flops) };
}
