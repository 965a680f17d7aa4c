using Longhand.Backends;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The three recurrent cells on one text, with as nearly the same number of parameters as whole widths allow, the same steps and the same
/// batches; each also without shortening its gradients.
/// </summary>
public sealed class RnnVersusLstm : Lab
{
    private const int Written = 300;

    // Less is within what a run differs from another with the same settings and other first weights.
    private const double Even = 0.01;

    private static readonly WholeKnob s_width = new("width", "Units of the LSTM; the others are as wide as makes their parameters as many.", Default: 96, Least: 4, Greatest: 1024);
    private static readonly WholeKnob s_layers = new("layers", "Layers on top of each other.", Default: 1, Least: 1, Greatest: 8);
    private static readonly WholeKnob s_steps = new("steps", "Steps of each training.", Default: 600, Least: 1, Greatest: 100_000);
    private static readonly WholeKnob s_context = new("context", "Characters that are learned through at once.", Default: 64, Least: 2, Greatest: 1024);
    private static readonly WholeKnob s_seeds = new("seeds", "Trainings of each cell, with other first weights and batches.", Default: 2, Least: 1, Greatest: 20);
    private static readonly NumberKnob s_clip = new("clip", "Longer gradients are shortened to this.", Default: 0.5, Least: 0, Greatest: 1000, OpenBelow: true);

    private static readonly (RecurrentCell Cell, NumberKnob Rate)[] s_cells =
    [
        (RecurrentCell.Rnn, Rate("rnn", 0.01)), (RecurrentCell.Lstm, Rate("lstm", 0.025)), (RecurrentCell.Gru, Rate("gru", 0.012)),
    ];

    public override string Name => "rnn-vs-lstm";

    public override string Summary => "RNN, LSTM and GRU with as many parameters on one text, with and without clipping";

    public override string Question => "What do an LSTM's gates buy?";

    public override string About =>
        "A simple recurrent network, an LSTM and a GRU with as nearly the same number of parameters as whole widths allow learn the same text from the same batches, each at its own learning rate and over several seeds. "
        + "Then each does it again without shortening long gradients. The loss is over the whole last tenth of the text.";

    public override IReadOnlyList<Knob> Knobs => [CharText.Knob, s_width, s_layers, s_steps, s_context, s_seeds, s_clip, .. s_cells.Select(c => c.Rate)];

    public override LabResult Run(LabContext context)
    {
        context.Report(0, "reading");
        CharText text = CharText.Load(context[CharText.Knob]);
        int seeds = context[s_seeds], steps = context[s_steps], done = 0, all = s_cells.Length * (seeds + 1);
        RecurrentConfig model = new(RecurrentCell.Lstm) { Width = context[s_width], Layers = context[s_layers], Context = context[s_context], Vocabulary = text.Vocabulary };
        var contenders = new List<Contender>();
        foreach ((RecurrentCell cell, NumberKnob rate) in s_cells)
        {
            RecurrentConfig config = OfSize(cell, model);
            CharTraining[] clipped = [.. Enumerable.Range(0, seeds).Select(seed => Train(config, rate, seed, context[s_clip]))];
            contenders.Add(new Contender(cell.ToString().ToUpperInvariant(), config, clipped, Train(config, rate, 0, clip: 0), clipped[0].Write(Written, context.Seed)));
        }
        context.Report(1, "done");
        Contender rnn = contenders[0], lstm = contenders[1];
        return new LabResult
        {
            Conclusion = Conclude(contenders, text, context[s_clip]),
            Numbers =
            [
                .. contenders.Select(c => ($"{c.Key}_loss", c.Loss)), .. contenders.Select(c => ($"{c.Key}_lowest", c.Losses.Min())), .. contenders.Select(c => ($"{c.Key}_highest", c.Losses.Max())),
                .. contenders.Select(c => ($"{c.Key}_parameters", (double)c.Config.ParameterCount)), .. contenders.Select(c => ($"{c.Key}_width", (double)c.Config.Width)),
                .. contenders.Select(c => ($"{c.Key}_unclipped", c.Unclipped.Loss)), .. contenders.Select(c => ($"{c.Key}_longest_gradient", c.Unclipped.Norms.Max())),
                ("lstm_wins", Enumerable.Range(0, seeds).Count(s => lstm.Losses[s] < rnn.Losses[s])), ("seeds", seeds),
            ],
            Headlines = [.. contenders.Select(c => new Headline(c.Name, Number(c.Loss, 3), $"nats per character; {Number(c.Config.ParameterCount, 0)} parameters, width {c.Config.Width}"))],
            Sections = [Curves(contenders), Numbers(contenders, text), Clipping(contenders, context[s_clip]), Samples(contenders)],
        };

        CharTraining Train(RecurrentConfig config, NumberKnob rate, int seed, double clip)
        {
            // The same draws for every cell and both ways: whatever differs comes from what is compared.
            Rng rng = context.Rng.Fork("seed").Fork(seed);
            var plan = new CharPlan { Steps = steps, Rate = context[rate], Clip = clip, Measurements = 15 };
            var training = new CharTraining(config.Create(rng.Fork("weights")), text, plan, rng);
            string what = FormattableString.Invariant($"{config.Kind} {(clip > 0 ? $"with seed {seed + 1}" : "without clipping")}");
            training.Run(step =>
            {
                if (step % 10 == 0) context.Report((done + ((double)step / steps)) / all, what, ("loss", training.Validation[^1].Y));
            });
            done++;
            return training;
        }
    }

    /// <summary>A model of another cell whose parameters are as nearly as many as a whole width allows.</summary>
    internal static RecurrentConfig OfSize(RecurrentCell cell, RecurrentConfig model)
    {
        RecurrentConfig Wide(int width) => new(cell) { Width = width, Layers = model.Layers, Context = model.Context, Vocabulary = model.Vocabulary };
        int w = 1;
        while (Wide(w + 1).ParameterCount <= model.ParameterCount) w++;
        return model.ParameterCount - Wide(w).ParameterCount <= Wide(w + 1).ParameterCount - model.ParameterCount ? Wide(w) : Wide(w + 1);
    }

    private static NumberKnob Rate(string cell, double usual) => new($"{cell}-rate", $"The {cell.ToUpperInvariant()}'s learning rate at its highest.", usual, Least: 0, Greatest: 1, OpenBelow: true);

    private static string Conclude(List<Contender> contenders, CharText text, double clip)
    {
        Contender rnn = contenders[0], lstm = contenders[1], gru = contenders[2];
        int seeds = lstm.Losses.Length, wins = Enumerable.Range(0, seeds).Count(s => lstm.Losses[s] < rnn.Losses[s]);
        double gap = rnn.Loss - lstm.Loss;
        string size = $"With about {Number(lstm.Config.ParameterCount, 0)} parameters each, on {text.Name}, ";
        string which = $"the LSTM reaches {Number(lstm.Loss, 3)} nats per character, the RNN {Number(rnn.Loss, 3)} and the GRU {Number(gru.Loss, 3)}{(seeds > 1 ? $" (means of {seeds} trainings)" : "")}: ";
        string verdict = Math.Abs(gap) < Even ? "the LSTM's gates make no difference that could be told from chance. "
            : gap > 0 ? $"the LSTM predicts better than the RNN in {(wins == seeds ? seeds == 1 ? "this training" : $"all {seeds}" : $"{wins} of {seeds}")}, although the RNN is {Number(100.0 * rnn.Config.Width / lstm.Config.Width - 100, 0)}% wider"
                + (Math.Abs(gru.Loss - lstm.Loss) < Even ? "; the GRU does as well. " : gru.Loss < lstm.Loss ? "; the GRU does better still. " : ". ")
            : $"the RNN, {Number(100.0 * rnn.Config.Width / lstm.Config.Width - 100, 0)}% wider, predicts better after so few steps. ";
        string[] differ = [.. contenders.Where(c => Math.Abs(c.Unclipped.Loss - c.Losses[0]) >= Even || !double.IsFinite(c.Unclipped.Loss)).Select(c =>
            $"the {c.Name} {(double.IsFinite(c.Unclipped.Loss) ? $"ends at {Number(c.Unclipped.Loss, 3)} in place of {Number(c.Losses[0], 3)}" : "diverges")}")];
        Contender wild = contenders.MaxBy(c => c.Unclipped.Norms.Max())!;
        string without = $"Without shortening gradients to {Plain(clip)}, "
            + (differ.Length > 0 ? $"{string.Join(" and ", differ)}{(differ.Length < contenders.Count ? "; the others hardly change" : "")}. " : "no loss changes by more than the seeds do: AdamW divides by the gradients' size anyway. ")
            + $"The longest gradient met is {Digits(wild.Unclipped.Norms.Max(), 2)}, the {wild.Name}'s.";
        return size + which + verdict + without;
    }

    private static Section Curves(List<Contender> contenders) => new(
        "The loss as they learn",
        new Figure(
            new LineChart
            {
                About = "Validation loss by step for the RNN, the LSTM and the GRU.",
                XTitle = "step",
                YTitle = "loss in nats per character",
                YRange = (Math.Floor(10 * contenders.Min(c => c.Clipped.Min(t => t.Validation.Min(p => p.Y)))) / 10, 3),
                Height = 420,
                Series =
                [
                    .. contenders.SelectMany((c, i) => c.Clipped.Length == 1 ? [] : c.Clipped.Select(t => new Series("", t.Validation) { Colour = i, IsFaint = true })),
                    .. contenders.Select((c, i) => new Series(c.Name, Mean(c.Clipped)) { Colour = i, Look = SeriesLook.LineAndMarks }),
                ],
            },
            "On the first 20,000 characters of the last tenth." + (contenders[0].Clipped.Length > 1 ? " Strong lines are means, pale ones the single trainings." : "")));

    private static Point[] Mean(CharTraining[] runs)
    {
        int points = runs.Min(r => r.Validation.Count);
        return [.. Enumerable.Range(0, points).Select(i => new Point(runs[0].Validation[i].X, runs.Average(r => r.Validation[i].Y)))];
    }

    private static Section Numbers(List<Contender> contenders, CharText text) => new(
        "The numbers",
        new Table(
            ["cell", "width", "parameters", "loss", "lowest", "highest", "bits per character"],
            [
                .. contenders.Select(c => (string[])
                    [c.Name, Number(c.Config.Width, 0), Number(c.Config.ParameterCount, 0), Number(c.Loss, 3), Number(c.Losses.Min(), 3), Number(c.Losses.Max(), 3), Number(c.Loss / StableMath.Log(2), 3)]),
            ],
            $"Over the whole last tenth of {text.Name}, with gradients shortened. An LSTM has four times as many weights per unit as an RNN of the same width, a GRU three times, so at equal parameters they are narrower. Each learns at about the best of a few rates tried for it: the LSTM wants a larger one than the others."));

    private static Section Clipping(List<Contender> contenders, double clip) => new(
        "With and without shortening gradients",
        new Pair(
            new Figure(
                new LineChart
                {
                    About = "Length of each step's gradient without clipping, by cell, logarithmic.",
                    XTitle = "step",
                    YTitle = "length of the gradient",
                    YScale = Scale.Log,
                    Width = 520,
                    Height = 360,
                    Series = [.. contenders.Select((c, i) => new Series(c.Name, Point.Of(c.Unclipped.Norms, from: 1)) { Colour = i })],
                    Levels = [new(clip, "shortened to this")],
                },
                "Gradients as they are, where none is shortened."),
            new Figure(
                new LineChart
                {
                    About = "Validation loss by step with and without clipping, for one seed.",
                    XTitle = "step",
                    YTitle = "loss in nats per character",
                    YRange = (Math.Floor(10 * contenders.Min(c => c.Clipped.Min(t => t.Validation.Min(p => p.Y)))) / 10, 3),
                    Width = 520,
                    Height = 360,
                    Series = [.. contenders.Select((c, i) => new Series(c.Name, c.Clipped[0].Validation) { Colour = i }), .. contenders.Select((c, i) => new Series("", c.Unclipped.Validation) { Colour = i, Look = SeriesLook.Marks })],
                },
                "Lines: with shortening; marks: without, from the same first weights and batches.")),
        new Table(
            ["cell", "loss with", "loss without", "longest gradient", "steps above the limit"],
            [
                .. contenders.Select(c => (string[])
                [
                    c.Name, Number(c.Losses[0], 3), double.IsFinite(c.Unclipped.Loss) ? Number(c.Unclipped.Loss, 3) : "diverged", Digits(c.Unclipped.Norms.Max()),
                    Percent((double)c.Unclipped.Norms.Count(n => n > clip) / c.Unclipped.Norms.Count),
                ]),
            ],
            "The first seed."));

    private static Section Samples(List<Contender> contenders) => new(
        "What they write",
        new Pair([.. contenders.Select(c => new Figure(new Passage { About = $"Text by the {c.Name}", Text = c.Text.Trim('\n') }, $"{c.Name}, {Number(c.Losses[0], 3)} nats per character"))]),
        new Prose("From the beginning of a line, at temperature 0.8 and with the same random draws."));

    private sealed record Contender(string Name, RecurrentConfig Config, CharTraining[] Clipped, CharTraining Unclipped, string Text)
    {
        public string Key => Config.Kind;

        public double[] Losses { get; } = Array.ConvertAll(Clipped, t => t.Loss);

        public double Loss => Losses.Average();
    }
}
