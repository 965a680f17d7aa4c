using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;
using Contender = Longhand.Labs.Experiments.RnnVersusLstmContender;

namespace Longhand.Labs.Experiments;

/// <summary>What the page of <see cref="RnnVersusLstm"/> shows: curves, numbers, gradients with and without clipping, samples.</summary>
internal static class RnnVersusLstmPage
{
    /// <param name="contenders">The cells, after all their trainings were examined.</param>
    /// <param name="text">What they learned.</param>
    /// <param name="clip">What gradients were shortened to.</param>
    /// <param name="usualRates">Whether every learning rate is the one that a run has when none is asked for.</param>
    public static IReadOnlyList<Section> Sections(Contender[] contenders, CharText text, double clip, bool usualRates) =>
        [Curves(contenders), Numbers(contenders, text, usualRates), Clipping(contenders, clip), Samples(contenders)];

    /// <summary>A loss as it is shown.</summary>
    public static string Loss(double loss) => double.IsFinite(loss) ? Number(loss, 3) : "diverged";

    private static Section Curves(Contender[] contenders) => new(
        "The loss as they learn",
        new Figure(
            new LineChart
            {
                About = "Validation loss by step for the RNN, the LSTM and the GRU.",
                XTitle = "step",
                YTitle = "loss in nats per character",
                YRange = Shown(contenders),
                Height = 420,
                Series =
                [
                    .. contenders.SelectMany((c, i) => c.Clipped.Length == 1
                        ? []
                        : c.Clipped.Select(t => new Series("", t.Validation) { Colour = i, IsFaint = true })),
                    .. contenders.Select((c, i) => new Series(c.Name, Mean(c.Clipped)) { Colour = i, Look = SeriesLook.LineAndMarks }),
                ],
            },
            "On the first 20,000 characters of the last tenth."
            + (contenders[0].Clipped.Length > 1 ? " Strong lines are means, pale ones the single trainings." : "")));

    // Where differences show; the first steps, down from a loss of about 4, would press them flat.
    private static (double Low, double High) Shown(Contender[] contenders)
    {
        double low = contenders.Min(c => c.Clipped.Min(t => t.Validation.Min(p => p.Y)));          // finite: each begins with one
        low = Math.Floor(10 * low) / 10;
        return (low, low + 1);
    }

    private static Point[] Mean(CharTraining[] runs)
    {
        int points = runs.Min(r => r.Validation.Count);
        return [.. Enumerable.Range(0, points).Select(i => new Point(runs[0].Validation[i].X, runs.Average(r => r.Validation[i].Y)))];
    }

    // How the defaults of the rates were found; of no other rates is it true.
    internal const string OnRates =
        "The learning rates are the usual ones: for each cell about the best of three or more tried on the built-in fables. They were "
        + "chosen by the loss on the last tenth of the fables, the one that a run on them is measured by, and not on a part kept for "
        + "choosing. The LSTM's is the largest.";

    private static Section Numbers(Contender[] contenders, CharText text, bool usualRates) => new(
        "The numbers",
        new Table(
            [
                "cell", "width", "parameters", "loss", "lowest", "highest", "bits per character",
                $"memory emptied every {Words.Count(contenders[0].Config.Context, "character")}",
            ],
            [
                .. contenders.Select(c => c.Measured).Select(c => (string[])
                [
                    c.Name, Number(c.Width, 0), Number(c.Parameters, 0), Loss(c.Loss), Loss(c.Losses.Min()), Loss(c.Losses.Max()),
                    Number(c.Loss / StableMath.Log(2), 3), Loss(c.Emptied),
                ]),
            ],
            $"Over the whole last tenth of {text.Name}, with gradients shortened. It is read in {CharText.Stretches} stretches side by "
            + "side, each of which begins with an empty memory. The last column is the loss of the same models where every window begins "
            + "with one, which none of them was trained for. An LSTM has four times as many weights per unit as an RNN of the same width, "
            + "a GRU three times, so at equal parameters they are narrower."
            + (usualRates ? " " + OnRates : "")));

    private static Section Clipping(Contender[] contenders, double clip) => new(
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
                    YRange = Shown(contenders),
                    Width = 520,
                    Height = 360,
                    Series =
                    [
                        .. contenders.Select((c, i) => new Series(c.Name, c.Clipped[0].Validation) { Colour = i }),
                        .. contenders.Select((c, i) => new Series("", c.Unclipped.Validation) { Colour = i, Look = SeriesLook.Marks }),
                    ],
                },
                "Lines: with shortening; marks: without, from the same first weights and batches.")),
        new Table(
            ["cell", "loss with", "loss without", "longest gradient", "steps above the limit"],
            [
                .. contenders.Select(c => (string[])
                [
                    c.Name, Loss(c.Clipped[0].Loss), Loss(c.Unclipped.Loss), Digits(c.Unclipped.Norms.Max()),
                    Percent((double)c.Unclipped.Norms.Count(n => n > clip) / c.Unclipped.Norms.Count),
                ]),
            ],
            "The first seed."));

    private static Section Samples(Contender[] contenders) => new(
        "What they write",
        new Pair(
        [
            .. contenders.Select(c => new Figure(
                new Passage { About = $"Text by the {c.Name}", Text = c.Text.Trim('\n') },
                $"{c.Name}, {(double.IsFinite(c.Clipped[0].Loss) ? $"{Number(c.Clipped[0].Loss, 3)} nats per character" : "diverged")}")),
        ]),
        new Prose("From the beginning of a line, at temperature 0.8 and with the same random draws."));
}
