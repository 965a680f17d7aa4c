using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Training;

/// <summary>
/// The part of a run's report that says whether the training was healthy: the findings with their evidence, and for a few matrices from
/// the first to the last how large gradients and updates were, step by step, where most faults can be seen with the naked eye.
/// </summary>
internal static class DiagnosisSection
{
    private const int MostCurves = 6;

    public static void Write(TextWriter html, TrainingRecord record)
    {
        html.WriteLine("<h2>Diagnosis</h2>");
        IReadOnlyList<Finding> findings = Doctor.Examine(record);
        if (findings.Count == 0)
        {
            html.WriteLine($"<p>{Escape(Doctor.NothingFound(record))}</p>");
        }
        foreach (Finding finding in findings)
        {
            html.WriteLine($"<h3>{Escape(Capital(finding.Name))} <span>· {Escape(finding.Likelihood)}</span></h3>");
            html.WriteLine($"<p>{Escape(finding.Sentence)}<br>Seen: {Escape(finding.Evidence, limit: 1000)}<br>");
            html.WriteLine($"<b>Try:</b> {Escape(finding.Try)}</p>");
        }
        List<Snapshot> snapshots = [.. record.Snapshots.Where(s => s.Weights.Count > 0)];
        if (snapshots.Count < 2) return;
        List<string> layers = Spread([.. snapshots[0].Weights.Select(w => w.Layer)]);
        html.WriteLine("<div class=\"pair\">");
        Curves("gradients", "Size of the gradient in matrices from first to last", "gradient, root mean square", w => w.Gradient);
        Curves("updates", "How far a step moved them, as a share of their size", "update / weight", w => w.UpdateShare, new Level(0.25, "written anew"));
        html.WriteLine("</div>");

        void Curves(string id, string caption, string title, Func<WeightRecord, double> value, params Level[] levels)
        {
            var chart = new LineChart
            {
                About = caption,
                XTitle = "step",
                YTitle = title,
                YScale = Scale.Log,
                Width = 480,
                Height = 300,
                Levels = levels,
                Series = [.. layers.Select(layer => new Series(Say.Layer(layer), [.. snapshots.Select(s => Of(s, layer))]))],
            };
            html.WriteLine($"<figure><figcaption>{Escape(caption)}</figcaption>\n<div class=\"plot\">");
            chart.Write(html, id);
            html.WriteLine("</div></figure>");

            Point Of(Snapshot s, string layer) =>
                new(s.Step, s.Weights.Where(w => w.Layer == layer).Select(value).DefaultIfEmpty(double.NaN).First());
        }
    }

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static List<string> Spread(List<string> layers) => layers.Count <= MostCurves ? layers
        : [.. Enumerable.Range(0, MostCurves).Select(i => layers[i * (layers.Count - 1) / (MostCurves - 1)])];
}
