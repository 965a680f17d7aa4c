using Longhand.Cli.Display;

namespace Longhand.Cli.Benchmarks.Results;

/// <summary>
/// Results for a person to read while they come, in lines that fit a terminal of 100 columns, unless a library's own names are long.
/// </summary>
internal sealed class ResultLines(TextWriter output)
{
    private const int NameWidth = 22;
    private const string NotHonest = "reference BLAS: no honest comparison";

    private string? _heading;
    private int _threads = 1;
    private LossCheck? _check;

    public void Write(BenchResult result)
    {
        switch (result)
        {
            case MachineFacts machine:
                _threads = machine.Threads;
                WriteMachine(machine);
                break;
            case PeerFacts peer:
                output.WriteLine($"{peer.Name} {peer.Version} with {Say.Threads(peer.Threads)}: {Library(peer)}, Python {peer.Python}");
                break;
            case LossCheck check:
                _check = check;
                break;
            case Comparison { Subject: Subject.Training } training:
                WriteTraining(training);
                break;
            case Comparison product:
                WriteProduct(product);
                break;
            case ScalePoint point:
                Heading("training as one size grows", $"{"",-16}{"tokens/s",12}{"GFLOP/s",12}{"of peak",10}");
                string size = $"{point.Series} {Show.Count(point.Value)}";
                output.WriteLine(
                    $"{size,-16}{Show.Count(point.TokensPerSecond),12}{Say.Number(point.Gflops),12}{Show.Percent(point.ShareOfPeak),10}");
                break;
            case WritingSpeed writing:
                Heading("writing, one token after another", $"{"",-16}{"tokens/s",12}{"of bandwidth",16}");
                output.WriteLine($"{writing.Model,-16}{Show.Count(writing.TokensPerSecond),12}{Share(writing.ShareOfBandwidth),16}".TrimEnd());
                break;
            case MemoryUse memory:
                Heading("memory", "");
                output.WriteLine($"training {memory.Shape}: {Say.Gigabytes(memory.Peak)} at most; {Show.Count(memory.Parameters)} "
                    + $"parameters × 16 bytes are {Say.Gigabytes(memory.State)}, activations {Say.Gigabytes(memory.Activations)}");
                break;
        }
    }

    internal static string Share(double? share) => share is { } known ? Show.Percent(known) : "";

    internal static string Library(PeerFacts peer)
    {
        string kernels = peer.Kernels.Length > 0 ? $" ({peer.Kernels} kernels)" : "";
        return $"{peer.Blas}{kernels}{(peer.IsSlow ? ", slow: no honest comparison" : "")}";
    }

    private void WriteMachine(MachineFacts machine)
    {
        foreach ((string name, string value) in machine.Rows)
        {
            output.WriteLine($"{name,-14}{value}");
        }
        string all = All(machine.Peak.AllThreads);
        output.WriteLine($"{"peak",-14}{Say.Number(machine.Peak.OneThread)} GFLOP/s with 1 thread{all} (fused multiply-add)");
        output.WriteLine($"{"memory",-14}{Say.Number(machine.ReadOneThread)} GB/s read with 1 thread{All(machine.Peak.ReadBandwidth)}");

        string All(double figure) => machine.Threads == 1 ? "" : $", {Say.Number(figure)} with {machine.Threads}";
    }

    private void WriteTraining(Comparison c)
    {
        string losses = _check is { } check && check.Shape == c.Name ? $"; losses agree to {Say.Difference(check.Difference)}" : "";
        Heading($"training {c.Name}, tokens/s (median, least–greatest){losses}", "");
        foreach (Speeds side in c.Sides)
        {
            string share = Show.Percent(c.ShareOfPeak(side));
            output.WriteLine($"  {side.Who,-10}{Say.Threads(side.Threads),-12}{Say.Spread(side),-28}{share,5} of peak");
        }
        foreach (Ratio ratio in c.Ours.Select(ours => c.RatioAt(ours.Threads)).OfType<Ratio>())
        {
            string with = ratio.Ours.Threads == 1 ? "" : $" with its better number of threads, {ratio.Theirs.Threads}";
            output.WriteLine($"  with {Say.Threads(ratio.Ours.Threads)} {Say.Spread(ratio)} times as fast as {ratio.Theirs.Who}{with}");
        }
        if (c.IsUnfair)
        {
            output.WriteLine($"  {NotHonest}");
        }
    }

    private void WriteProduct(Comparison c)
    {
        string peer = c.PeerBest()?.Who ?? "peer";
        string columns = $"{"GFLOP/s",-NameWidth}{"1 thread",9}{"of peak",8}{peer,9}{"ratio",6}";
        Heading($"matrix products{(c.Subject == Subject.ModelProduct ? " of the presets" : "")}{(c.IsUnfair ? $" ({NotHonest})" : "")}",
            _threads == 1 ? columns : $"{columns}{Say.Threads(_threads),12}{"of peak",8}{peer,9}{"ratio",6}{"speed-up",11}",
            $"(medians of the rounds; {peer} with its better number of threads; speed-up: ours/the peak's)");
        output.Write($"{c.Name,-NameWidth}{Columns(c, 1, 9)}");
        if (_threads > 1)
        {
            output.Write($"{Columns(c, _threads, 12)}{SpeedUp(c),11}");
        }
        output.WriteLine();
    }

    private static string SpeedUp(Comparison c) =>
        c.SpeedUp is { } ours && c.PeakSpeedUp is { } peaks ? $"{Say.Times(ours.Median)}/{Say.Times(peaks.Median)}" : Say.Nothing;

    private static string Columns(Comparison c, int threads, int width)
    {
        Speeds? ours = c.With(threads);
        Ratio? ratio = c.RatioAt(threads);
        return (ours is null ? Say.Nothing : Say.Number(c.InGflops(ours).Median)).PadLeft(width)
            + (ours is null ? "" : Show.Percent(c.ShareOfPeak(ours))).PadLeft(8)
            + (ratio is null ? Say.Nothing : Say.Number(c.InGflops(ratio.Theirs).Median)).PadLeft(9)
            + (ratio is null ? Say.Nothing : Say.Times(ratio.Median)).PadLeft(6);
    }

    private void Heading(string heading, string columns, string? about = null)
    {
        if (heading == _heading)
        {
            return;
        }
        _heading = heading;
        output.WriteLine();
        output.WriteLine(heading);
        if (about is not null)
        {
            output.WriteLine(about);
        }
        if (columns.Length > 0)
        {
            output.WriteLine(columns);
        }
    }
}
