using System.CommandLine;
using System.Globalization;
using Longhand.Cli.Benchmarks;
using Longhand.Cli.Display;
using Longhand.Cli.Parsing;

namespace Longhand.Cli.Verbs;

/// <summary>longhand bench: what this machine does, and how much of what it could do.</summary>
internal sealed class BenchVerb : Verb
{
    private readonly Argument<string?> _what = new("what")
    {
        HelpName = "WHAT",
        Description = "gemm (matrix products), train (training steps of the presets) or sample (writing); left out: all of them.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int?> _threads = Flag.Whole("--threads", "Threads to use; left out: one for every core.", least: 1, greatest: 256);

    public BenchVerb() : base(
        "bench", "Measure this machine: matrix products, training, writing, and the share of its measured peak.",
        "longhand bench", "longhand bench gemm --threads 1", "longhand bench train", "longhand bench --json > bench.jsonl")
    {
        Add(_what);
        Add(_threads);
        Add(Plain);
        Add(Json);
    }

    protected override async Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt)
    {
        string? what = given.GetValue(_what);
        if (what is not (null or "gemm" or "train" or "sample"))
        {
            throw new UsageException($"bench: expected gemm, train or sample, found \"{what}\".");
        }
        int threads = given.GetValue(_threads) ?? Math.Min(Environment.ProcessorCount, 256);
        if (output.Mode != OutputMode.Json)
        {
            output.Data.WriteLine($"{"",-22}{"threads",8}{"GFLOP/s",12}{"of peak",10}{"tokens/s",14}");
        }
        if (what is null or "gemm")
        {
            foreach (BenchRow row in GemmBench.Run(threads, interrupt.Token))
            {
                Write(row, output);
            }
        }
        if (what is null or "train")
        {
            await foreach (BenchRow row in TrainBench.Run(threads, interrupt.Token))
            {
                Write(row, output);
            }
        }
        if (what is null or "sample")
        {
            foreach (BenchRow row in SampleBench.Run(threads, interrupt.Token))
            {
                Write(row, output);
            }
        }
        return ExitCode.Done;
    }

    private static void Write(BenchRow row, Output output)
    {
        if (output.Mode != OutputMode.Json)
        {
            output.Data.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-22}{row.Threads,8}{row.Gflops,12:N1}{row.ShareOfPeak,10:P0}{row.TokensPerSecond,14:N0}").TrimEnd());
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
