using System.Globalization;
using System.Text.Json;
using Longhand.Nn;

namespace Longhand.Training;

/// <summary>
/// A snapshot as members of one JSON object, for a line of metrics.jsonl, and back. Numbers keep four significant digits, which is more
/// than a diagnosis needs and a quarter of the bytes.
/// </summary>
internal static class SnapshotJson
{
    // A line of the largest model anybody trains here has a few thousand; a damaged one must not cost more than it is worth.
    private const int MostLayers = 100_000, LongestName = 200;

    /// <summary>Adds "activations", "attention", "weights" and, where there is one, "future" to an object that has the step.</summary>
    public static void Write(Utf8JsonWriter json, Snapshot snapshot)
    {
        json.WriteStartArray("activations");
        foreach (ActivationRecord a in snapshot.Activations)
        {
            Start(json, a.Layer);
            if (a.Kind != ActivationKind.Linear) json.WriteString("kind", Word(a.Kind));
            Number(json, "size", a.Size);
            Number(json, "spread", a.Spread);
            Number(json, "variety", a.Variety);
            if (a.Kind is ActivationKind.Relu or ActivationKind.Gelu) Number(json, "dead", a.Dead);
            if (a.Kind is ActivationKind.Sigmoid or ActivationKind.Tanh) Number(json, "saturated", a.Saturated);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("attention");
        foreach (AttentionRecord a in snapshot.Attention)
        {
            Start(json, a.Layer);
            Number(json, "entropy", a.Entropy);
            Number(json, "saturated", a.Saturated);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (WeightRecord w in snapshot.Weights)
        {
            Start(json, w.Layer);
            Number(json, "weight", w.Weight);
            Number(json, "gradient", w.Gradient);
            Number(json, "update", w.Update);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (snapshot.Future is { } future)
        {
            json.WriteStartObject("future");
            Number(json, "influence", future.Influence);
            Number(json, "copied", future.Copied);
            json.WriteEndObject();
        }
    }

    /// <summary>The snapshot in an object that has "weights".</summary>
    /// <exception cref="FormatException">A member is something else, or there are absurdly many.</exception>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    /// <exception cref="InvalidOperationException">A member is of another type.</exception>
    public static Snapshot Read(JsonElement root) => new(root.GetProperty("step").GetInt32())
    {
        Activations = List(root.GetProperty("activations"), e =>
        {
            ActivationKind kind = e.TryGetProperty("kind", out JsonElement word) ? Kind(word.GetString()) : ActivationKind.Linear;
            return new ActivationRecord(
                Layer(e), kind, Number(e, "size"), Number(e, "spread"), Number(e, "variety"), Optional(e, "dead"), Optional(e, "saturated"));
        }),
        Attention = List(root.GetProperty("attention"), e => new AttentionRecord(Layer(e), Number(e, "entropy"), Number(e, "saturated"))),
        Weights = List(root.GetProperty("weights"), e => new WeightRecord(Layer(e), Number(e, "weight"), Number(e, "gradient"), Number(e, "update"))),
        Future = root.TryGetProperty("future", out JsonElement future) ? new FutureRecord(Number(future, "influence"), Number(future, "copied")) : null,
    };

    private static List<T> List<T>(JsonElement array, Func<JsonElement, T> read)
    {
        if (array.GetArrayLength() > MostLayers) throw new FormatException($"{array.GetArrayLength()} layers in one step");
        return [.. array.EnumerateArray().Select(read)];
    }

    private static void Start(Utf8JsonWriter json, string layer)
    {
        json.WriteStartObject();
        json.WriteString("layer", layer);
    }

    private static string Layer(JsonElement e) => e.GetProperty("layer").GetString() is { Length: <= LongestName } name ? name
        : throw new FormatException("a layer without a name, or with one that is too long");

    // JSON has no infinity and no NaN: null stands for both.
    private static void Number(Utf8JsonWriter json, string name, double x)
    {
        if (double.IsFinite(x)) json.WriteNumber(name, double.Parse(x.ToString("E3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        else json.WriteNull(name);
    }

    private static double Number(JsonElement e, string name) => Value(e.GetProperty(name), name);

    private static double Optional(JsonElement e, string name) => e.TryGetProperty(name, out JsonElement x) ? Value(x, name) : 0;

    private static double Value(JsonElement x, string name)
    {
        double value = x.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : x.GetDouble();
        return value >= 0 ? value : throw new FormatException($"{name} is below 0");
    }

    private static string Word(ActivationKind kind) => kind switch
    {
        ActivationKind.Relu => "relu",
        ActivationKind.Gelu => "gelu",
        ActivationKind.Sigmoid => "sigmoid",
        ActivationKind.Tanh => "tanh",
        _ => "linear",
    };

    private static ActivationKind Kind(string? word) => word switch
    {
        "relu" => ActivationKind.Relu,
        "gelu" => ActivationKind.Gelu,
        "sigmoid" => ActivationKind.Sigmoid,
        "tanh" => ActivationKind.Tanh,
        "linear" => ActivationKind.Linear,
        _ => throw new FormatException("an unknown kind of activation"),
    };
}
