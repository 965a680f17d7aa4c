using System.CommandLine;
using System.Text.Json;
using Longhand.Cli.Display;
using Longhand.Cli.Parsing;
using Longhand.Cli.Runs;
using Longhand.Nn;
using Longhand.Training;

namespace Longhand.Cli.Verbs;

/// <summary>longhand info: what is inside a run: a summary with the hash of its weights, its settings, and its tensors.</summary>
internal sealed class InfoVerb : Verb
{
    private readonly Argument<string> _run = Flag.Path<string>("RUN", "A run folder that train made.", ArgumentArity.ExactlyOne);

    public InfoVerb() : base(
        "info", "Show a run's parameters, settings and the SHA-256 of its weights.",
        "longhand info runs/capstone", "longhand info runs/capstone --json")
    {
        Add(_run);
        Add(Plain);
        Add(Json);
    }

    protected override Task<int> RunAsync(ParseResult given, Output output, Interrupt interrupt)
    {
        Run run = OpenedRun.Open(given.GetRequiredValue(_run));
        if (output.Mode == OutputMode.Json)
        {
            WriteJson(run, output.Data);
        }
        else
        {
            WriteText(run, output.Data);
        }
        return Task.FromResult(ExitCode.Done);
    }

    private static void WriteJson(Run run, TextWriter data) => JsonLine.Write(data, json =>
    {
        json.WriteString("event", "done");
        json.WriteString("run", run.Folder);
        json.WriteNumber("parameters", run.Model.ParameterCount);
        json.WriteString("weights_sha256", run.WeightsSha256());
        if (RunStanding.Load(run.Folder) is { } standing)
        {
            // −1 and null where that is not known.
            json.WriteNumber("weights_step", standing.WeightsStep);
            json.Real("weights_val_loss", standing.WeightsLoss);
            json.WriteNumber("trained_steps", standing.Step);
        }
        json.WriteStartArray("tensors");
        foreach ((string name, Parameter parameter) in run.Model.Parameters)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteStartArray("shape");
            foreach (int size in parameter.Shape.Sizes)
            {
                json.WriteNumberValue(size);
            }
            json.WriteEndArray();
            json.WriteNumber("parameters", parameter.Shape.Length);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WritePropertyName("config");
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run.Folder, RunConfig.FileName)));
        config.WriteTo(json);
    });

    private static void WriteText(Run run, TextWriter data)
    {
        Table(data, "",
        [
            new("run", run.Folder),
            new("model", $"{run.Config.Model.Summary}: {Show.Count(run.Model.ParameterCount)} parameters"),
            .. Trained(run),
            new("SHA-256", run.WeightsSha256()),
        ]);
        data.WriteLine("\nSettings");
        Table(data, "  ", [.. run.Settings.Where(row => row.Name != "text")]);
        data.WriteLine("\nTensors");
        int longest = run.Model.Parameters.Max(p => p.Name.Length);
        foreach ((string name, Parameter parameter) in run.Model.Parameters)
        {
            data.WriteLine($"  {name.PadRight(longest)}  {parameter.Shape,-16}{Show.Count(parameter.Shape.Length),14}");
        }
    }

    private static IEnumerable<ReportRow> Trained(Run run)
    {
        if (run.Config.Corpus is { } corpus)
        {
            yield return new("text", $"{corpus.Name}, {Show.Count(corpus.Characters)} characters");
        }
        if (RunStanding.Load(run.Folder) is not { } standing)
        {
            yield break;
        }
        string asked = standing.StepsAsked > standing.Step ? $" of {Show.Count(standing.StepsAsked)}" : "";
        yield return new("trained", $"{Show.Count(standing.Step)}{asked} steps");
        if (standing.WeightsStep >= 0)
        {
            yield return new("weights", $"of step {Show.Count(standing.WeightsStep)}{Measured(standing)}");
        }
    }

    private static string Measured(RunStanding standing)
    {
        string loss = double.IsNaN(standing.WeightsLoss) ? "not measured" : $"validation loss {Show.Loss(standing.WeightsLoss)}";
        string rank = double.IsNaN(standing.BestLoss) ? ""
            : standing.WeightsLoss <= standing.BestLoss ? ", the best"
            : $"; the best was {Show.Loss(standing.BestLoss)}";
        return standing.WeightsStep == 0 ? $", untrained: {loss}" : $": {loss}{rank}";
    }

    private static void Table(TextWriter data, string indent, IReadOnlyList<ReportRow> rows)
    {
        int longest = rows.Max(row => row.Name.Length);
        foreach (ReportRow row in rows)
        {
            data.WriteLine(Show.Harmless($"{indent}{row.Name.PadRight(longest)}  {row.Value}"));
        }
    }
}
