using System.Globalization;
using System.Text;
using Longhand.Cli.Display;

namespace Longhand.Cli.Benchmarks.Results;

/// <summary>The results of one run as a page. Every figure on it was measured in that run.</summary>
internal static class MarkdownReport
{
    /// <param name="results">All of a run, in their order.</param>
    /// <param name="command">The command that made them.</param>
    /// <param name="date">When.</param>
    /// <param name="chart">The name of <see cref="ScaleChart"/>'s picture beside the page; null for none.</param>
    /// <param name="isComplete">False when the run was stopped before its end.</param>
    public static string Of(IReadOnlyList<BenchResult> results, string command, DateTime date, string? chart = null, bool isComplete = true)
    {
        var text = new StringBuilder();
        PeerFacts[] peers = [.. results.OfType<PeerFacts>()];
        text.Append(CultureInfo.InvariantCulture, $"<!-- Written by `{command}`; do not edit. -->\n# Benchmark results\n\n");
        text.Append(CultureInfo.InvariantCulture,
            $"Written by `{command}` on {date:yyyy-MM-dd}, and by nothing else: every figure below was measured in that one run.\n");
        if (!isComplete)
        {
            text.Append("\n**Incomplete: the run was stopped or failed before its end.**\n");
        }
        if (peers.Length > 0)
        {
            // Whose kernels ours are compared with decides what the ratios mean, so it comes first.
            IEnumerable<string> others = peers.DistinctBy(p => p.Name).Select(p => $"{p.Name} {p.Version} with {ResultLines.Library(p)}");
            text.Append(CultureInfo.InvariantCulture, $"\nCompared with {string.Join("; ", others)}.\n");
        }
        var machine = results.OfType<MachineFacts>().FirstOrDefault();
        int threads = machine?.Threads ?? 1;
        if (machine is not null)
        {
            Machine(text, machine);
        }
        Peers(text, peers, [.. results.OfType<Remark>()]);
        Training(text, Of(Subject.Training), [.. results.OfType<LossCheck>()]);
        Products(text, "Square matrix products",
            "Square products on one thread and on all, ours and NumPy's.",
            Of(Subject.SquareProduct), threads);
        Products(text, "The presets' matrix products",
            "Products that the presets' models compute, ours and PyTorch's (`matmul` with `out`, the fastest way to call it). ᵀ marks a "
            + "side that is stored transposed; all threads are compared with PyTorch's better number of threads.",
            Of(Subject.ModelProduct), threads);
        Growing(text, [.. results.OfType<ScalePoint>()], chart);
        Writing(text, [.. results.OfType<WritingSpeed>()]);
        Memory(text, [.. results.OfType<MemoryUse>()]);
        return text.ToString();

        Comparison[] Of(Subject subject) => [.. results.OfType<Comparison>().Where(c => c.Subject == subject)];
    }

    private static void Machine(StringBuilder text, MachineFacts machine)
    {
        Heading(text, "This machine",
            "The peak is that of fused multiply-adds in registers, the median of short runs; the bandwidth that of reading 128 MB. Shares of "
            + "the peak below are medians over rounds, each round's with the peak measured in the same round.");
        Row(text, "", "");
        Rule(text, "ll");
        foreach ((string name, string value) in machine.Rows)
        {
            Row(text, name, value);
        }
        Row(text, "peak, 1 thread", $"{Say.Number(machine.Peak.OneThread)} GFLOP/s");
        Row(text, "memory read, 1 thread", $"{Say.Number(machine.ReadOneThread)} GB/s");
        if (machine.Threads > 1)
        {
            Row(text, $"peak, {Say.Threads(machine.Threads)}", $"{Say.Number(machine.Peak.AllThreads)} GFLOP/s");
            Row(text, $"memory read, {Say.Threads(machine.Threads)}", $"{Say.Number(machine.Peak.ReadBandwidth)} GB/s");
        }
    }

    private static void Peers(StringBuilder text, PeerFacts[] peers, Remark[] remarks)
    {
        if (peers.Length + remarks.Length == 0)
        {
            return;
        }
        Heading(text, "Who else",
            "Each runs in a process of its own and waits while others compute; sides take turns (A, B, A, B, …), and tables show the "
            + "median of the turns with the least and the greatest, and the median of the ratios within each round. OpenBLAS chooses its "
            + "kernels itself, unless a line below says otherwise; threads of OpenMP sleep while they wait (OMP_WAIT_POLICY=PASSIVE, "
            + "unless it is set), since on few cores spinning ones slow OpenBLAS down.");
        if (peers.Length > 0)
        {
            Row(text, "", "threads", "BLAS", "Python");
            Rule(text, "lrll");
            foreach (PeerFacts peer in peers)
            {
                Row(text, $"{peer.Name} {peer.Version}", Show.Count(peer.Threads), ResultLines.Library(peer), peer.Python);
            }
        }
        if (remarks.Length > 0)
        {
            text.Append('\n');
            foreach (Remark remark in remarks)
            {
                text.Append(CultureInfo.InvariantCulture, $"- {remark.Text}\n");
            }
        }
    }

    private static void Training(StringBuilder text, Comparison[] shapes, LossCheck[] checks)
    {
        if (shapes.Length == 0)
        {
            return;
        }
        Heading(text, "Training",
            "Whole steps on one batch: forward, backward, clipping to norm 1, AdamW with decay on matrices only. Both sides begin with the "
            + "same weights, and their losses over three steps are compared before anything is timed. Our best number of threads against "
            + $"PyTorch's.{RecurrentShapes.About(shapes)}");
        Row(text, "shape", "parameters", "Longhand, tokens/s", "of peak", "PyTorch, tokens/s", "times as fast", "losses agree to");
        Rule(text, "lrrrrrr");
        foreach (Comparison c in shapes)
        {
            LossCheck? check = checks.Where(l => l.Shape == c.Name).MaxBy(l => l.Difference);
            Row(text, c.Name, check is null ? Say.Nothing : Show.Count(check.Parameters),
                Say.Spread(c.OurBest), c.OurBest is { } best ? Show.Percent(c.ShareOfPeak(best)) : Say.Nothing,
                Say.Spread(c.PeerBest()), Unfair(c, Say.Spread(c.BestRatio)),
                check is null ? Say.Nothing : Say.Difference(check.Difference));
        }
        text.Append("\nThe same by number of threads; ours against PyTorch's better number of at most as many:\n\n");
        Row(text, "shape", "who", "threads", "tokens/s", "GFLOP/s", "of peak", "times as fast");
        Rule(text, "llrrrrr");
        foreach (Comparison c in shapes)
        {
            foreach (Speeds side in c.Sides.OrderBy(s => s.Who, StringComparer.Ordinal).ThenBy(s => s.Threads))
            {
                Row(text, c.Name, side.Who, Show.Count(side.Threads),
                    Say.Spread(side), Say.Number(c.InGflops(side).Median), Show.Percent(c.ShareOfPeak(side)),
                    side.Who == Comparison.Us ? Unfair(c, Say.Spread(c.RatioAt(side.Threads))) : "");
            }
        }
    }

    private static void Products(StringBuilder text, string title, string sentence, Comparison[] products, int threads)
    {
        if (products.Length == 0)
        {
            return;
        }
        string peer = products.Select(c => c.PeerBest()?.Who).FirstOrDefault(who => who is not null) ?? "peer";
        string scaling = threads == 1
            ? "" : " The last two columns say how many times as fast all threads are as one: ours, and the peak, which is all that the machine gives.";
        Heading(text, title, $"{sentence} In GFLOP/s.{scaling}");
        string[] one = ["Longhand, 1 thread", "of peak", $"{peer}, 1 thread", "ratio"];
        string[] all = threads == 1
            ? [] : [$"Longhand, {Say.Threads(threads)}", "of peak", $"{peer}'s better", "ratio", "all threads to one", "the peak's"];
        Row(text, ["product", .. one, .. all]);
        Rule(text, "l" + new string('r', one.Length + all.Length));
        foreach (Comparison c in products)
        {
            string[] scaled = threads == 1
                ? [] : [.. Cells(c, threads), Say.Spread(c.SpeedUp), c.PeakSpeedUp is { } peaks ? Say.Times(peaks.Median) : Say.Nothing];
            Row(text, [c.Name, .. Cells(c, 1), .. scaled]);
        }
    }

    private static string[] Cells(Comparison c, int threads)
    {
        Speeds? ours = c.With(threads);
        return
        [
            Say.Spread(ours, 1e9), ours is null ? Say.Nothing : Show.Percent(c.ShareOfPeak(ours)),
            Say.Spread(c.PeerBest(threads), 1e9), Unfair(c, Say.Spread(c.RatioAt(threads))),
        ];
    }

    private static void Growing(StringBuilder text, ScalePoint[] points, string? chart)
    {
        if (points.Length == 0)
        {
            return;
        }
        Heading(text, "Cost as work grows",
            "Our training as one size grows, on all threads: width (4 layers, heads of 32, 2048 tokens per step), context (4 layers, width "
            + "128, 4096 tokens per step) and batch (capstone's shape). A cliff would be a fall in the share of the peak.");
        if (chart is not null)
        {
            string file = Uri.EscapeDataString(chart);
            text.Append(CultureInfo.InvariantCulture, $"![Share of the peak as width, context and batch grow]({file})\n\n");
        }
        Row(text, "", "", "tokens/s", "GFLOP/s", "of peak");
        Rule(text, "lrrrr");
        foreach (ScalePoint p in points)
        {
            Row(text, p.Series, Show.Count(p.Value), Show.Count(p.TokensPerSecond), Say.Number(p.Gflops), Show.Percent(p.ShareOfPeak));
        }
    }

    private static void Writing(StringBuilder text, WritingSpeed[] speeds)
    {
        if (speeds.Length == 0)
        {
            return;
        }
        Heading(text, "Writing",
            "Tokens written one after another, with the keys and values of earlier ones kept. Each token needs every weight once, so a model "
            + "that no cache holds can be no faster than memory is read; the last column is its share of that limit, measured beside it.");
        Row(text, "model", "threads", "tokens/s", "of bandwidth");
        Rule(text, "lrrr");
        foreach (WritingSpeed w in speeds)
        {
            Row(text, w.Model, Show.Count(w.Threads), Show.Count(w.TokensPerSecond), ResultLines.Share(w.ShareOfBandwidth));
        }
    }

    private static void Memory(StringBuilder text, MemoryUse[] uses)
    {
        if (uses.Length == 0)
        {
            return;
        }
        Heading(text, "Memory",
            "The peak resident size of a process that trains, beside what training must keep: 16 bytes for each parameter (weight, "
            + "gradient, two moments), and the activations that the backward pass needs.");
        Row(text, "shape", "parameters", "peak", "parameters × 16 bytes", "activations", "peak over both");
        Rule(text, "lrrrrr");
        foreach (MemoryUse m in uses)
        {
            Row(text, m.Shape, Show.Count(m.Parameters), Say.Gigabytes(m.Peak), Say.Gigabytes(m.State), Say.Gigabytes(m.Activations),
                Say.Times((double)m.Peak / (m.State + m.Activations)));
        }
    }

    private static string Unfair(Comparison c, string ratio) => c.IsUnfair ? $"{ratio}, reference BLAS: no honest comparison" : ratio;

    private static void Heading(StringBuilder text, string title, string sentence) =>
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n{sentence}\n\n");

    private static void Row(StringBuilder text, params string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    // l aligns a column left, r right.
    private static void Rule(StringBuilder text, string columns) =>
        text.Append('|').AppendJoin('|', columns.Select(c => c == 'r' ? "---:" : "---")).Append("|\n");
}
