using Longhand.Models;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A sequence of letters is read, then written backwards, by an encoder and a decoder with attention, without, and without but with wider
/// and wider states: what attention buys, and what it would cost to buy the same with memory.
/// </summary>
public sealed class ReverseSequence : Lab
{
    private const int Shortest = 4;

    private static readonly WholeKnob s_letters = new("letters", "How many different letters there are.", Default: 16, Least: 2, Greatest: 26);

    private static readonly WholeKnob s_longest = new(
        "longest", "The most letters of a sequence; the fewest are 4.", Default: 12, Least: Shortest, Greatest: 40);

    private static readonly WholeKnob s_width = new("width", "Units of encoder and decoder with attention.", Default: 32, Least: 4, Greatest: 128);

    private static readonly WholeKnob s_steps = new("steps", "Steps of training for each model.", Default: 1500, Least: 10, Greatest: 100_000);

    private static readonly NumberKnob s_rate = new("rate", "The learning rate at the start.", Default: 0.01, Least: 0, Greatest: 1, OpenBelow: true);

    private static readonly NumberKnob s_teacher = new(
        "teacher-forcing", "How often the decoder is shown the true letter before each one, rather than its own.", Default: 1, Least: 0, Greatest: 1);

    private static readonly ChoiceKnob s_cell = new("cell", "The memory of encoder and decoder.", "gru", "lstm", "rnn");

    private static readonly ChoiceKnob s_attention = new(
        "attention", "How the decoder scores what it looks at.", "additive", "dot", "general", "concat");

    public override string Name => "seq2seq-reverse";

    public override string Summary => "writing sequences backwards: attention against wider and wider memories";

    public override string Question => "Could a larger memory do what attention does?";

    public override string About =>
        "A recurrent network reads a sequence of letters, a second one writes it backwards: once with attention, once without and with as many "
        + "parameters, and without but with two and three times "
        + "as many units. An eighth of all possible sequences is held out and decides.";

    public override IReadOnlyList<Knob> Knobs => [s_letters, s_longest, s_width, s_steps, s_rate, s_teacher, s_cell, s_attention];

    public override LabResult Run(LabContext context)
    {
        var task = new LetterTask(context[s_letters], Shortest, context[s_longest], reverses: true);
        var plan = new TranslatorPlan(context[s_steps], Batch: 64, context[s_rate], context[s_teacher]);
        int width = context[s_width];
        EncoderDecoderConfig shape = new() { Width = width, Cell = AttentionCopy.CellOf(context[s_cell]), Alignment = Kind(context[s_attention]) };
        EncoderDecoderConfig plain = TranslatorRun.AsLargeWithout(task, shape);
        (string Name, EncoderDecoderConfig Config)[] contenders =
        [
            ("attention", shape), ("plain", plain),
            ("plain, 2 times as wide", plain with { Width = 2 * width }), ("plain, 3 times as wide", plain with { Width = 3 * width }),
        ];
        // Time goes about with the width.
        double[] work = [2.0 * width, plain.Width, 2 * width, 3 * width];
        var runs = new TranslatorRun[contenders.Length];
        for (int i = 0; i < runs.Length; i++)
        {
            int place = i;      // also how many times as wide a plain one is; wider ones do better with smaller steps
            double before = work[..i].Sum() / work.Sum(), share = work[i] / work.Sum();
            runs[i] = TranslatorRun.Train(
                contenders[i].Name, task, contenders[i].Config, plan with { Rate = plan.Rate / Math.Sqrt(Math.Max(1, i)) }, context.Rng,
                (done, loss) => context.Report(before + (share * done), $"training {contenders[place].Name}", ("loss", loss)));
        }
        return new LabResult
        {
            Conclusion = Conclude(runs, task, plan),
            Numbers =
            [
                .. new[] { "attention", "plain", "plain_2", "plain_3" }.Zip(runs).SelectMany(r => ((string, double)[])
                [
                    ($"exact_{r.First}", r.Second.Exact), ($"parameters_{r.First}", r.Second.Parameters), ($"exact_{r.First}_longest", r.Second.AtLength(task.Longest)),
                ]),
                ("plain_first_letter", runs[1].ByPlace[0].Y), ("plain_last_letter", runs[1].ByPlace[^1].Y),
            ],
            Headlines =
            [
                new("Attention", Percent(runs[0].Exact), $"written without a mistake, {Number(runs[0].Parameters, 0)} parameters"),
                new("Plain", Percent(runs[1].Exact), $"with {Number(runs[1].Parameters, 0)} parameters"),
                new("Plain, 3 times as wide", Percent(runs[3].Exact), $"with {Number(runs[3].Parameters, 0)} parameters"),
            ],
            Sections = [Learning(runs, plan), Lengths(runs, task), Places(runs, task), Looks(runs[0], task, context.Rng), Table(runs, task)],
        };
    }

    private static AlignmentKind Kind(string word) => word switch
    {
        "dot" => AlignmentKind.Dot,
        "general" => AlignmentKind.General,
        "concat" => AlignmentKind.Concat,
        _ => AlignmentKind.Additive,
    };

    private static string Conclude(TranslatorRun[] runs, LetterTask task, TranslatorPlan plan)
    {
        (TranslatorRun looking, TranslatorRun plain, TranslatorRun widest) = (runs[0], runs[1], runs[^1]);
        string first = $"After {Number(plan.Steps, 0)} steps the model with attention writes {Percent(looking.Exact)} of the held-out "
            + "sequences backwards without a mistake, "
            + $"the plain one of the same size {Percent(plain.Exact)}.";
        if (Math.Max(looking.Exact, widest.Exact) < 0.1)
            return $"{first} With these settings none has learned enough to say more: with 3 times the units it is {Percent(widest.Exact)}.";
        double times = (double)widest.Parameters / looking.Parameters;
        string second = widest.Exact < looking.Exact - 0.02
            ? $"Memory is a poor substitute: with 3 times the units, {Number(times, 1)} times the parameters, it is {Percent(widest.Exact)}, "
                + $"and {Percent(widest.AtLength(task.Longest), 0)} of the sequences of {task.Longest} letters."
            : $"A larger memory can do it too, at a price: with 3 times the units, {Number(times, 1)} times the parameters, it is "
                + $"{Percent(widest.Exact)}.";
        double head = plain.ByPlace[0].Y, tail = plain.ByPlace.Min(p => p.Y), where = plain.ByPlace.MinBy(p => p.Y).X;
        string third = tail < head - 0.1
            ? $"Of sequences of {task.Longest} letters the plain one gets the first letter it writes, the last it read, right "
                + $"{Percent(head, 0)} of the time, and the one at place {Number(where, 0)} {Percent(tail, 0)}: what was read long before fades."
            : "";
        return $"{first} {second} {third}".TrimEnd();
    }

    private static Section Learning(TranslatorRun[] runs, TranslatorPlan plan) => new(
        "How they learn it",
        new Figure(
            new LineChart
            {
                About = "Share of held-out sequences written backwards without a mistake by step, with attention and without.",
                XTitle = "step",
                YTitle = "without a mistake",
                YRange = (0, 1),
                Series = [.. runs.Select((r, i) => r.ExactSeries(i))],
            },
            $"A sequence counts only if every letter and the end are right. {plan.Batch} new sequences in each step; what is measured is never "
                + "among them."));

    private static Section Lengths(TranslatorRun[] runs, LetterTask task) => new(
        "How long a sequence may be",
        AttentionCopy.LengthFigure(runs, task, "reversed", "A state of fixed size holds so much and no more: a wider one moves the cliff to "
            + "the right. To the right of the dashed line no model has ever been."));

    private static Section Places(TranslatorRun[] runs, LetterTask task) => new(
        "What is forgotten first",
        new Prose("Backwards is the easy direction for a plain encoder and decoder: the first letter to be written is the last that was read, "
            + "and still fresh. "
            + "(Sutskever, Vinyals and Le, 2014, fed their sources in backwards for a like reason.) Each further letter was read longer ago."),
        new Figure(
            new LineChart
            {
                About = $"Share of right letters by place in the answer, for sequences of {task.Longest} letters.",
                XTitle = "place in the answer: 1 was read last",
                YTitle = "right letters",
                YRange = (0, 1),
                Levels = [new(1.0 / (task.Vocabulary - 2), "guessing")],
                Series = [.. runs.Select((r, i) => new Series(r.Name, r.ByPlace) { Colour = i, Look = SeriesLook.LineAndMarks })],
            },
            $"Held-out sequences of {task.Longest} letters; each model goes on from what it wrote itself."));

    private static Section Looks(TranslatorRun looking, LetterTask task, Rng rng) => new(
        "Where it looks",
        new Figure(
            new Slider
            {
                About = "The weights of the attention, step by step of training",
                Frames = [.. looking.Looks.Select(look => (look.Label, (Picture)looking.Map(task, look, rng)))],
            },
            "One held-out sequence in the course of training: columns are the letters read, rows the tokens written, numbers the weights, "
            + "which add up to 1 in each row. "
            + "The line from the upper right to the lower left is the order backwards, found by the loss alone. It may run one column to the right "
            + "of the letter written: what is kept of each step of reading knows the letter before it, too."));

    private static Section Table(TranslatorRun[] runs, LetterTask task) => new(
        "The numbers",
        new Table(
            ["model", "units", "parameters", "without a mistake", $"of {task.Longest} letters"],
            [.. runs.Select(r => (string[])[r.Name, Number(r.Width, 0), Number(r.Parameters, 0), Percent(r.Exact), Percent(r.AtLength(task.Longest))])],
            $"Without a mistake: of {TranslatorRun.Tested} held-out sequences of all lengths of training, and of {TranslatorRun.TestedEach} others of {task.Longest} letters. The wider ones learn at the rate divided by √2 and √3, which "
                + "suits them better."));
}
