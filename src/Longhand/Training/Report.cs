using System.Globalization;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Training;

/// <summary>
/// Writes a run's report.html: one self-contained page with headline numbers, curves, what the model wrote as it learned, settings
/// and machine. It needs no script and fetches nothing. Every text is escaped, since a training text may hold anything; curves and
/// samples are thinned out, so the page stays small however long the run was.
/// </summary>
public static class Report
{
    private const int MostSamples = 24, MostRows = 200, MostDots = 150;
    private const int LongestSample = 2_000;

    // In nats per token. By less, the validation loss of a healthy run rises near its end.
    private const double MuchWorse = 0.02;

    /// <summary>Writes the whole page. The same data give the same bytes: no clock, no culture, no random identifiers.</summary>
    public static void Write(TextWriter html, ReportData data)
    {
        ArgumentNullException.ThrowIfNull(html);
        ArgumentNullException.ThrowIfNull(data);
        string title = Escape($"{data.Model} on {data.Corpus}", limit: 200);
        string newLine = html.NewLine;
        html.NewLine = "\n";
        html.WriteLine("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
        html.WriteLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.WriteLine($"<title>{title} · Longhand</title>\n<style>\n{Style.Theme}\n{Style.Page}\n{Style.Shapes}\n{ReportStyle.Css}\n</style>\n</head>\n<body>");
        html.WriteLine($"<h1>{title}</h1>");
        Lead(html, data);
        Tiles(html, data);
        html.WriteLine("<h2>How it learned</h2>");
        Curves(html, data);
        Evaluations(html, data);
        if (data.Record is { } record) DiagnosisSection.Write(html, record);
        Samples(html, data);
        html.WriteLine("<div class=\"tables\">");
        Table(html, "Settings", data.Settings);
        Table(html, "Machine", data.Machine);
        html.WriteLine("</div>");
        Next(html, data);
        if (data.WeightsSha256.Length > 0)
        {
            html.WriteLine($"<h2>Weights</h2>\n<p>SHA-256 <code>{Escape(data.WeightsSha256)}</code><br>");
            html.WriteLine("The same settings, text and seed give these very bytes again, on any machine and any number of threads.</p>");
        }
        html.WriteLine("</body>\n</html>");
        html.NewLine = newLine;
    }

    private static void Lead(TextWriter html, ReportData data)
    {
        string steps = data.StepsDone < data.StepsAsked
            ? $"{Number(data.StepsDone, 0)} of {Number(data.StepsAsked, 0)} steps"
            : $"{Number(data.StepsDone, 0)} {(data.StepsDone == 1 ? "step" : "steps")}";
        string note = data.Note is null ? "" : $" {Escape(data.Note)}";
        html.WriteLine($"<p class=\"lead\">A language model trained from nothing, {steps}.{note}</p>");
    }

    private static void Tiles(TextWriter html, ReportData data)
    {
        double last = data.Evaluations.Count > 0 ? data.Evaluations[^1].Loss : double.NaN;
        double best = data.Evaluations.Select(e => e.Loss).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
        (string name, string meaning) = best < data.ValidationLoss
            ? ("Validation loss", $"nats per token, of the weights kept; the best was {Short(best, 3)}")
            : ("Best validation loss", last > data.ValidationLoss + MuchWorse ? $"nats per token; the last was {Short(last, 3)}" : "nats per token, lower is better");
        double bits = data.ValidationLoss * data.TokensPerCharacter / Math.Log(2);
        html.WriteLine("<div class=\"tiles\">");
        Tile(name, Short(data.ValidationLoss, 3), meaning);
        Tile("Perplexity", Short(Math.Exp(data.ValidationLoss), 2), $"equally likely choices per token; guessing: {Number(data.Vocabulary, 0)}");
        Tile("Bits per character", Short(bits, 3), "what storing the text would cost");
        Tile("Parameters", Number(data.Parameters, 0), "numbers learned");
        Tile("Speed", Number(data.TokensPerSecond, 0), "tokens per second");
        Tile("Time", Duration(data.Seconds), "spent on training steps");
        html.WriteLine("</div>");

        void Tile(string name, string value, string meaning) =>
            html.WriteLine($"<div><span>{name}</span><b>{value}</b><small>{meaning}</small></div>");
    }

    private static void Curves(TextWriter html, ReportData data)
    {
        if (data.Steps.Count + data.Evaluations.Count == 0)
        {
            html.WriteLine("<p>No step was logged.</p>");
            return;
        }
        int last = Math.Max(data.Steps.Count > 0 ? data.Steps[^1].Step : 0, data.Evaluations.Count > 0 ? data.Evaluations[^1].Step : 0);
        Loss(html, data, last);
        if (data.Steps.Count == 0)
        {
            return;
        }
        html.WriteLine("<div class=\"pair\">");
        List<Point> rates = [.. data.Steps.Select(s => new Point(s.Step, s.LearningRate))];
        var rate = new Chart("rate", "Learning rate by step", "step", "learning rate", 480, 260, Steps(last, 4), new LinearAxis(0, Greatest(0, rates), 4));
        rate.Line("train", rates);
        Figure(html, rate, "Learning rate");

        List<Point> norms = [.. data.Steps.Select(s => new Point(s.Step, s.GradientNorm))];
        List<Point> calm = Curve.Smooth(norms);
        double clip = data.Clip is > 0 and < 1e6 ? data.Clip.Value : 0;
        var norm = new Chart("norm", "Norm of the gradient by step", "step", "gradient norm", 480, 260, Steps(last, 4), new LinearAxis(0, 1.3 * Greatest(clip, calm), 4));
        norm.Line("raw", norms);
        norm.Line("train", calm);
        if (clip > 0)
        {
            norm.Level(clip, string.Create(CultureInfo.InvariantCulture, $"clipped to {clip:0.###}"));
        }
        Figure(html, norm, "Norm of the gradient before clipping, each step and smoothed");
        html.WriteLine("</div>");
    }

    private static void Loss(TextWriter html, ReportData data, int last)
    {
        double uniform = Math.Log(Math.Max(1, data.Vocabulary));
        List<Point> raw = [.. data.Steps.Select(s => new Point(s.Step, s.Loss))];
        List<Point> train = Curve.Smooth(raw);
        List<Point> valid = [.. data.Evaluations.Select(e => new Point(e.Step, e.Loss))];
        // Single noisy batches do not stretch the axis downwards or upwards; a run that diverged does.
        double least = Math.Min(Least(uniform, train), Least(uniform, valid));
        double greatest = Math.Max(Greatest(uniform, train), Greatest(uniform, valid));
        var chart = new Chart("loss", "Training and validation loss by step", "step", "loss (nats per token)", 960, 420, Steps(last, 8), new LinearAxis(least, greatest, 6));
        chart.Line("raw", raw);
        chart.Level(uniform, string.Create(CultureInfo.InvariantCulture, $"guessing uniformly: ln {data.Vocabulary} = {uniform:0.000}"));
        chart.Line("train", train);
        chart.Line("valid", valid);
        if (valid.Count <= MostDots)
        {
            chart.Dots("dot", valid);
        }
        if (valid.Any(p => p.IsDrawable))
        {
            Point best = valid.Where(p => p.IsDrawable).MinBy(p => p.Y);
            chart.Ring(best, string.Create(CultureInfo.InvariantCulture, $"best {best.Y:0.000} at step {best.X:N0}"));
        }
        Figure(html, chart, Key("", "training, smoothed") + Key("raw", "each batch") + Key("valid", "validation, whole split") + Key("dash", "uniform guessing"));

        // A line and what it means stay together when the legend breaks.
        static string Key(string style, string meaning) => $"<span><i class=\"key {style}\"></i>{meaning}</span> ";
    }

    private static void Figure(TextWriter html, Chart chart, string caption)
    {
        // On a narrow screen the chart keeps a size that can be read and scrolls in its box.
        html.WriteLine($"<figure><figcaption>{caption}</figcaption>\n<div class=\"plot\">");
        chart.Write(html);
        html.WriteLine("</div></figure>");
    }

    private static void Evaluations(TextWriter html, ReportData data)
    {
        if (data.Evaluations.Count == 0)
        {
            return;
        }
        html.WriteLine("<details><summary>Validation losses as a table</summary>\n<table>");
        html.WriteLine("<tr><th>step</th><th>validation loss</th><th>perplexity</th></tr>");
        foreach (ReportEval e in Spread(data.Evaluations, MostRows))
        {
            html.WriteLine($"<tr><td>{Number(e.Step, 0)}</td><td>{Short(e.Loss, 4)}</td><td>{Short(Math.Exp(e.Loss), 2)}</td></tr>");
        }
        html.WriteLine("</table></details>");
    }

    private static void Samples(TextWriter html, ReportData data)
    {
        if (data.Samples.Count == 0)
        {
            return;
        }
        html.WriteLine("<h2>What it wrote</h2>");
        if (data.Samples.Count > MostSamples)
        {
            html.WriteLine($"<p class=\"lead\">{MostSamples} of {Number(data.Samples.Count, 0)} samples, evenly spread.</p>");
        }
        foreach (ReportSample sample in Spread(data.Samples, MostSamples))
        {
            int seen = data.Evaluations.Count(e => e.Step <= sample.Step);
            string loss = seen > 0 ? $" <span>· validation loss {Short(data.Evaluations[seen - 1].Loss, 3)}</span>" : "";
            // The line break after <pre> is HTML's own: without it, a sample's first empty line would vanish.
            html.WriteLine($"<h3>Step {Number(sample.Step, 0)}{loss}</h3>\n<pre>\n{Escape(sample.Text, LongestSample)}</pre>");
        }
    }

    private static void Table(TextWriter html, string title, IReadOnlyList<ReportRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }
        html.WriteLine($"<section><h2>{title}</h2>\n<table>");
        foreach (ReportRow row in rows.Take(MostRows))
        {
            html.WriteLine($"<tr><th>{Escape(row.Name)}</th><td>{Escape(row.Value)}</td></tr>");
        }
        html.WriteLine("</table></section>");
    }

    private static void Next(TextWriter html, ReportData data)
    {
        if (data.Next.Count == 0)
        {
            return;
        }
        html.WriteLine("<h2>How to go on</h2>");
        foreach (ReportRow row in data.Next.Take(MostRows))
        {
            html.WriteLine($"<h3>{Escape(row.Name)}</h3>\n<pre>\n{Escape(row.Value)}</pre>");
        }
    }

    private static LinearAxis Steps(int last, int ticks) => new(0, Math.Max(1, last), ticks, whole: true);

    private static double Least(double least, IEnumerable<Point> points) =>
        points.Where(p => p.IsDrawable).Select(p => p.Y).Append(least).Min();

    private static double Greatest(double greatest, IEnumerable<Point> points) =>
        points.Where(p => p.IsDrawable).Select(p => p.Y).Append(greatest).Max();

    /// <summary>At most <paramref name="most"/> of the items, evenly spread, always with the first and the last.</summary>
    private static IEnumerable<T> Spread<T>(IReadOnlyList<T> items, int most) =>
        items.Count <= most ? items : Enumerable.Range(0, most).Select(i => items[(int)((long)i * (items.Count - 1) / (most - 1))]);
}
