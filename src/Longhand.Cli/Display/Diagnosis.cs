using System.Text.Json;
using Longhand.Nn;
using Longhand.Training;

namespace Longhand.Cli.Display;

/// <summary>What the doctor says of a run: the findings, the most certain first, then the layers at one step, as text for people or as
/// JSON.</summary>
internal sealed class Diagnosis(string run, TrainingRecord record, RunStanding? standing, int? step)
{
    // As wide as the narrowest terminals.
    private const int Width = 80;

    private readonly IReadOnlyList<Finding> _findings = Doctor.Examine(record);

    private readonly Snapshot? _snapshot = step is { } wanted
        ? record.Snapshots.MinBy(s => Math.Abs((long)s.Step - wanted))
        : record.Snapshots.LastOrDefault();

    public void WriteText(TextWriter data)
    {
        int done = record.Steps.Count > 0 ? record.Steps[^1].Step : 0;
        string steps = $"{Show.Count(done)} of {Show.Count(record.StepsAsked)} steps, {record.Snapshots.Count} of them looked into";
        data.WriteLine(Show.Harmless($"{run}: {steps}"));
        if (standing is { WeightsStep: 0, Step: > 0 })
        {
            Write(data, "The weights in model.safetensors are those of step 0, untrained: no later ones were measured and found better.");
        }
        data.WriteLine();
        if (_findings.Count == 0)
        {
            Write(data, Doctor.NothingFound(record));
        }
        foreach ((int i, Finding finding) in _findings.Index())
        {
            Write(data, $"{i + 1}. {finding.Name} ({finding.Likelihood})");
            Write(data, $"   {finding.Sentence}");
            Write(data, $"   Seen  {finding.Evidence}");
            Write(data, $"   Try   {finding.Try}");
        }
        if (_snapshot is not null)
        {
            Layers(data, _snapshot);
        }
    }

    public void WriteJson(TextWriter data) => JsonLine.Write(data, json =>
    {
        json.WriteString("event", "done");
        json.WriteString("run", run);
        json.WriteNumber("steps", record.Steps.Count > 0 ? record.Steps[^1].Step : 0);
        json.WriteNumber("snapshots", record.Snapshots.Count);
        json.WriteBoolean("healthy", _findings.Count == 0 && Doctor.CanTell(record));
        json.WriteStartArray("findings");
        foreach (Finding finding in _findings)
        {
            json.WriteStartObject();
            json.WriteString("kind", finding.Name);
            json.Real("certainty", finding.Certainty);
            json.WriteString("sentence", finding.Sentence);
            json.WriteString("evidence", finding.Evidence);
            json.WriteString("try", finding.Try);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (_snapshot is not null)
        {
            WriteLayers(json, _snapshot);
        }
    });

    private static void Layers(TextWriter data, Snapshot snapshot)
    {
        if (snapshot.Activations.Count > 0)
        {
            data.WriteLine($"\nActivations at step {Show.Count(snapshot.Step)}");
            Table.Write(data, ["layer", "size", "spread", "dead", "flat"],
                snapshot.Activations.Select(a => new[]
                {
                    Name(a.Layer), Show.Short(a.Size), Show.Short(a.Spread),
                    a.Kind is ActivationKind.Relu or ActivationKind.Gelu ? Show.Percent(a.Dead) : "",
                    a.Kind is ActivationKind.Sigmoid or ActivationKind.Tanh ? Show.Percent(a.Saturated) : "",
                }));
        }
        if (snapshot.Attention.Count > 0)
        {
            data.WriteLine($"\nAttention at step {Show.Count(snapshot.Step)}");
            Table.Write(data, ["layer", "entropy", "saturated"],
                snapshot.Attention.Select(a => new[] { Name(a.Layer), Show.Percent(a.Entropy), Show.Percent(a.Saturated) }));
        }
        if (snapshot.Weights.Count > 0)
        {
            data.WriteLine($"\nMatrices at step {Show.Count(snapshot.Step)}");
            Table.Write(data, ["layer", "weight", "gradient", "update", "update/weight"],
                snapshot.Weights.Select(w => new[]
                {
                    Name(w.Layer), Show.Short(w.Weight), Show.Short(w.Gradient), Show.Short(w.Update), Show.Short(w.UpdateShare),
                }));
        }
    }

    private static void WriteLayers(Utf8JsonWriter json, Snapshot snapshot)
    {
        json.WriteNumber("step", snapshot.Step);
        json.WriteStartArray("activations");
        foreach (ActivationRecord a in snapshot.Activations)
        {
            json.WriteStartObject();
            json.WriteString("layer", a.Layer);
            json.Real("size", a.Size);
            json.Real("spread", a.Spread);
            json.Real("dead", a.Dead);
            json.Real("saturated", a.Saturated);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("attention");
        foreach (AttentionRecord a in snapshot.Attention)
        {
            json.WriteStartObject();
            json.WriteString("layer", a.Layer);
            json.Real("entropy", a.Entropy);
            json.Real("saturated", a.Saturated);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (WeightRecord w in snapshot.Weights)
        {
            json.WriteStartObject();
            json.WriteString("layer", w.Layer);
            json.Real("weight", w.Weight);
            json.Real("gradient", w.Gradient);
            json.Real("update", w.Update);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // All of a GPT's layers begin with the same word.
    private static string Name(string layer)
    {
        const string all = "transformer.";
        return layer.StartsWith(all, StringComparison.Ordinal) ? layer[all.Length..] : layer;
    }

    private static void Write(TextWriter data, string text)
    {
        foreach (string line in Show.Wrap(Show.Harmless(text), Width))
        {
            data.WriteLine(line);
        }
    }
}
