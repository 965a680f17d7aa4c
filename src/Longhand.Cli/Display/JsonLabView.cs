using System.Text.Json;
using Longhand.Labs;

namespace Longhand.Cli.Display;

/// <summary>A lab for programs: one JSON object per line, about fifty of progress, and one at the end with everything measured.</summary>
internal sealed class JsonLabView(TextWriter data) : ILabView
{
    private const int Parts = 50;

    private readonly LabPace _pace = new(Parts, TimeSpan.FromSeconds(0.5), TimeProvider.System);

    public void Show(LabProgress progress)
    {
        if (!_pace.IsDue(progress))
        {
            return;
        }
        JsonLine.Write(data, json =>
        {
            json.WriteString("event", "progress");
            json.Real("done", progress.Done);
            json.WriteString("doing", progress.Doing);
            Write(json, progress.Numbers);
        });
    }

    public void Stopping()
    {
    }

    public void End()
    {
    }

    public void Done(Lab lab, LabContext context, LabResult result, string? file, double seconds) => JsonLine.Write(data, json =>
    {
        json.WriteString("event", "done");
        json.WriteString("lab", lab.Name);
        json.WriteString("seed", context.Seed);
        json.WriteStartObject("settings");
        foreach (Knob knob in lab.Knobs)
        {
            switch (context.ValueOf(knob))
            {
                case int whole: json.WriteNumber(knob.Name, whole); break;
                case double number: json.Real(knob.Name, number); break;
                case var other: json.WriteString(knob.Name, knob.Show(other)); break;
            }
        }
        json.WriteEndObject();
        json.WriteString("conclusion", result.Conclusion);
        Write(json, result.Numbers);
        json.WriteString("report", file);
        json.Real("seconds", seconds);
    });

    private static void Write(Utf8JsonWriter json, IReadOnlyList<(string Name, double Value)> numbers)
    {
        json.WriteStartObject("numbers");
        foreach ((string name, double value) in numbers)
        {
            json.Real(name, value);
        }
        json.WriteEndObject();
    }
}
