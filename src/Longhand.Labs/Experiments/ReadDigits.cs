using Longhand.Data;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A small network learns to read handwritten digits, several times with other divisions into what it learns from and what is held
/// out, since one division of 1,797 pictures says little: an accuracy measured on 359 of them is uncertain by about 0.7 percent.
/// Beside it stand simpler readers that learn from the same pictures.
/// </summary>
public sealed class ReadDigits : Lab
{
    private const double HeldOut = 0.2;
    private const int ShownMistakes = 24;

    private const string BuiltIn = "built-in";

    private static readonly ChoiceKnob s_data = new(
        "data", "The pictures: built-in, or mnist, 70,000 of 28×28 pixels, downloaded once (11 MB); try that with --runs 1 --epochs 10.", BuiltIn, Mnist.Name);

    private static readonly WholeKnob s_hidden = new("hidden", "Units of the hidden layer.", Default: 256, Least: 1, Greatest: 2048);
    private static readonly WholeKnob s_epochs = new("epochs", "How often each picture is learned from.", Default: 60, Least: 1, Greatest: 1000);
    private static readonly WholeKnob s_batch = new("batch", "Pictures in a step.", Default: 32, Least: 1, Greatest: 1437);
    private static readonly NumberKnob s_rate = new("rate", "Learning rate at the first step; half a cosine takes it to 0.", Default: 5e-3, Least: 0, Greatest: 1, OpenBelow: true);
    private static readonly NumberKnob s_dropout = new("dropout", "Share of hidden units dropped in each step.", Default: 0.4, Least: 0, Greatest: 0.9);
    private static readonly NumberKnob s_decay = new("decay", "How strongly weights shrink towards 0.", Default: 0.01, Least: 0, Greatest: 10);
    private static readonly WholeKnob s_runs = new("runs", "Trainings, each with its own division and its own first weights.", Default: 5, Least: 1, Greatest: 50);

    public override string Name => "digits";

    public override string Summary => "a small network reads handwritten digits: how well, which not, and its weights";

    public override string Question => "How well does a small network read handwritten digits?";

    public override string About =>
        "1,797 digits written by 13 people, pictures of 8×8 pixels (Alpaydin and Kaynak, CC BY 4.0). A fifth, drawn at random, is held out; a network with one hidden layer "
        + "learns from the rest. All of it is done several times, each time with another fifth and other first weights. "
        + "With `--data mnist` they are the 70,000 of 28×28 pixels that everybody knows (LeCun, Cortes and Burges, 1998), of which 10,000 are always held out.";

    public override IReadOnlyList<Knob> Knobs => [s_data, s_hidden, s_epochs, s_batch, s_rate, s_dropout, s_decay, s_runs];

    public override LabResult Run(LabContext context)
    {
        (LabelledPoints Train, LabelledPoints Test)? fixedParts = context[s_data] == BuiltIn ? null : Downloaded(context);
        LabelledPoints digits = fixedParts is null ? Data.Digits.Load() : fixedParts.Value.Train;
        DigitTraining[] runs = new DigitTraining[context[s_runs]];
        for (int r = 0; r < runs.Length; r++) runs[r] = Train(context, digits, fixedParts?.Test, r);
        double[] accuracies = [.. runs.Select(run => run.Accuracy[^1])];
        double mean = accuracies.Average(), deviation = Math.Sqrt(accuracies.Sum(a => (a - mean) * (a - mean)) / Math.Max(1, accuracies.Length - 1));
        int[,] confusion = Confusion(runs);
        double plain = runs.Average(run => run.Plain), centre = runs.Average(run => run.Centre), neighbour = runs.Average(run => run.Neighbour);
        context.Report(1, "done");
        return new LabResult
        {
            Conclusion = Conclude(context, runs, mean, deviation, confusion, plain, neighbour),
            Numbers =
            [
                ("accuracy", mean), ("accuracy_deviation", deviation), ("accuracy_lowest", accuracies.Min()), ("accuracy_highest", accuracies.Max()),
                ("train_accuracy", runs.Average(run => run.TrainAccuracy[^1])), ("loss", runs.Average(run => run.Loss[^1])), ("parameters", runs[0].Model.Parameters),
                ("without_hidden_layer", plain), ("nearest_mean", centre),
                .. double.IsNaN(neighbour) ? Array.Empty<(string, double)>() : [("nearest_neighbour", neighbour)],
                .. accuracies.Select((a, r) => ($"accuracy_{r}", a)),
            ],
            Headlines =
            [
                new("Read right", Percent(mean), $"of the held-out digits, mean of {runs.Length} {(runs.Length == 1 ? "training" : "trainings")}"),
                new("From training to training", runs.Length > 1 ? $"± {Percent(deviation)}" : "–", $"{Percent(accuracies.Min())} to {Percent(accuracies.Max())}"),
                new("Without the hidden layer", Percent(plain), "softmax regression on the pixels"),
            ],
            Sections =
            [
                Mistakes(runs), Curves(runs), Matrix(confusion, runs), Weights(runs[0]), Others(context, runs, mean, plain, centre, neighbour),
            ],
        };
    }

    // A lab waits for what it works on; Ctrl-C ends the download, which goes on where it was the next time.
    private static (LabelledPoints Train, LabelledPoints Test) Downloaded(LabContext context)
    {
        using var downloader = new Downloader();
        return Mnist.LoadAsync(downloader, p => context.Report(0, $"downloading {p.File.Name}", ("MB", p.Received / 1e6)), context.Cancel).GetAwaiter().GetResult();
    }

    private static DigitTraining Train(LabContext context, LabelledPoints digits, LabelledPoints? heldOut, int r)
    {
        Rng rng = context.Rng.Fork("run").Fork(r);
        (LabelledPoints train, LabelledPoints test) = heldOut is null ? digits.Split(HeldOut, rng.Fork("division")) : (digits, heldOut);
        int epochs = context[s_epochs];
        var model = new Classifier([digits.Features, context[s_hidden], digits.Classes], rng.Fork("network"), dropout: context[s_dropout], decay: context[s_decay]);
        var plain = new Classifier([digits.Features, digits.Classes], rng.Fork("plain"), decay: context[s_decay]);
        var run = new DigitTraining(model, test, NearestPoint.OfMeans(train, test),
            // 60,000 distances for each of 10,000 pictures would take longer than all the rest.
            heldOut is null ? NearestPoint.OfAll(train, test) : double.NaN);
        run.Note(train);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double share = (double)epoch / epochs, rate = context[s_rate] * (1 + StableMath.Cos(Math.PI * share)) / 2;
            model.Epoch(train, context[s_batch], _ => rate);
            plain.Epoch(train, context[s_batch], _ => rate);
            run.Note(train);
            context.Report((r + ((epoch + 1.0) / epochs)) / context[s_runs], FormattableString.Invariant($"training {r + 1} of {context[s_runs]}"),
                ("loss", run.Loss[^1]), ("accuracy", run.Accuracy[^1]));
        }
        run.Plain = plain.Measure(test).Accuracy;
        return run;
    }

    private static string Conclude(
        LabContext context, DigitTraining[] runs, double mean, double deviation, int[,] confusion, double plain, double neighbour)
    {
        string spread = runs.Length > 1 ? $"the mean of {runs.Length} trainings, ± {Percent(deviation)}" : "in one training";
        string first = $"{Percent(mean)} of the held-out digits are read right ({spread}), by {Number(runs[0].Model.Parameters, 0)} numbers that "
            + $"{Number(context[s_epochs], 0)} {(context[s_epochs] == 1 ? "pass" : "passes")} over {Number(runs[0].Known, 0)} pictures have set.";
        (int truth, int read, int count) = Worst(confusion);
        string worst = count == 0 ? "None was read wrong." : $"The commonest mistake is to read {A(truth)} as {A(read)}: {count} of {confusion.Cast<int>().Sum() - Diagonal(confusion)}.";
        string hidden = Math.Abs(mean - plain) < 0.005 ? $"Without the hidden layer it is {Percent(plain)}, about the same"
            : mean > plain ? $"Without the hidden layer it is {Percent(plain)}, so the hidden layer removes {Percent((mean - plain) / (1 - plain), 0)} of the mistakes"
            : $"Without the hidden layer it is {Percent(plain)}, so with these settings the hidden layer does harm";
        if (double.IsNaN(neighbour)) return $"{first} {worst} {hidden}.";
        string nearest = neighbour > mean + 0.005 ? $"to look up the most similar known picture gives {Percent(neighbour)}, which is more"
            : neighbour < mean - 0.005 ? $"to look up the most similar known picture gives {Percent(neighbour)}, which is less"
            : $"to look up the most similar known picture gives {Percent(neighbour)}, about the same";
        return $"{first} {worst} {hidden}; {nearest}.";
    }

    private static Section Mistakes(DigitTraining[] runs)
    {
        var wrong = new List<(float[] Pixels, string Caption, float Sure)>();
        DigitTraining run = runs[0];
        for (int i = 0; i < run.Test.Count; i++)
        {
            int read = run.Read(i);
            if (read == run.Test.Labels[i]) continue;
            float sure = run.Probability(i, read);
            wrong.Add((run.Test.Row(i).ToArray(), $"{run.Test.Labels[i]}, read as {read} ({Percent(sure, 0)})", sure));
        }
        var shown = wrong.OrderByDescending(w => w.Sure).Take(ShownMistakes).Select(w => (w.Pixels, w.Caption)).ToList();
        if (shown.Count == 0) return new Section("The mistakes", new Prose("In the first training there were none."));
        string which = wrong.Count > shown.Count ? $"The {shown.Count} surest of the {wrong.Count} mistakes" : wrong.Count == 1 ? "The only mistake" : $"All {wrong.Count} mistakes";
        return new Section("The mistakes", new Figure(
            new ImageGrid { About = "Pictures that were read wrong", Images = shown, ImageWidth = runs[0].Side, Greatest = 1 },
            $"{which} of the first training on its {run.Test.Count} held-out pictures: the digit that was meant, what was read, and how sure the network was. Some are hard for people too."));
    }

    private static Section Curves(DigitTraining[] runs)
    {
        return new Section("How it learned", new Pair(
            Figure("loss", run => run.TrainLoss, run => run.Loss, Scale.Log, "Cross-entropy in nats, on an axis of factors."),
            Figure("accuracy", run => run.TrainAccuracy, run => run.Accuracy, Scale.Linear, "The share of pictures read right.")));

        Figure Figure(string what, Func<DigitTraining, List<double>> train, Func<DigitTraining, List<double>> test, Scale scale, string caption) => new(
            new LineChart
            {
                About = $"The {what} after each pass, on the pictures it learned from and on those held out",
                XTitle = "passes over the pictures",
                YTitle = what,
                YScale = scale,
                YRange = what == "accuracy" ? (0.85, 1) : null,
                Width = 520,
                Height = 340,
                Series =
                [
                    .. runs.Length > 1 ? runs.Select(run => new Series("", Point.Of(test(run))) { Colour = 1, IsFaint = true }) : [],
                    new("learned from", Point.Of(Mean(runs, train))) { Colour = 0 },
                    new("held out", Point.Of(Mean(runs, test))) { Colour = 1 },
                ],
            },
            caption + (runs.Length > 1 ? " Strong lines are means, pale ones the single trainings." : ""));
    }

    private static Section Matrix(int[,] confusion, DigitTraining[] runs)
    {
        return new Section("Which digits are taken for which", new Figure(
            new HeatMap
            {
                About = "Confusion matrix: the digit that was meant by row, what was read by column",
                Values = [.. confusion.Cast<int>().Select(n => (double)n)],
                Columns = 10,
                RowNames = [.. Enumerable.Range(0, 10).Select(A)],
                ColumnNames = [.. Enumerable.Range(0, 10).Select(d => FormattableString.Invariant($"as {d}"))],
                Decimals = 0,
                // The right ones are so many that on their scale no mistake would show.
                Greatest = Math.Max(1, Worst(confusion).Count),
            },
            $"Rows: what was meant; columns: what was read; on the diagonal, what is right. {(runs.Length > 1 ? $"The held-out pictures of all {runs.Length} trainings together." : "")} "
            + "Full colour begins at the commonest mistake."));
    }

    private static Section Weights(DigitTraining run)
    {
        float[] w = run.Model.Linears[0].Weight.Value.ToArray(), bias = run.Model.Linears[1].Weight.Value.ToArray();
        int units = run.Model.Linears[0].Weight.Shape[1], pixels = w.Length / units;
        // A unit matters as much as its weights onwards are large.
        var strongest = Enumerable.Range(0, units).OrderByDescending(u => Enumerable.Range(0, 10).Sum(c => Math.Abs(bias[(u * 10) + c]))).Take(24).ToArray();
        return new Section("What the hidden units look for", new Figure(
            new ImageGrid
            {
                About = "The weights of hidden units as pictures",
                Images = [.. strongest.Select(u => (Enumerable.Range(0, pixels).Select(p => w[(p * units) + u]).ToArray(), Votes(u)))],
                ImageWidth = run.Side,
                IsSigned = true,
            },
            "The weights of the units with most to say, each as the picture it looks at: ink on blue makes the unit louder, ink on orange quieter. Under it, the digit it speaks for most and the one it speaks "
            + "against most. They are no digits but strokes and their absence: a digit is told by many of them together. "
            + "What stands at pixels that are blank in nearly every picture is left from the random first weights."));

        string Votes(int unit)
        {
            ReadOnlySpan<float> votes = bias.AsSpan(unit * 10, 10);
            int best = 0, worst = 0;
            for (int c = 1; c < 10; c++) (best, worst) = (votes[c] > votes[best] ? c : best, votes[c] < votes[worst] ? c : worst);
            return FormattableString.Invariant($"for {best}, not {worst}");
        }
    }

    private static Section Others(LabContext context, DigitTraining[] runs, double mean, double plain, double centre, double neighbour) => new(
        "Beside simpler readers",
        new Figure(
            new BarChart
            {
                About = "Mistakes of four readers on the held-out pictures",
                Bars =
                [
                    ("most similar mean picture", 1 - centre, Percent(1 - centre)), ("softmax regression", 1 - plain, Percent(1 - plain)),
                    ($"one hidden layer of {context[s_hidden]}", 1 - mean, Percent(1 - mean)),
                    .. double.IsNaN(neighbour) ? Array.Empty<(string, double, string)>() : [("most similar known picture", 1 - neighbour, Percent(1 - neighbour))],
                ],
                Colours = [7, 7, 0, 7],
            },
            $"Mistakes on the same held-out pictures, {(runs.Length > 1 ? $"means of {runs.Length} trainings" : "in one training")}."
            + (double.IsNaN(neighbour) ? "" : $" The last one has learned nothing: it keeps all {Number(runs[0].Known, 0)} pictures and compares with every one of them each time it reads.")));

    private static int[,] Confusion(DigitTraining[] runs)
    {
        int[,] counts = new int[10, 10];
        foreach (DigitTraining run in runs)
        {
            for (int i = 0; i < run.Test.Count; i++) counts[run.Test.Labels[i], run.Read(i)]++;
        }
        return counts;
    }

    private static (int Truth, int Read, int Count) Worst(int[,] confusion)
    {
        var mistakes = from truth in Enumerable.Range(0, 10) from read in Enumerable.Range(0, 10) where truth != read select (truth, read, confusion[truth, read]);
        return mistakes.MaxBy(m => m.Item3);
    }

    // "an 8", the only digit that begins with a vowel.
    private static string A(int digit) => FormattableString.Invariant($"{(digit == 8 ? "an" : "a")} {digit}");

    private static int Diagonal(int[,] confusion) => Enumerable.Range(0, 10).Sum(d => confusion[d, d]);

    private static IEnumerable<double> Mean(DigitTraining[] runs, Func<DigitTraining, List<double>> curve) =>
        Enumerable.Range(0, curve(runs[0]).Count).Select(i => runs.Average(run => curve(run)[i]));
}
