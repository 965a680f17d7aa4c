using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks;

/// <summary>
/// Training steps of one shape, ours and the peers'. First everybody takes the same few steps from the same weights on the same
/// batch: whose losses differ does other work, and is not timed. These steps are the warm-up, too.
/// </summary>
internal sealed class TrainingComparison(
    TrainingShape shape, BenchPlan plan, IReadOnlyList<int> threads, IReadOnlyList<Peer> peers, string folder)
{
    private const int CheckedSteps = 3;
    private const double Tolerance = 1e-4;

    private readonly List<BenchResult> _results = [];
    private readonly List<Side> _sides = [];
    private double _longestStep;

    private readonly int[] _threads = FitInMemory(shape, threads, peers.Count) ? [.. threads] : [threads[^1]];

    public async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancel)
    {
        if (_threads.Length < threads.Count)
        {
            _results.Add(new Remark(
                $"{shape.Name}: this machine's memory does not hold it for one thread and for all at once, so only all are measured.",
                IsFailure: false));
        }
        double[] losses;
        var ready = new List<Peer>();
        string weights = Path.Combine(folder, "weights.safetensors");
        try
        {
            Peer[] fitting = [.. Fitting()];
            losses = WarmUp(fitting.Length > 0 ? weights : null, cancel);
            foreach (Peer peer in fitting)
            {
                await GuardedAsync(async () =>
                {
                    if (await HasOurModelAsync(peer, weights, cancel))
                    {
                        ready.Add(peer);
                    }
                });
            }
        }
        finally
        {
            // Half a gigabyte for gpt2: it must not lie there longer than it is read.
            File.Delete(weights);
        }
        foreach (Peer peer in ready)
        {
            await GuardedAsync(() => TheirsAsync(peer, losses, cancel));
        }

        // Us and them with one thread, then us and them with all: neighbours in time are compared.
        Side[] inOrder = [.. _sides.Concat(_threads.Select(Side.Peak)).OrderBy(side => side.Threads)];
        int rounds = _longestStep > plan.TrainingSeconds ? plan.LongRounds : plan.Rounds;
        IReadOnlyList<Speeds> speeds = await Side.InTurnAsync(inOrder, rounds, plan.TrainingSeconds, Failed, cancel);
        bool isUnfair = peers.Any(p => p.Facts.IsSlow);
        _results.Add(Comparison.Of(Subject.Training, shape.Name, StepCost.FlopsPerToken(shape.Model), speeds, isUnfair) with
        {
            PeerFlops = StepCost.FlopsPerToken(shape.Model, isLookedUp: false),
        });
        foreach (Peer peer in peers.Where(p => p.IsAlive))
        {
            await GuardedAsync(() => peer.DropAsync(cancel));
        }
        return _results;
    }

    // Our losses; everything of ours is ready afterwards. The weights before the first step go to the file, if somebody is to read them.
    private double[] WarmUp(string? weights, CancellationToken cancel)
    {
        double[] losses = [];
        foreach (int t in _threads)
        {
            var ours = new OurTraining(shape, t);
            if (weights is not null && t == _threads[0])
            {
                ours.WriteWeights(weights);
            }
            losses = new double[CheckedSteps];
            for (int i = 0; i < CheckedSteps; i++)
            {
                cancel.ThrowIfCancellationRequested();
                losses[i] = ours.Step();
            }
            // The first calls run before the program has been compiled well.
            Timed(BurstClock.Run(() => ours.Step(), plan.TrainingSeconds, least: 1, cancel));
            _sides.Add(Side.Ours(t, () => ours.Step(), shape.Tokens));
        }
        return losses;
    }

    private async Task<bool> HasOurModelAsync(Peer peer, string weights, CancellationToken cancel)
    {
        long parameters = await peer.PrepareAsync(shape, weights, cancel);
        if (parameters != shape.Model.ParameterCount)
        {
            long ours = shape.Model.ParameterCount;
            _results.Add(new Remark(
                FormattableString.Invariant(
                    $"{shape.Name}: {peer.Facts.Name}'s model has {parameters:N0} parameters, ours {ours:N0}; it is not timed."),
                IsFailure: true));
            return false;
        }
        return true;
    }

    private async Task TheirsAsync(Peer peer, double[] losses, CancellationToken cancel)
    {
        string name = peer.Facts.Name;
        double[] theirs = await peer.StepsAsync(CheckedSteps, cancel);
        var check = new LossCheck(shape.Name, shape.Model.ParameterCount, name, peer.Facts.Threads, losses, theirs);
        _results.Add(check);
        if (!(check.Difference <= Tolerance))
        {
            _results.Add(new Remark(FormattableString.Invariant(
                $"{shape.Name}: {name} with {peer.Facts.Threads} threads has other losses ({string.Join(", ", check.Theirs)}) ")
                + FormattableString.Invariant($"than we ({string.Join(", ", check.Ours)}), so it does other work; it is not timed."),
                IsFailure: true));
            return;
        }
        Timed(await peer.TrainAsync(0, 1, cancel));
        _sides.Add(new Side(name, peer.Facts.Threads,
            async (seconds, stop) => (await peer.TrainAsync(seconds, 1, stop)).Times(shape.Tokens)));
    }

    // With the reference BLAS a step of the large shapes takes minutes, for a figure that says nothing.
    private IEnumerable<Peer> Fitting()
    {
        if (shape.Flops < 5e10 || !peers.Any(p => p.Facts.IsSlow))
        {
            return peers.Where(p => _threads.Contains(p.Facts.Threads));
        }
        _results.Add(new Remark($"{shape.Name}: left out for a peer that has only the reference BLAS.", IsFailure: false));
        return [];
    }

    // Sixteen bytes for each parameter and what PyTorch needs for a moment in its optimizer, on each side; four fifths of the memory may be
    // used.
    private static bool FitInMemory(TrainingShape shape, IReadOnlyList<int> threads, int peers) =>
        (threads.Count + peers) * ((24.0 * shape.Model.ParameterCount) + (2 * StepCost.ActivationBytes(shape.Model, shape.Tokens)))
        < 0.8 * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private async Task GuardedAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (PeerException problem)
        {
            Failed(problem);
        }
    }

    private void Failed(PeerException problem) => _results.Add(new Remark($"{shape.Name}: {problem.Message}", IsFailure: true));

    private void Timed(Burst burst) => _longestStep = Math.Max(_longestStep, 1 / burst.PerSecond);
}
