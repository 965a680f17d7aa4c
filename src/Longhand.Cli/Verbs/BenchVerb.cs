using System.CommandLine;
using System.Globalization;
using Longhand.Cli.Benchmarks;
using Longhand.Cli.Benchmarks.Peers;
using Longhand.Cli.Benchmarks.Results;
using Longhand.Cli.Display;
using Longhand.Cli.Parsing;

namespace Longhand.Cli.Verbs;

/// <summary>longhand bench: what this machine does, and how much of what it could do; with --peers, beside other libraries.</summary>
internal sealed class BenchVerb : Verb
{
    private readonly Argument<string?> _what = Flag.ChoiceOrNone(
        "WHAT",
        "gemm (matrix products), train (training steps of GPT's presets), recurrent (of an RNN, an LSTM and a GRU), "
            + "sample (writing), scale (training as sizes grow) or memory (of training GPT-2's shape); left out: the first four, "
            + "with --peers all.",
        "gemm", "train", "recurrent", "sample", "scale", "memory");

    private readonly Option<int?> _threads = Flag.Whole(
        "--threads", "Threads to use; left out: one for every core.", least: 1, greatest: 256);

    private readonly Option<bool> _peers = Flag.Switch(
        "--peers", "Measure PyTorch and NumPy, too, where they are installed, in turn with ours (on two cores about 10 minutes).");

    private readonly Option<bool> _quick = Flag.Switch(
        "--quick", "With --peers, scale or memory: a few small sizes (with --peers about two minutes).");

    private readonly Option<string?> _python = Flag.Path(
        "--python", "PATH", $"With --peers: the Python that has them; left out: {Interpreter.Variable}, then python3.");

    private readonly Option<string?> _kernels = Flag.Text(
        "--blas-kernels", "NAME", "With --peers: the processor whose kernels OpenBLAS uses, such as Haswell; left out: it chooses.");

    private readonly Option<string?> _out = Flag.Path(
        "--out", "FILE",
        "With --peers, scale or memory: write the results there, too, as Markdown (FILE.md), and the cost as work grows as a picture "
        + "beside it (FILE.svg).");

    public BenchVerb() : base(
        "bench", "Measure this machine: matrix products, training, writing, and the share of its measured peak.",
        "longhand bench", "longhand bench gemm --threads 1", "longhand bench train", "longhand bench --json > bench.jsonl",
        "longhand bench --peers --quick", "longhand bench recurrent --peers --threads 1", "longhand bench --peers --out bench/RESULTS.md")
    {
        Add(_what);
        Add(_threads);
        Add(_peers);
        Add(_quick);
        Add(_python);
        Add(_kernels);
        Add(_out);
        Add(Plain);
        Add(Json);
    }

    protected override async Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt)
    {
        string? what = given.GetValue(_what);
        int threads = given.GetValue(_threads) ?? Math.Min(Environment.ProcessorCount, 256);
        bool peers = given.GetValue(_peers), quick = given.GetValue(_quick);
        (string? python, string? kernels, string? file) = (given.GetValue(_python), given.GetValue(_kernels), given.GetValue(_out));
        if (peers && what is "sample" or "scale" or "memory")
        {
            throw new UsageException($"bench: {what} has no peers; leave --peers out.");
        }
        bool isOfPage = peers || what is "scale" or "memory";
        if ((peers ? null : python is not null ? _python.Name : kernels is not null ? _kernels.Name : null) is { } alone)
        {
            throw new UsageException($"bench: {alone} belongs to --peers.");
        }
        if ((isOfPage ? null : quick ? _quick.Name : file is not null ? _out.Name : null) is { } stray)
        {
            throw new UsageException($"bench: {stray} belongs to --peers, or to scale or memory.");
        }
        if (what == "memory" && !quick && file is null)
        {
            // In this process, which does nothing else: a page measures memory by starting it like this.
            PeerRun.Write(MemoryBench.Run(TrainingShape.OfPresets[^1], threads, interrupt.Token), output, new ResultLines(output.Data));
            return ExitCode.Done;
        }
        if (isOfPage)
        {
            BenchPlan plan = (quick ? BenchPlan.Quick : BenchPlan.Full).Only(what);
            string command = string.Join(' ', ((string?[])[
                "longhand bench", what, peers ? "--peers" : null, quick ? "--quick" : null,
                given.GetValue(_threads) is { } t ? $"--threads {t.ToString(CultureInfo.InvariantCulture)}" : null,
                kernels is null ? null : $"--blas-kernels {kernels}",
                file is null ? null : $"--out {file}"]).Where(word => word is not null));
            return await new PeerRun(plan, threads, python, kernels, command).RunAsync(output, file, interrupt.Token);
        }
        await OursAsync(what, threads, output, interrupt.Token);
        return ExitCode.Done;
    }

    private static async Task OursAsync(string? what, int threads, Output output, CancellationToken cancel)
    {
        var columns = new BenchColumns(HasProducts: what is not "sample", HasTokens: what is not "gemm", HasBandwidth: what is null or "sample");
        if (output.Mode != OutputMode.Json)
        {
            output.Data.WriteLine(columns.Heading);
        }
        if (what is null or "gemm")
        {
            await foreach (BenchRow row in GemmBench.Run(Product.Squares, threads, cancel))
            {
                Write(row, columns, output);
            }
        }
        TrainingShape[] shapes =
        [
            .. what is null or "train" ? TrainBench.Presets : [],
            .. what is null or "recurrent" ? TrainingShape.Recurrent : [],
        ];
        if (shapes.Length > 0)
        {
            await foreach (BenchRow row in TrainBench.Run(shapes, threads, seconds: 1, cancel))
            {
                Write(row, columns, output);
            }
        }
        if (what is null or "sample")
        {
            foreach (WritingSpeed w in SampleBench.Run(threads, cancel))
            {
                Write(new BenchRow($"sample {w.Model}", w.Threads, TokensPerSecond: w.TokensPerSecond, ShareOfBandwidth: w.ShareOfBandwidth), columns, output);
            }
        }
        if (columns.HasProducts && output.Mode != OutputMode.Json)
        {
            output.Data.WriteLine(BenchColumns.Note);
        }
    }

    private static void Write(BenchRow row, BenchColumns columns, Output output)
    {
        if (output.Mode != OutputMode.Json)
        {
            output.Data.WriteLine(columns.Of(row));
            return;
        }
        JsonLine.Write(output.Data, json =>
        {
            json.WriteString("event", "bench");
            json.WriteString("name", row.Name);
            json.WriteNumber("threads", row.Threads);
            Add("gflops", row.Gflops);
            Add("share_of_peak", row.ShareOfPeak);
            Add("tokens_per_second", row.TokensPerSecond);
            Add("share_of_bandwidth", row.ShareOfBandwidth);

            void Add(string name, double? value)
            {
                if (value is { } number)
                {
                    json.Real(name, number);
                }
            }
        });
    }
}
