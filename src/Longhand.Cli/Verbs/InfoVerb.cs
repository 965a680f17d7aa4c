using System.CommandLine;
using System.Text.Json;
using Longhand.Cli.Display;
using Longhand.Cli.Parsing;
using Longhand.Nn;
using Longhand.Training;

namespace Longhand.Cli.Verbs;

/// <summary>longhand info: what is inside a run: its parameters one tensor at a time, its settings, and the hash of its weights.</summary>
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
        Run run = Run.Open(given.GetRequiredValue(_run));
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run.Folder, RunConfig.FileName)));
        if (output.Mode == OutputMode.Json)
        {
            WriteJson(run, config, output.Data);
        }
        else
        {
            WriteText(run, config, output.Data);
        }
        return Task.FromResult(ExitCode.Done);
    }

    private static void WriteJson(Run run, JsonDocument config, TextWriter data) => JsonLine.Write(data, json =>
    {
        json.WriteString("event", "done");
        json.WriteString("run", run.Folder);
        json.WriteNumber("parameters", run.Model.ParameterCount);
        json.WriteString("weights_sha256", run.WeightsSha256());
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
        config.WriteTo(json);
    });

    private static void WriteText(Run run, JsonDocument config, TextWriter data)
    {
        data.WriteLine($"{Show.Count(run.Model.ParameterCount)} parameters in {run.Folder}");
        data.WriteLine();
        int longest = run.Model.Parameters.Max(p => p.Name.Length);
        foreach ((string name, Parameter parameter) in run.Model.Parameters)
        {
            data.WriteLine($"  {name.PadRight(longest)}  {parameter.Shape,-16}{Show.Count(parameter.Shape.Length),14}");
        }
        data.WriteLine();
        WriteMembers(config.RootElement, "  ", data);
        data.WriteLine();
        data.WriteLine($"SHA-256 of the weights  {run.WeightsSha256()}");
    }

    private static void WriteMembers(JsonElement element, string indent, TextWriter data)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                data.WriteLine($"{indent}{member.Name}");
                WriteMembers(member.Value, indent + "  ", data);
            }
            else
            {
                string value = member.Value.ValueKind == JsonValueKind.Array ? string.Join(", ", member.Value.EnumerateArray()) : member.Value.ToString();
                data.WriteLine(Show.Harmless($"{indent}{member.Name}: {value}"));
            }
        }
    }
}
