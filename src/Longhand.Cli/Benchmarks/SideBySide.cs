using System.Runtime.CompilerServices;
using Longhand.Backends.Cpu;
using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;
using Longhand.Training;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// The benchmark with peers, part by part: this machine, who is installed, training, matrix products, cost as work grows, writing, memory.
/// Everything is measured in this one run. Whoever computes, computes alone: the others wait.
/// </summary>
/// <param name="plan">What to measure.</param>
/// <param name="threads">How many threads "all" is.</param>
/// <param name="find">Finds a library's peers: its name in Python, its name for people, and where to put remarks.</param>
/// <param name="folder">For temporary files.</param>
/// <param name="progress">Told what comes now and about how many seconds are left.</param>
internal sealed class SideBySide(
    BenchPlan plan, int threads, Func<string, string, Action<Remark>, CancellationToken, Task<IReadOnlyList<Peer>>> find, string folder,
    Action<string, double> progress)
{
    private const double MachineSeconds = 1.5, StartSeconds = 5, WritingSeconds = 40, MemorySeconds = 8;

    private readonly int[] _threads = threads > 1 ? [1, threads] : [1];
    private readonly List<Peer> _torch = [], _numpy = [];

    private delegate Task<IReadOnlyList<BenchResult>> Work(CancellationToken cancel);

    public async IAsyncEnumerable<BenchResult> RunAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        progress("this machine", double.NaN);
        MachineFacts machine = Machine();
        yield return machine;
        try
        {
            List<(string Label, double Seconds, Work Run)> parts = [.. Parts(machine.Peak)];
            for (int i = 0; i < parts.Count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                progress(parts[i].Label, parts.Skip(i).Sum(p => p.Seconds));
                foreach (BenchResult result in await parts[i].Run(cancel))
                {
                    yield return result;
                }
                // Models of one part must be gone before those of the next come.
                GC.Collect();
            }
        }
        finally
        {
            _torch.Concat(_numpy).ToList().ForEach(peer => peer.Dispose());
        }
    }

    /// <summary>What "this machine" says; measured in about a second.</summary>
    private MachineFacts Machine()
    {
        MachinePeak one = MachinePeak.Measure(1), all = MachinePeak.Measure(threads);
        // What disturbs a measurement only ever makes it lower, and a core was measured twice.
        MachinePeak peak = all with { OneThread = Math.Max(one.OneThread, all.OneThread) };
        return new MachineFacts([.. ReportMachine.Rows(threads).Select(row => (row.Name, row.Value))], threads, peak, one.ReadBandwidth);
    }

    private IEnumerable<(string Label, double Seconds, Work Run)> Parts(MachinePeak peak)
    {
        double product = (_threads.Length * plan.ProductRounds * ((2 * plan.ProductSeconds) + 0.22)) + (2 * plan.ProductSeconds) + 1;
        if (plan.Training.Count + plan.OfModels.Count > 0)
        {
            yield return ("looking for PyTorch", StartSeconds, cancel => FindAsync(_torch, "torch", "PyTorch", cancel));
        }
        foreach (TrainingShape shape in plan.Training)
        {
            yield return ($"training {shape.Name}", TrainingCost(shape, peak),
                cancel => new TrainingComparison(shape, plan, _threads, Alive(_torch), folder).RunAsync(cancel));
        }
        if (plan.Squares.Count > 0)
        {
            yield return ("looking for NumPy", StartSeconds, cancel => FindAsync(_numpy, "numpy", "NumPy", cancel));
        }
        foreach (Product p in plan.Squares)
        {
            yield return (p.Name, product,
                cancel => new ProductComparison(Subject.SquareProduct, p, plan, _threads, Alive(_numpy)).RunAsync(cancel));
        }
        foreach (Product p in plan.OfModels)
        {
            yield return (p.Name, product,
                cancel => new ProductComparison(Subject.ModelProduct, p, plan, _threads, Alive(_torch)).RunAsync(cancel));
        }
        foreach (var series in plan.Growing.GroupBy(size => size.Series))
        {
            List<(int, TrainingShape)> sizes = [.. series.Select(size => (size.Value, size.Shape))];
            double seconds = series.Sum(size =>
                1 + Math.Max(1.3 * plan.ScaleSeconds, (ScaleBench.Rounds + 2) * size.Shape.Flops / (0.5e9 * peak.AllThreads)));
            yield return ($"training as {series.Key} grows", seconds,
                async cancel => await ScaleBench.RunAsync(series.Key, sizes, threads, plan.ScaleSeconds, cancel));
        }
        if (plan.Writing)
        {
            yield return ("writing", WritingSeconds, cancel => Task.FromResult<IReadOnlyList<BenchResult>>([.. SampleBench.Run(threads, cancel)]));
        }
        if (plan.Memory)
        {
            yield return ("memory of training gpt2", MemorySeconds, async cancel => [await MemoryBench.RunApartAsync(threads, cancel)]);
        }
    }

    // Others take two to five times as long as we do; turns are at least one step.
    private double TrainingCost(TrainingShape shape, MachinePeak peak)
    {
        double seconds = 2;
        foreach (double gflops in _threads.Select(t => t == 1 ? peak.OneThread : peak.AllThreads))
        {
            foreach (double share in new[] { 0.5, 0.15 })
            {
                double step = shape.Flops / (share * gflops * 1e9);
                int rounds = step > plan.TrainingSeconds ? plan.LongRounds : plan.Rounds;
                seconds += (4 * step) + (rounds * Math.Max(step, plan.TrainingSeconds));
            }
        }
        return seconds;
    }

    private async Task<IReadOnlyList<BenchResult>> FindAsync(List<Peer> peers, string library, string name, CancellationToken cancel)
    {
        var remarks = new List<Remark>();
        peers.AddRange(await find(library, name, remarks.Add, cancel));
        return [.. peers.Select(p => p.Facts), .. remarks];
    }

    // One that died has been reported; the rest goes on without it.
    private static Peer[] Alive(IEnumerable<Peer> peers) => [.. peers.Where(p => p.IsAlive)];
}
