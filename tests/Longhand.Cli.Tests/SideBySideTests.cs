using System.Text.Json;
using System.Xml.Linq;
using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Cli.Benchmarks;
using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;
using Longhand.Models;

namespace Longhand.Cli.Tests;

public sealed class SideBySideTests
{
    [Fact]
    public async Task Both_sides_are_checked_and_measured()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        List<BenchResult> results = await FakePeer.RunAsync(FakePeer.Plan, FakePeer.Script());
        Assert.Empty(results.OfType<Remark>());
        LossCheck check = Assert.Single(results.OfType<LossCheck>());
        Assert.Equal((FakePeer.Shape.Model.ParameterCount, 0), (check.Parameters, check.Difference));
        Comparison[] comparisons = [.. results.OfType<Comparison>()];
        Assert.Equal([Subject.Training, Subject.SquareProduct], comparisons.Select(c => c.Subject));
        Assert.All(comparisons, c =>
        {
            Assert.Equal(["Longhand", "Fake"], c.Sides.Select(s => s.Who));
            Assert.All(c.Sides, s => Assert.Equal(FakePeer.Plan.Rounds, s.Rounds.Count));
            Assert.True(c.BestRatio!.Median > 0);
        });
        Assert.Equal(10 * FakePeer.Shape.Tokens / 0.5, comparisons[0].PeerBest()!.Median);
        Assert.Equal(10 * FakePeer.Product.Flops / 0.5, comparisons[1].PeerBest()!.Median);
    }

    [Theory]
    [InlineData(RecurrentCell.Rnn)]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    public async Task Recurrent_models_are_compared_in_the_same_way_and_the_peer_is_told_which(RecurrentCell cell)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var shape = new TrainingShape(cell.ToString(), new RecurrentConfig(cell) { Width = 8, Context = 4, Vocabulary = 5 }, Batch: 2);
        string model = $$"""
            case "$line" in
            *'"heads"'*) echo '{"error":"recurrent models have no heads"}';;
            *'"kind":"{{shape.Model.Kind}}"'*) echo '{"parameters":{{shape.Model.ParameterCount}}}';;
            *) echo '{"error":"which kind?"}';;
            esac
            """;
        List<BenchResult> results = await FakePeer.RunAsync(FakePeer.Plan with { Training = [shape], Squares = [] }, FakePeer.Script("model", model, shape));
        Assert.Empty(results.OfType<Remark>());
        LossCheck check = Assert.Single(results.OfType<LossCheck>());
        Assert.Equal((shape.Model.ParameterCount, 0), (check.Parameters, check.Difference));
        Assert.True(check.Ours[^1] < check.Ours[0]);
        Comparison comparison = Assert.Single(results.OfType<Comparison>());
        Assert.Equal((Subject.Training, StepCost.FlopsPerToken(shape.Model)), (comparison.Subject, comparison.Flops));
        Assert.Equal(StepCost.FlopsPerToken(shape.Model, isLookedUp: false), comparison.PeerFlops);
        Assert.Equal(["Longhand", "Fake"], comparison.Sides.Select(s => s.Who));
    }

    [Theory]
    [InlineData("steps", """echo '{"losses":[1.6,1.6,1.6]}'""", "has other losses")]
    [InlineData("steps", """echo '{"losses":[1.6]}'""", "without 3 losses")]
    [InlineData("model", """echo '{"parameters":7}'""", "has 7 parameters, ours")]
    [InlineData("model", """echo '{"error":"no such file"}'""", "failed at \"model\": no such file")]
    [InlineData("train", "exit 1", "ended in the middle of \"train\"")]
    [InlineData("product", """echo '{"check":1}'""", "has another result")]
    [InlineData("multiply", "echo oops", "which is no JSON object")]
    public async Task A_peer_that_does_other_work_or_fails_is_a_failure_and_is_not_timed(string at, string instead, string says)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        List<BenchResult> results = await FakePeer.RunAsync(FakePeer.Plan, FakePeer.Script(at, instead));
        Remark failure = Assert.Single(results.OfType<Remark>());
        Assert.True(failure.IsFailure);
        Assert.Contains(says, failure.Text, StringComparison.Ordinal);
        Subject subject = at is "product" or "multiply" ? Subject.SquareProduct : Subject.Training;
        Assert.Equal(["Longhand"], results.OfType<Comparison>().Single(c => c.Subject == subject).Sides.Select(s => s.Who));
    }

    [Fact]
    public async Task Without_peers_our_side_is_measured()
    {
        TrainingShape wider = FakePeer.Shape with { Batch = FakePeer.Shape.Batch * 2 };
        BenchPlan plan = FakePeer.Plan with { Growing = [("batch", 2, FakePeer.Shape), ("width", 7, FakePeer.Shape), ("batch", 4, wider)] };
        var run = new SideBySide(plan, threads: 2, (_, _, _, _) => Task.FromResult<IReadOnlyList<Peer>>([]), Path.GetTempPath(), (_, _) => { });
        var results = new List<BenchResult>();
        await foreach (BenchResult result in run.RunAsync(CancellationToken.None))
        {
            results.Add(result);
        }
        Assert.All(results.OfType<Comparison>(), c =>
        {
            Assert.Equal([1, 2], c.Sides.Select(s => s.Threads));
            Assert.Null(c.BestRatio);
            Assert.True(c.SpeedUp!.Median > 0);
        });
        ScalePoint[] points = [.. results.OfType<ScalePoint>()];
        Assert.Equal([("batch", 2), ("batch", 4), ("width", 7)], points.Select(p => (p.Series, p.Value)));
        Assert.All(points, p => Assert.True(p.TokensPerSecond > 0 && p.ShareOfPeak > 0));
    }

    [Fact]
    public async Task A_cancelled_benchmark_stops_and_ends_its_peers()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using var interrupt = new CancellationTokenSource();
        PeerProcess process = FakePeer.Start(FakePeer.Script("train", "sleep 60"));
        var run = new SideBySide(FakePeer.Plan, 1, (_, _, _, _) => Task.FromResult<IReadOnlyList<Peer>>([new Peer(process, new PeerFacts("Fake", "", 1, "", "", "", false))]),
            Path.GetTempPath(), (what, _) =>
            {
                if (what.StartsWith("training", StringComparison.Ordinal)) interrupt.CancelAfter(300);
            });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (BenchResult _ in run.RunAsync(interrupt.Token))
            {
            }
        });
        Assert.False(process.IsAlive);
    }

    [Fact]
    public void The_median_of_the_ratios_within_rounds_counts()
    {
        var ratio = new Ratio(new Speeds("Longhand", 1, [10, 20, 90]), new Speeds("Fake", 1, [5, 5, 30]));
        Assert.Equal((3, 2, 4), (ratio.Median, ratio.Least, ratio.Greatest));
        Assert.Equal(2.5, Speeds.MedianOf([4, 1, 2, 3]));
    }

    [Fact]
    public void All_threads_are_compared_with_the_better_number_of_the_peers()
    {
        Comparison c = Sample();
        Assert.Equal((2, 1), (c.RatioAt(2)!.Ours.Threads, c.RatioAt(2)!.Theirs.Threads));
        Assert.Equal(4, c.RatioAt(2)!.Median);
        Assert.Equal(2, c.SpeedUp!.Median);
        Assert.Equal(0.4, c.ShareOfPeak(c.OurBest!), 12);
    }

    [Fact]
    public void The_page_says_what_was_measured_and_nothing_else()
    {
        string page = MarkdownReport.Of(Samples, "longhand bench --peers", new DateTime(2030, 1, 2));
        Assert.StartsWith("<!-- Written by `longhand bench --peers`; do not edit. -->\n# Benchmark results\n", page, StringComparison.Ordinal);
        Assert.Contains("on 2030-01-02", page, StringComparison.Ordinal);
        Assert.Contains("| peak, 2 threads | 200 GFLOP/s |", page, StringComparison.Ordinal);
        Assert.Contains("| Fake 1.2 | 1 | FakeBLAS (Wide kernels), slow: no honest comparison | 3.9 |", page, StringComparison.Ordinal);
        Assert.Contains("| tiny | 1,234 | 80.0 (80.0–80.0) | 40% | 20.0 (20.0–20.0) | 4.00 (4.00–4.00) | 0 |", page, StringComparison.Ordinal);
        Assert.Contains("| tiny | Longhand | 1 | 40.0 (40.0–40.0) | 40.0 | 40% | 2.00 (2.00–2.00) |", page, StringComparison.Ordinal);
        Assert.Contains("| tiny | Fake | 2 | 10.0 (10.0–10.0) | 10.0 | 5% |  |", page, StringComparison.Ordinal);
        Assert.DoesNotContain("windows of", page, StringComparison.Ordinal);
        Assert.Contains("| width | 64 | 5,000 | 12.0 | 25% |", page, StringComparison.Ordinal);
        Assert.Contains("| tiny | 2 | 1,235 |  |\n| huge 8bit | 2 | 99 | 75% |\n", page, StringComparison.Ordinal);
        Assert.Contains("| tiny | 1,234 | 3.00 GB | 2.00 GB | 0.50 GB | 1.20 |", page, StringComparison.Ordinal);
        Assert.Contains("- Something to know.\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("matrix products", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_says_what_recurrent_shapes_are_and_that_the_peer_does_more_for_the_same()
    {
        string page = MarkdownReport.Of(
            [.. Samples, Sample() with { Name = "lstm", PeerFlops = 1.5e9 }, Sample() with { Name = "gru", PeerFlops = 1.25e9 }],
            "longhand bench --peers", new DateTime(2030, 1, 2));
        Assert.Contains("lstm and gru: 2 layers of 128 units, 50 windows of 50 characters of 65 kinds. ", page, StringComparison.Ordinal);
        Assert.Contains("PyTorch's way takes 1.50 (lstm) and 1.25 (gru) times as many operations.", page, StringComparison.Ordinal);
        Assert.Contains("| lstm | Longhand | 2 | 80.0 (80.0–80.0) | 80.0 | 40% | 4.00 (4.00–4.00) |", page, StringComparison.Ordinal);
        Assert.Contains("| lstm | Fake | 1 | 20.0 (20.0–20.0) | 30.0 | 30% |  |", page, StringComparison.Ordinal);
        Assert.All(TrainingShape.Recurrent, shape => Assert.Equal((2, 128, 50, 50, 0), (shape.Model.Layers, shape.Model.Width, shape.Model.Context, shape.Batch, shape.Model.Dropout)));
        Assert.Equal(["rnn", "lstm", "gru"], TrainingShape.Recurrent.Select(shape => shape.Name));
    }

    [Fact]
    public void Products_say_what_all_threads_add_beside_what_the_machine_gives()
    {
        Comparison product = Sample() with { Subject = Subject.SquareProduct, Name = "8×8 · 8×8" };
        string page = MarkdownReport.Of([.. Samples, product], "longhand bench --peers", new DateTime(2030, 1, 2));
        Assert.Contains("| ratio | all threads to one | the peak's |\n", page, StringComparison.Ordinal);
        Assert.Matches(@"\n\| 8×8 · 8×8 \| .* \| 2\.00 \(2\.00–2\.00\) \| 2\.00 \|\n", page);
        var output = new StringWriter { NewLine = "\n" };
        var lines = new ResultLines(output);
        foreach (BenchResult result in Samples.Append(product)) lines.Write(result);
        Assert.Matches(@"\n8×8 · 8×8 .* 2\.00/2\.00\n", output.ToString());
    }

    [Fact]
    public void The_picture_has_a_line_for_each_series_inside_its_frame()
    {
        ScalePoint[] points = [.. TrainingShape.Growing.Select((g, i) => new ScalePoint(g.Series, g.Value, 2, 1, 1, i / 10.0))];
        XElement[] shapes = [.. XElement.Parse(ScaleChart.Of(points)).Descendants()];
        Assert.Equal(["width", "context", "batch"], shapes.Where(s => s.Name.LocalName == "text").TakeLast(3).Select(s => s.Value));
        string[] marks = [.. shapes.Select(s => (string?)s.Attribute("class")).OfType<string>().Where(c => c is "m0" or "m1" or "m2")];
        Assert.Equal(["m0", "m1", "m2", "m0", "m1", "m2"], marks);               // the chart's, then the legend's
        Assert.Equal(points.Length, shapes.Where(s => (string?)s.Attribute("class") is ['m', _]).Take(3).Sum(s => ((string)s.Attribute("d")!).Count(c => c == 'M')));
        Assert.Contains("](RESULTS.svg)", MarkdownReport.Of(points, "longhand", DateTime.Now, "RESULTS.svg"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_is_one_JSON_object_with_the_same_keys()
    {
        var output = new StringWriter { NewLine = "\n" };
        foreach (BenchResult result in Samples)
        {
            ResultJson.Write(output, result);
        }
        string[] rows = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["machine", "peer", "remark", "losses", "side", "side", "side", "side", "ratio", "ratio", "scale", "writing", "writing", "memory"],
            rows.Select(row => JsonDocument.Parse(row).RootElement.GetProperty("event").GetString()));
        Assert.StartsWith("""{"event":"side","subject":"train","name":"tiny","who":"Longhand","threads":1,"rounds":3,"gflops":40,""", rows[4], StringComparison.Ordinal);
        Assert.Contains("\"tokens_per_second\":40,", rows[4], StringComparison.Ordinal);
        Assert.StartsWith("""{"event":"ratio","subject":"train","name":"tiny","threads":2,"peer":"Fake","peer_threads":1,"ratio":4,""", rows[9], StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_fit_a_terminal()
    {
        var output = new StringWriter { NewLine = "\n" };
        var lines = new ResultLines(output);
        foreach (BenchResult result in Samples.Concat(Product.OfModels.Select(p => Sample() with { Subject = Subject.ModelProduct, Name = p.Name, IsUnfair = true })).Append(Sample() with { IsUnfair = true }))
        {
            lines.Write(result);
        }
        Assert.All(output.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        Assert.Matches(@"\nhuge 8bit +99 +75%\n", output.ToString());
        Assert.Contains("  with 1 thread 2.00 (2.00–2.00) times as fast as Fake\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("  with 2 threads 4.00 (4.00–4.00) times as fast as Fake with its better number of threads, 1\n", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench --quick", "--quick belongs to --peers")]
    [InlineData("bench recurent", "longhand bench: expected gemm, train, recurrent, sample, scale or memory, found \"recurent\". Did you mean recurrent?")]
    [InlineData("bench gemm --out x.md", "--out belongs to --peers")]
    [InlineData("bench --blas-kernels Haswell", "--blas-kernels belongs to --peers")]
    [InlineData("bench scale --python python3", "--python belongs to --peers")]
    [InlineData("bench sample --peers", "sample has no peers")]
    [InlineData("bench scale --peers", "scale has no peers")]
    [InlineData("bench recurrent --quick", "--quick belongs to --peers")]
    [InlineData("bench memory --peers", "memory has no peers")]
    [InlineData("bench gemm --peers --out x.svg", "a name such as x.md, found")]
    [InlineData("bench scale --out /nowhere/x.md", "Cannot write /nowhere/x.md: its folder does not exist.")]
    [InlineData("bench gemm --peers --python /nowhere/python", "the Python interpreter /nowhere/python cannot be used.")]
    public void What_cannot_be_is_told_in_one_line(string args, string says)
    {
        Cli.Result result = Cli.Run(args.Split(' '));
        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains(says, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_may_name_the_interpreter()
    {
        Cli.Result missing = Cli.Run([("LONGHAND_PYTHON", "/nowhere/python")], "bench", "gemm", "--peers", "--quick");
        Assert.Equal(ExitCode.BadInput, missing.Code);
        Assert.Contains("/nowhere/python, which LONGHAND_PYTHON names, cannot be used.", Assert.Single(missing.ErrorLines), StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        Cli.Result other = Cli.Run([("LONGHAND_PYTHON", "/bin/echo")], "bench", "gemm", "--peers", "--quick");
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("\"Python 3…\" was expected", Assert.Single(other.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_share_of_the_peak_is_that_of_the_same_round()
    {
        // The machine is half as fast in the second round and a third in the third: the share stays.
        var ours = new Speeds("Longhand", 1, [80, 40, 27]);
        var result = new Comparison(Subject.Training, "slowing", Flops: 1e9, [new Speeds("peak", 1, [100e9, 50e9, 33e9])], [ours]);
        Assert.Equal(0.8, result.ShareOfPeak(ours), 12);
        Assert.True(double.IsNaN(result.ShareOfPeak(Constant("Longhand", 2, 80))));

        OwnSpeed alone = OwnSpeed.Of(ours, result.Peaks[0], flops: 1e9);
        Assert.Equal((40, 40), (alone.PerSecond, alone.Gflops));
        Assert.Equal(0.8, alone.ShareOfPeak, 12);
    }

    private static IReadOnlyList<BenchResult> Samples =>
    [
        new MachineFacts([("processor", "Fast One")], Threads: 2, new MachinePeak(100, 200, 30), ReadOneThread: 20),
        new PeerFacts("Fake", "1.2", Threads: 1, "3.9", "FakeBLAS", "Wide", IsSlow: true),
        new Remark("Something to know.", IsFailure: false),
        new LossCheck("tiny", 1234, "Fake", Threads: 1, [3, 2, 1], [3, 2, 1]),
        Sample(),
        new ScalePoint("width", 64, Threads: 2, 5000, 12, 0.25),
        new WritingSpeed("tiny", Threads: 2, 1234.6, ShareOfBandwidth: null),
        new WritingSpeed("huge 8bit", Threads: 2, 99, ShareOfBandwidth: 0.75),
        new MemoryUse("tiny", 1234, Peak: 3_000_000_000, State: 2_000_000_000, Activations: 500_000_000),
    ];

    // Ours 40 and 80 with 1 and 2 threads, the peer 20 and 10.
    private static Comparison Sample() => new(Subject.Training, "tiny", Flops: 1e9, [Constant("peak", 1, 100e9), Constant("peak", 2, 200e9)],
        [Constant("Longhand", 1, 40), Constant("Longhand", 2, 80), Constant("Fake", 1, 20), Constant("Fake", 2, 10)]);

    private static Speeds Constant(string who, int threads, double speed) => new(who, threads, [speed, speed, speed]);
}
