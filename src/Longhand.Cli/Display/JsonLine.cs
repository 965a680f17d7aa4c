using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Longhand.Cli.Display;

/// <summary>
/// One JSON object on one line. Numbers that JSON cannot hold (NaN, infinities) become null; letters outside ASCII stay letters.
/// </summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };

    /// <summary>Writes the object whose members <paramref name="members"/> adds.</summary>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    /// <summary>Adds a number, or null if JSON has no such number.</summary>
    public static void Real(this Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        Write(json, value);
    }

    /// <summary>Adds an array of such numbers.</summary>
    public static void Reals(this Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            Write(json, value);
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
