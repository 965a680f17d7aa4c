using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Longhand.Cli.Display;
using Longhand.Cli.Parsing;
using Longhand.Cli.Runs;
using Longhand.Generation;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli.Verbs;

/// <summary>longhand sample: lets a trained model write, character by character as it chooses them.</summary>
internal sealed class SampleVerb : Verb
{
    private const int DefaultTokens = 500;

    private readonly Argument<string> _run = Flag.Path<string>("RUN", "A run folder that train made.", ArgumentArity.ExactlyOne);
    private readonly Option<string?> _prompt = Flag.Text("--prompt", "TEXT", "The text to continue; left out: the start of a new line.");
    private readonly Option<int?> _tokens = Flag.Whole("--tokens", $"Characters to write. [{DefaultTokens}]", 1, 1_000_000_000);

    private readonly Option<double?> _temperature = Flag.Number(
        "--temperature", "Below 1 more certain, above 1 wilder; 0 is --greedy. [0.8]", new(0, 100));

    private readonly Option<int?> _topK = Flag.Whole("--top-k", "Choose among this many likeliest characters only; 0 among all. [0]", 0, int.MaxValue);

    private readonly Option<double?> _topP = Flag.Number(
        "--top-p", "Choose among the likeliest characters that together have this probability only. [1]", new(0, 1, OpenBelow: true));

    private readonly Option<bool> _greedy = Flag.Switch("--greedy", "Always choose the likeliest character; the other choices then do not matter.");
    private readonly Option<string?> _seed = Flag.Text("--seed", "TEXT", "Decides the draws: another seed gives another text, the same seed the same.");
    private readonly Option<string?> _weights = WeightsFlag.New();

    public SampleVerb() : base(
        "sample", "Let a trained model write.",
        "longhand sample runs/capstone", "longhand sample runs/capstone --prompt \"The fox\" --tokens 200 --seed b",
        "longhand sample runs/capstone --temperature 1.2 --top-k 20 --json", "longhand sample runs/capstone --weights 8bit")
    {
        Add(_run);
        Add(_prompt);
        Add(_tokens);
        Add(_temperature);
        Add(_topK);
        Add(_topP);
        Add(_greedy);
        Add(_seed);
        Add(_weights);
        Add(Plain);
        Add(Json);
    }

    protected override Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt)
    {
        if (given.GetValue(_greedy) && given.GetValue(_temperature) is > 0)
        {
            throw new UsageException("--greedy means --temperature 0; leave one of the two out.");
        }
        (Run run, CharTokenizer tokenizer) = OpenedRun.WithTokenizer(given.GetRequiredValue(_run));
        WeightsFlag.Apply(WeightsFlag.Word(given.GetValue(_weights)), run.Model);
        string prompt = given.GetValue(_prompt) ?? "";
        IEnumerable<string> pieces = new Generator(run.Model, tokenizer).Continue(prompt, given.GetValue(_tokens) ?? DefaultTokens, Sampling(given));
        bool isJson = output.Mode == OutputMode.Json;
        // What a terminal would take for a command is only replaced where a terminal reads.
        bool isTerminal = !isJson && !Console.IsOutputRedirected;
        Stream(prompt);

        var text = new StringBuilder();
        int count = 0;
        long begun = Stopwatch.GetTimestamp();
        foreach (string piece in pieces)
        {
            if (interrupt.Token.IsCancellationRequested)
            {
                break;
            }
            text.Append(piece);
            count++;
            Stream(piece);
        }
        double speed = count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (isJson)
        {
            JsonLine.Write(output.Data, json =>
            {
                json.WriteString("event", "done");
                json.WriteString("prompt", prompt);
                json.WriteString("text", text.ToString());
                json.WriteNumber("tokens", count);
                json.Real("tokens_per_second", speed);
            });
        }
        else
        {
            output.Data.WriteLine();
        }
        return Task.FromResult(interrupt.Token.IsCancellationRequested ? ExitCode.Stopped : ExitCode.Done);

        void Stream(string piece)
        {
            if (!isJson)
            {
                output.Data.Write(isTerminal ? Show.Harmless(piece) : piece);
            }
        }
    }

    private SamplingOptions Sampling(ParseResult given)
    {
        var standard = new SamplingOptions();
        return new SamplingOptions
        {
            Temperature = given.GetValue(_temperature) ?? standard.Temperature,
            TopK = given.GetValue(_topK) ?? standard.TopK,
            TopP = given.GetValue(_topP) ?? standard.TopP,
            Greedy = given.GetValue(_greedy),
            Seed = given.GetValue(_seed) ?? standard.Seed,
        };
    }
}
