using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Longhand.Files;

namespace Longhand.Training;

/// <summary>
/// metrics.jsonl: one JSON object a line for each logged step, evaluation, sample and look inside the model. It holds nothing that depends on the machine
/// or the clock, so a resumed run's file equals the uninterrupted run's, byte for byte.
/// </summary>
internal static class Metrics
{
    public static string Step(int step, double loss, double learningRate, double gradientNorm) => Line(json =>
    {
        json.WriteNumber("step", step);
        json.WriteNumber("loss", loss);
        json.WriteNumber("learning_rate", learningRate);
        json.WriteNumber("gradient_norm", gradientNorm);
    });

    public static string Evaluation(int step, double loss) => Line(json =>
    {
        json.WriteNumber("step", step);
        json.WriteNumber("val_loss", loss);
    });

    public static string Sample(int step, string text) => Line(json =>
    {
        json.WriteNumber("step", step);
        json.WriteString("sample", text);
    });

    /// <summary>What was seen inside the model in a step.</summary>
    public static string Inside(Snapshot snapshot) => Line(json =>
    {
        json.WriteNumber("step", snapshot.Step);
        SnapshotJson.Write(json, snapshot);
    });

    /// <summary>The first number that is no longer finite: the last line of a training that ends so.</summary>
    public static string Diverged(int step, string tensor) => Line(json =>
    {
        json.WriteNumber("step", step);
        json.WriteString("diverged", tensor);
    });

    /// <summary>The lines back as what a report draws.</summary>
    /// <exception cref="BadFileException">A line is something else.</exception>
    public static (List<ReportStep> Steps, List<ReportEval> Evaluations, List<ReportSample> Samples) Read(RunLog log) =>
        Read(log.FilePath, log.ReadLines());

    /// <summary>The same, of the lines of the file at <paramref name="path"/>.</summary>
    public static (List<ReportStep> Steps, List<ReportEval> Evaluations, List<ReportSample> Samples) Read(string path, IEnumerable<string> lines)
    {
        var steps = new List<ReportStep>();
        var evaluations = new List<ReportEval>();
        var samples = new List<ReportSample>();
        foreach (string line in lines)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                JsonElement root = document.RootElement;
                int step = root.GetProperty("step").GetInt32();
                if (root.TryGetProperty("loss", out JsonElement loss))
                    steps.Add(new ReportStep(step, loss.GetDouble(), root.GetProperty("learning_rate").GetDouble(), root.GetProperty("gradient_norm").GetDouble()));
                else if (root.TryGetProperty("val_loss", out JsonElement validation)) evaluations.Add(new ReportEval(step, validation.GetDouble()));
                else if (root.TryGetProperty("sample", out JsonElement sample)) samples.Add(new ReportSample(step, sample.GetString() ?? ""));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw NoMetric(path, e);
            }
        }
        return (steps, evaluations, samples);
    }

    /// <summary>What was seen inside the model, and where the first number stands that is no longer finite, if training ended so.</summary>
    /// <exception cref="BadFileException">A line is something else.</exception>
    public static (List<Snapshot> Snapshots, string? Diverged) ReadInside(string path, IEnumerable<string> lines)
    {
        var snapshots = new List<Snapshot>();
        string? diverged = null;
        foreach (string line in lines)
        {
            // Most lines are neither; those need not be read as JSON twice.
            if (!line.Contains("\"weights\"", StringComparison.Ordinal) && !line.Contains("\"diverged\"", StringComparison.Ordinal)) continue;
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                JsonElement root = document.RootElement;
                if (root.TryGetProperty("weights", out _)) snapshots.Add(SnapshotJson.Read(root));
                else if (root.TryGetProperty("diverged", out JsonElement place)) diverged = place.GetString();
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw NoMetric(path, e);
            }
        }
        return (snapshots, diverged);
    }

    /// <summary>The last step that a log speaks of, 0 when it has none or there is no log. A line that a kill cut short is passed over.</summary>
    public static int LastStep(string path)
    {
        int last = 0;
        if (!File.Exists(path)) return last;
        foreach (string line in File.ReadLines(path))
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                if (document.RootElement.TryGetProperty("step", out JsonElement step)) last = Math.Max(last, step.GetInt32());
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                continue;
            }
        }
        return last;
    }

    private static BadFileException NoMetric(string path, Exception e) =>
        new(path, $"a line is no metric of ours ({JsonProblem.Describe(e)})", e);

    private static string Line(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
