using System.CommandLine;
using System.Globalization;
using Longhand.Cli.Display;
using Longhand.Cli.Parsing;
using Longhand.Cli.Runs;
using Longhand.Data;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Cli.Verbs;

/// <summary>
/// longhand eval: how well a trained model predicts. On the text it learned from, only the last tenth counts, which it has
/// not seen; on another text, all of it.
/// </summary>
internal sealed class EvalVerb : Verb
{
    private readonly Argument<string> _run = Flag.Path<string>("RUN", "A run folder that train made.", ArgumentArity.ExactlyOne);

    private readonly Argument<string?> _text = Flag.Path<string?>(
        "TEXT", "A text file, a folder of .txt files, or a data set's name; left out: the validation part of the text that the model learned from.",
        ArgumentArity.ZeroOrOne);

    private readonly Option<string?> _weights = WeightsFlag.New();

    public EvalVerb() : base(
        "eval", "Measure how well a trained model predicts a text.",
        "longhand eval runs/capstone", "longhand eval runs/capstone other.txt --json", "longhand eval runs/capstone --weights 8bit")
    {
        Add(_run);
        Add(_text);
        Add(_weights);
        Add(Plain);
        Add(Json);
    }

    protected override async Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt)
    {
        (Run run, CharTokenizer tokenizer) = OpenedRun.WithTokenizer(given.GetRequiredValue(_run));
        LoadedText text = await TextAsync(run.Config, given.GetValue(_text), new DataSets(output, interrupt));
        int[] tokens = Encode(tokenizer, text);
        bool isOwn = text.Info.Sha256 == run.Config.Corpus?.Sha256;
        ReadOnlyMemory<int> part = isOwn ? new TokenData(tokens).Validation : tokens;
        string weights = WeightsFlag.Word(given.GetValue(_weights));
        WeightsFlag.Apply(weights, run.Model);
        double loss;
        using (var progress = new MeasuringLine(output))
        {
            loss = Evaluation.Loss(run.Model, part, interrupt.Token, progress.Show);
        }
        // A character is a token here, so the loss per token is the loss per character.
        double bits = loss / Math.Log(2);
        int predicted = part.Length - 1;
        if (output.Mode == OutputMode.Json)
        {
            JsonLine.Write(output.Data, json =>
            {
                json.WriteString("event", "done");
                json.Real("loss", loss);
                json.Real("perplexity", Math.Exp(loss));
                json.Real("bits_per_character", bits);
                json.WriteNumber("tokens", predicted);
                json.WriteString("weights", weights);
            });
        }
        else
        {
            string which = isOwn ? $"validation part of {text.Info.Name}" : $"all of {text.Info.Name}";
            output.Data.WriteLine($"{which}, {Show.Count(predicted)} characters predicted with {weights} weights");
            output.Data.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loss                {loss:0.0000} nats per character"));
            output.Data.WriteLine(string.Create(CultureInfo.InvariantCulture, $"perplexity          {Math.Exp(loss):0.000}"));
            output.Data.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bits per character  {bits:0.0000}"));
        }
        return ExitCode.Done;
    }

    private static int[] Encode(CharTokenizer tokenizer, LoadedText text)
    {
        try
        {
            return tokenizer.Encode(text.Text);
        }
        catch (UnknownCharactersException problem)
        {
            throw new UsageException($"{text.Info.Name}: {problem.Message}");
        }
    }

    private static async Task<LoadedText> TextAsync(RunConfig config, string? source, DataSets sets) =>
        source is not null ? await LoadedText.FromAsync(source, minimumCharacters: 2, sets)
        : config.Corpus is { } corpus ? await LoadedText.OfAsync(corpus, source: null, sets)
        : throw new UsageException("this model was not trained here; name the text to measure it with: longhand eval RUN TEXT.");
}
