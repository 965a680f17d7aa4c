using Longhand.Backends;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A sequence of letters is read, then written again. An encoder and a decoder do it with each of the four alignments that came before transformers
/// (Bahdanau, Cho and Bengio, 2015; Luong, Pham and Manning, 2015), and without any, when all of the sequence has to pass through the
/// encoder's last state (Sutskever, Vinyals and Le, 2014); the plain one is made wider until it learns as many numbers.
/// </summary>
public sealed class AttentionCopy : Lab
{
    private const int Shortest = 4;

    private static readonly (string Name, AlignmentKind Kind)[] s_kinds =
        [("additive", AlignmentKind.Additive), ("dot", AlignmentKind.Dot), ("general", AlignmentKind.General), ("concat", AlignmentKind.Concat)];

    private static readonly WholeKnob s_letters = new("letters", "How many different letters there are.", Default: 16, Least: 2, Greatest: 26);

    private static readonly WholeKnob s_longest = new(
        "longest", "The most letters of a sequence; the fewest are 4.", Default: 12, Least: Shortest, Greatest: 40);

    private static readonly WholeKnob s_width = new("width", "Units of encoder and decoder with attention.", Default: 32, Least: 4, Greatest: 256);

    private static readonly WholeKnob s_steps = new("steps", "Steps of training for each model.", Default: 1500, Least: 10, Greatest: 100_000);

    private static readonly NumberKnob s_rate = new("rate", "The learning rate at the start.", Default: 0.01, Least: 0, Greatest: 1, OpenBelow: true);

    private static readonly ChoiceKnob s_cell = new("cell", "The memory of encoder and decoder.", "gru", "lstm", "rnn");

    public override string Name => "attention-copy";

    public override string Summary => "copying sequences with four kinds of attention, and with none";

    public override string Question => "What does attention add to an encoder and a decoder?";

    public override string About =>
        "A recurrent network reads a sequence of letters, a second one writes it again, letter by letter, and may look back through one of "
        + "four kinds of attention, or through none. "
        + "All learn from the same kind of sequences; an eighth of all possible ones is held out and decides.";

    public override IReadOnlyList<Knob> Knobs => [s_letters, s_longest, s_width, s_steps, s_rate, s_cell];

    public override LabResult Run(LabContext context)
    {
        var task = new LetterTask(context[s_letters], Shortest, context[s_longest], reverses: false);
        var plan = new TranslatorPlan(context[s_steps], Batch: 64, context[s_rate]);
        var shape = new EncoderDecoderConfig { Width = context[s_width], Cell = CellOf(context[s_cell]), Alignment = AlignmentKind.Additive };
        (string Name, EncoderDecoderConfig Config)[] contenders =
            [.. s_kinds.Select(k => (k.Name, shape with { Alignment = k.Kind })), ("none", TranslatorRun.AsLargeWithout(task, shape))];
        var runs = new TranslatorRun[contenders.Length];
        for (int i = 0; i < runs.Length; i++)
        {
            int place = i;
            runs[i] = TranslatorRun.Train(
                contenders[i].Name, task, contenders[i].Config, plan, context.Rng,
                (done, loss) => context.Report((place + done) / runs.Length, $"training with {contenders[place].Name}", ("loss", loss)));
        }
        TranslatorRun[] looking = runs[..^1];
        TranslatorRun plain = runs[^1];
        return new LabResult
        {
            Conclusion = Conclude(looking, plain, task, plan),
            Numbers =
            [
                .. runs.Select(r => ($"exact_{r.Name}", r.Exact)), .. runs.Select(r => ($"parameters_{r.Name}", (double)r.Parameters)),
                .. runs.Select(r => ($"exact_{r.Name}_longest", r.AtLength(task.Longest))), .. runs.Select(r => ($"exact_{r.Name}_beyond", r.ByLength[^1].Y)),
            ],
            Headlines =
            [
                new("With attention", Percent(looking.Max(r => r.Exact)), $"copied without a mistake: {looking.MaxBy(r => r.Exact)!.Name}, the "
                    + "best of four"),
                new("Without", Percent(plain.Exact), $"as many parameters: {Number(plain.Parameters, 0)}"),
                new($"Without, {task.Longest} letters", Percent(plain.AtLength(task.Longest)), "of the longest sequences alone"),
            ],
            Sections = [Learning(runs, plan), Lengths(runs, task), Looks(looking, task, context.Rng), Table(runs, task)],
        };
    }

    internal static RecurrentCell CellOf(string word) => word switch
    {
        "lstm" => RecurrentCell.Lstm,
        "rnn" => RecurrentCell.Rnn,
        _ => RecurrentCell.Gru,
    };

    private static string Conclude(TranslatorRun[] looking, TranslatorRun plain, LetterTask task, TranslatorPlan plan)
    {
        TranslatorRun best = looking.MaxBy(r => r.Exact)!, worst = looking.MinBy(r => r.Exact)!;
        string first = $"After {Number(plan.Steps, 0)} steps the four kinds of attention copy {Percent(worst.Exact)} ({worst.Name}) to "
            + $"{Percent(best.Exact)} ({best.Name}) "
            + $"of the held-out sequences without a mistake; without attention, with as many parameters, it is {Percent(plain.Exact)}.";
        if (Math.Max(best.Exact, plain.Exact) < 0.1)
            return $"{first} With these settings none has learned enough to say more.";
        string second = plain.Exact < worst.Exact - 0.02
            ? $"What fails is length: the plain one copies {Percent(plain.AtLength(Shortest))} of the sequences of {Shortest} letters and "
                + $"{Percent(plain.AtLength(task.Longest))} of those of {task.Longest}, "
                + $"for all of a sequence must pass through {plain.Width} numbers; attention leaves it where it was read."
            : "With these settings attention is no great help: the state is large enough for what has to pass through it, or the training too "
                + "short for either.";
        // No verdict: nothing in training asks for such lengths, and the best of four was at 40% with one seed and at 71% with another.
        string third = $"At {task.Longest + 4} letters, 4 more than any in training, the best copies {Percent(looking.Max(r => r.ByLength[^1].Y))} here; "
            + "that is one training of each kind, and another seed gives another number.";
        return $"{first} {second} {third}";
    }

    private static Section Learning(TranslatorRun[] runs, TranslatorPlan plan) => new(
        "How they learn it",
        new Figure(
            new LineChart
            {
                About = "Share of held-out sequences copied without a mistake by step, with four kinds of attention and without.",
                XTitle = "step",
                YTitle = "copied without a mistake",
                YRange = (0, 1),
                Series = [.. runs.Select((r, i) => r.ExactSeries(i))],
            },
            $"A sequence counts only if every letter and the end are right. {plan.Batch} new sequences in each step; what is measured is never "
                + "among them."));

    internal static Figure LengthFigure(TranslatorRun[] runs, LetterTask task, string verb, string caption) => new(
        new LineChart
        {
            About = $"Share of held-out sequences {verb} without a mistake, by their length.",
            XTitle = "letters in the sequence",
            YTitle = $"{verb} without a mistake",
            YRange = (0, 1),
            Series = [.. runs.Select((r, i) => r.LengthSeries(i))],
            Uprights = [new(task.Longest, "longest in training")],
        },
        caption);

    private static Section Lengths(TranslatorRun[] runs, LetterTask task) => new(
        "Where it ends",
        new Prose("Without attention the decoder knows the sequence only through the encoder's last state, a fixed number of numbers, however "
            + "much there was to read. "
            + "With attention every letter stays where it was read, and the state has to hold little more than a place."),
        LengthFigure(runs, task, "copied", "To the right of the dashed line no model has ever been. Nothing in training asks for such lengths, so "
            + "how far a curve carries on there is left to chance: with another seed it may be another curve."));

    private static Section Looks(TranslatorRun[] looking, LetterTask task, Rng rng)
    {
        TranslatorRun shown = looking.MaxBy(r => r.Exact)!;
        return new Section(
            "Where it looks",
            new Figure(
                new Slider
                {
                    About = $"The weights of {shown.Name} attention, step by step of training",
                    Frames = [.. shown.Looks.Select(look => (look.Label, (Picture)shown.Map(task, look, rng)))],
                },
                $"One held-out sequence and {shown.Name} attention, in the course of training: columns are the letters read, rows the tokens "
                + "written, numbers the weights, which add up to 1 in each row. "
                + "Nobody told it to go along the diagonal."));
    }

    private static Section Table(TranslatorRun[] runs, LetterTask task) => new(
        "The numbers",
        new Table(
            ["attention", "score of a state s and a memory h", "units", "parameters", "copied", $"of {task.Longest} letters", $"of {task.Longest + 4}"],
            [
                .. runs.Zip(["v·tanh(s·W + h·U)", "s·h", "s·W·h", "v·tanh([s, h]·W)", "–"], (r, score) => (string[])
                [
                    r.Name, score, Number(r.Width, 0), Number(r.Parameters, 0), Percent(r.Exact), Percent(r.AtLength(task.Longest)), Percent(r.ByLength[^1].Y),
                ]),
            ],
            $"Copied: without a mistake, of {TranslatorRun.Tested} held-out sequences of all lengths of training; of {task.Longest} and {task.Longest + 4} letters: of "
                + $"{TranslatorRun.TestedEach} others of that length. One training of each. Additive and concat are one formula written in two "
                + "ways; they start from other weights.")
        {
            TextColumns = [1],
        });
}
