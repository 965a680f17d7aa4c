using Longhand.Generation;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Pictures;
using Longhand.Tensors;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The smallest language model twice: a table of what follows each character, once by counting pairs, once by gradient descent on a table of
/// logits. The loss has one lowest place, and counting knows it, so the two must meet; the lab measures how closely, and how fast.
/// </summary>
public sealed class Bigram : Lab
{
    private const int Drawn = 40, Written = 400;
    private const double Agreed = 1e-3, DescentRate = 2;

    private static readonly double[] s_smoothings = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000];

    private static readonly NumberKnob s_smoothing = new(
        "smoothing", "Added to every count, so that no pair is impossible; 0 takes the counts as they are.", Default: 1, Least: 0, Greatest: 1000);

    private static readonly WholeKnob s_steps = new("steps", "Steps of each descent, each over all pairs of the text.", Default: 2000, Least: 1, Greatest: 100_000);

    private static readonly NumberKnob s_rate = new(
        "rate", "Adam's learning rate at the first step; half a cosine takes it to 0.", Default: 0.1, Least: 0, Greatest: 10, OpenBelow: true);

    public override string Name => "bigram";

    public override string Summary => "the next character from the last one: counting and gradient descent meet";

    public override string Question => "Does gradient descent find what counting knows?";

    public override string About =>
        "A table says for each character what comes next. Counting pairs of neighbours fills it at once. A table of logits, all 0 at first, is then trained "
        + "towards the same text, by plain gradient descent and by Adam, on all pairs in every step.";

    public override IReadOnlyList<Knob> Knobs => [CharText.Knob, s_smoothing, s_steps, s_rate];

    public override LabResult Run(LabContext context)
    {
        context.Report(0, "counting pairs");
        CharText text = CharText.Load(context[CharText.Knob]);
        double smoothing = context[s_smoothing];
        PairCounts train = new(text.Data.Train.Span, text.Vocabulary), judge = new(text.Data.Validation.Span, text.Vocabulary);
        double[] counted = train.Shares(smoothing);
        BigramModel table = BigramModel.FromCounts(text.Data.Train.Span, text.Vocabulary, smoothing);
        Descent adam = Descend(context, text, counted, "Adam", 0), plain = Descend(context, text, counted, "gradient descent", 1);

        var found = new Findings(
            text, smoothing, train, judge, counted, table, adam, plain, text.ValidationLoss(table, stop: context.Cancel), text.ValidationLoss(adam.Model, stop: context.Cancel),
            Write(table, text, context.Seed), Write(adam.Model, text, context.Seed), Sweep(train, judge));
        context.Report(1, "done");
        return new LabResult
        {
            Conclusion = Conclude(found, context[s_steps]),
            Numbers =
            [
                ("difference", adam.Differences[^1].Y), ("difference_plain", plain.Differences[^1].Y), ("agreed_after", adam.Agreed ?? double.NaN),
                ("agreed_after_plain", plain.Agreed ?? double.NaN), ("counted_loss", found.CountedLoss), ("learned_loss", found.LearnedLoss),
                ("uniform_loss", StableMath.Log(text.Vocabulary)), ("frequency_loss", train.FrequencyLoss(judge)), ("unseen_pairs", train.Unseen),
                ("best_smoothing", found.Best.Smoothing), ("best_smoothing_loss", found.Best.Judge), ("same_characters", CharText.FirstDifference(found.Counted, found.Learned) ?? Written),
            ],
            Headlines =
            [
                new("Largest difference", Digits(adam.Differences[^1].Y, 2), $"between {Number(counted.Length, 0)} probabilities, counted and learned"),
                new("Validation loss, counted", Number(found.CountedLoss, 4), "nats per character"),
                new("Validation loss, learned", Number(found.LearnedLoss, 4), "nats per character"),
            ],
            Sections = [Tables(found), Courses(found), Losses(found), Samples(found)],
        };
    }

    private static Descent Descend(LabContext context, CharText text, double[] target, string how, int place)
    {
        int steps = context[s_steps], V = text.Vocabulary;
        double rate = context[s_rate];
        var model = new BigramModel(new BigramConfig { Vocabulary = V });
        ParameterGroup[] all = ParameterGroup.All(model);
        Optimizer optimizer = place == 0 ? new Adam(all) : new Sgd(all);
        var everyCharacter = new Indices([.. Enumerable.Range(0, V)], (1, V));
        Tensor shares = Tensor.From(target, (1, V, V));
        var differences = new List<Point>();
        var frames = new List<(int, double[])>();
        double next = 1;
        for (int step = 1; step <= steps; step++)
        {
            using (Workspace.Begin())
            {
                model.ClearGradients();
                // Rows share no numbers, so each may have a loss of its own, the mean over what follows its character. Their sum is lowest
                // where the text's loss is, and rare characters learn as fast as common ones. Its gradient is p − n/Σn.
                (-(model.Forward(everyCharacter).LogSoftmax() * shares).Sum()).BackwardOnce();
                optimizer.Step(place == 0 ? rate * (1 + StableMath.Cos(Math.PI * step / steps)) / 2 : DescentRate);
                model.ClearGradients();
            }
            if (step < next && step != steps) continue;
            next = Math.Max(step + 1, step * 1.15);
            double[] learned = Probabilities(model);
            differences.Add(new Point(step, Enumerable.Range(0, learned.Length).Max(k => Math.Abs(learned[k] - target[k]))));
            if (step is 1 || (frames.Count < 3 && step >= 6 * frames[^1].Item1)) frames.Add((step, learned));
            context.Report((place + ((double)step / steps)) / 2, $"{how} on {text.Name}", ("difference", differences[^1].Y));
        }
        int last = differences.FindLastIndex(d => !(d.Y <= Agreed));
        return new Descent(model, differences, frames, last == differences.Count - 1 ? null : differences[last + 1].X);
    }

    private static double[] Probabilities(BigramModel model) => model.AsConstants(() =>
    {
        using (Workspace.Begin()) return model.Table.Value.Softmax().ToDoubles();
    });

    private static (double, double, double)[] Sweep(PairCounts train, PairCounts judge) =>
        Array.ConvertAll(s_smoothings, s => (s, train.Loss(train.Shares(s)), judge.Loss(train.Shares(s))));

    private static string Write(BigramModel model, CharText text, string seed) =>
        new Generator(model, text.Tokenizer).Write("", Written, new SamplingOptions { Temperature = 1, Seed = seed });

    private static string Conclude(Findings f, int steps)
    {
        double difference = f.Adam.Differences[^1].Y, lossGap = Math.Abs(f.CountedLoss - f.LearnedLoss);
        string meet = difference <= Agreed
            ? $"Yes: after {Words.Count(steps, "step")} of Adam no probability in the table differs from the counted one by more than {Digits(difference, 2)}"
            : $"Not yet: after {Words.Count(steps, "step")} of Adam the two tables still differ by up to {Digits(difference, 2)}";
        string loss = !double.IsFinite(f.CountedLoss)
            ? $"; on the last tenth of the text the counted table's loss is infinite, because a pair occurs there that it holds for impossible, and the learned one's is {Number(f.LearnedLoss, 3)}, "
                + "because no finite logit means never."
            : lossGap < 5e-4
                ? $", and on the last tenth of the text both have the loss {Number(f.CountedLoss, 3)}."
                : $", and on the last tenth of the text the losses are {Number(f.CountedLoss, 3)} (counted) and {Number(f.LearnedLoss, 3)} (learned).";
        string plain = f.Plain.Agreed is { } n
            ? f.Adam.Agreed is { } a ? $" Plain gradient descent is within {Plain(Agreed)} after {Number(n, 0)} steps, Adam after {Number(a, 0)}." : $" Plain gradient descent is within {Plain(Agreed)} after {Number(n, 0)} steps."
            : $" Plain gradient descent is {Digits(f.Plain.Differences[^1].Y, 2)} away after as many steps"
                + (f.Plain.Differences[^1].Y > difference ? ": it comes nearer only slowly where a pair is rare." : ".");
        return meet + loss + plain;
    }

    private static Section Tables(Findings f)
    {
        int V = f.Text.Vocabulary;
        double[] rows = f.Train.Rows;
        int[] common = [.. Enumerable.Range(0, V).OrderByDescending(i => rows[i]).Take(Drawn).Order()];
        string[] names = [.. common.Select(f.Text.Shown)];
        HeatMap Map(string which, double[] table) => new()
        {
            About = $"The table of what follows each character, {which}",
            Values = [.. common.SelectMany(i => common.Select(j => table[(i * V) + j]))],
            Columns = common.Length,
            RowNames = names,
            ColumnNames = names,
            Greatest = 0.5,
        };
        string Steps(int n) => $"learned, {Number(n, 0)} {(n == 1 ? "step" : "steps")}";
        return new Section("What follows what", new Figure(
            new Slider
            {
                About = "The table as it is learned, and as it is counted",
                Frames =
                [
                    .. f.Adam.Frames.Select(frame => (Steps(frame.Step), (Picture)Map(Steps(frame.Step), frame.Table))),
                    ("learned, at the end", Map("as Adam has learned it", Probabilities(f.Adam.Model))), ("counted", Map("as it is counted", f.CountedShares)),
                ],
            },
            $"The {common.Length} commonest characters of {V}. Row: the last character; column: the next one; full colour from one half on. ␣ is a space and ↵ a line end. "
            + "The slider goes back to how it was being learned."));
    }

    private static Section Courses(Findings f) => new(
        "How fast they meet",
        new Figure(
            new LineChart
            {
                About = "The largest difference between a learned and a counted probability by step, both axes logarithmic, for Adam and for plain gradient descent.",
                XTitle = "step",
                YTitle = "largest difference of a probability",
                XScale = Scale.Log,
                YScale = Scale.Log,
                Series = [new("Adam", f.Adam.Differences), new("gradient descent", f.Plain.Differences)],
                Levels = [new(Agreed, $"agreed: {Plain(Agreed)}")],
            },
            "The gradient of a logit is the learned probability less the counted one, so a probability that should be almost 0 pulls less the nearer it is: it falls like 1/steps under plain gradient descent. "
            + "Adam divides by the size of past gradients and keeps its pace. With smoothing 0 a pair that never occurs would need the logit −∞."));

    private static Section Losses(Findings f) => new(
        "What it is worth, and what smoothing does",
        new Figure(
            new BarChart
            {
                About = "Validation losses of knowing nothing, of frequencies, and of the two tables",
                Bars =
                [
                    ("all alike", StableMath.Log(f.Text.Vocabulary), Number(StableMath.Log(f.Text.Vocabulary), 3)), ("how common each is", f.Train.FrequencyLoss(f.Judge), Number(f.Train.FrequencyLoss(f.Judge), 3)),
                    ("after the last one, counted", f.CountedLoss, Number(f.CountedLoss, 3)), ("after the last one, learned", f.LearnedLoss, Number(f.LearnedLoss, 3)),
                ],
                Colours = [7, 7, 0, 1],
            },
            $"Loss on the last tenth of {f.Text.Name}, in nats per character: less is better."),
        new Figure(
            new LineChart
            {
                About = "Training and validation loss of the counted table against the smoothing.",
                XTitle = "added to every count",
                YTitle = "loss in nats per character",
                XScale = Scale.Log,
                Height = 340,
                Series =
                [
                    new("learned from", [.. f.Smoothings.Select(s => new Point(s.Smoothing, s.Train))]) { Look = SeriesLook.LineAndMarks },
                    new("last tenth", [.. f.Smoothings.Select(s => new Point(s.Smoothing, s.Judge))]) { Look = SeriesLook.LineAndMarks },
                ],
            },
            $"{Number(f.Train.Unseen, 0)} of {Number(f.CountedShares.Length, 0)} possible pairs never occur in what is counted. "
            + (double.IsFinite(f.Judge.Loss(f.Train.Shares(0))) ? "None of them occurs in the last tenth either, so even no smoothing at all gives a finite loss. " : "Some occur in the last tenth, so without smoothing its loss is infinite. ")
            + $"Of the values tried, {Plain(f.Best.Smoothing)} is best on the last tenth, with {Number(f.Best.Judge, 4)}; "
            + $"so many pairs are counted here that it matters only when it is large ({Number(f.Smoothings[^1].Judge, 3)} with {Plain(f.Smoothings[^1].Smoothing)})."));

    private static Section Samples(Findings f) => new(
        "What they write",
        new Pair(
            new Figure(new Passage { About = "Text drawn from the counted table", Text = f.Counted.Trim('\n') }, "From the counted table."),
            new Figure(new Passage { About = "Text drawn from the learned table", Text = f.Learned.Trim('\n') }, CharText.FirstDifference(f.Counted, f.Learned) is { } place
                ? $"From the learned table, with the same random draws: the same up to character {Number(place, 0)}, where a draw fell between the two."
                : $"From the learned table, with the same random draws: the same {Number(Written, 0)} characters.")),
        new Prose("Neighbours fit each other and nothing else does: a table like this knows nothing further back than one character."));

    private sealed record Descent(BigramModel Model, List<Point> Differences, List<(int Step, double[] Table)> Frames, double? Agreed);

    private sealed record Findings(
        CharText Text, double Smoothing, PairCounts Train, PairCounts Judge, double[] CountedShares, BigramModel Table, Descent Adam, Descent Plain,
        double CountedLoss, double LearnedLoss, string Counted, string Learned, (double Smoothing, double Train, double Judge)[] Smoothings)
    {
        public (double Smoothing, double Train, double Judge) Best => Smoothings.MinBy(s => s.Judge);
    }
}
