using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Pictures;
using Longhand.Tensors;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The neural probabilistic language model (Bengio and others, 2003) with histories of several lengths, beside counting with the same ones:
/// the loss of both, where counting has never seen a history, and which characters the network holds for alike.
/// </summary>
public sealed class NeuralNGram : Lab
{
    private const int Window = 64, JudgedAtOnce = 32, Written = 260;
    private const float SmallAtFirst = 0.1f;
    private const string Vowels = "aeiou";

    private static readonly WholeKnob s_longest = new(
        "longest", "The longest history, in characters; the others are 1, 2, 3, 4 and 6 where they are shorter.", Default: 8, Least: 2, Greatest: CountedHistory.Longest);

    private static readonly WholeKnob s_steps = new("steps", "Steps of each training.", Default: 2000, Least: 1, Greatest: 100_000);
    private static readonly WholeKnob s_width = new("width", "Numbers in which a character is described.", Default: 16, Least: 2, Greatest: 256);
    private static readonly WholeKnob s_hidden = new("hidden", "Units of the hidden layer.", Default: 128, Least: 1, Greatest: 2048);
    private static readonly NumberKnob s_rate = new("rate", "Learning rate at its highest.", Default: 0.01, Least: 0, Greatest: 1, OpenBelow: true);

    public override string Name => "neural-ngram";

    public override string Summary => "a network that sees the last few characters, beside counting with the same ones";

    public override string Question => "What does a network know that counting does not?";

    public override string About =>
        "A network describes each of the last few characters by a few learned numbers and predicts the next one through one hidden layer (Bengio and others, 2003). Beside it, what followed the same "
        + "characters is counted, with two rules for what was seen too rarely: Laplace's adds one to every count, Witten and Bell's falls back on shorter histories. All are judged by the last tenth of the text.";

    public override IReadOnlyList<Knob> Knobs => [CharText.Knob, s_longest, s_steps, s_width, s_hidden, s_rate];

    public override LabResult Run(LabContext context)
    {
        context.Report(0, "counting");
        CharText text = CharText.Load(context[CharText.Knob]);
        int longest = context[s_longest];
        int[] lengths = [.. new[] { 1, 2, 3, 4, 6 }.Where(k => k < longest), longest];
        List<CountedHistory.Result> counted = CountedHistory.Measure(
            text.Data.Train.Span, text.Data.Validation.Span, text.Vocabulary, longest, k => context.Report(0.15 * k / longest, FormattableString.Invariant($"counting with history {k}")));
        var networks = new List<Network>();
        foreach ((int i, int history) in lengths.Index()) networks.Add(Train(context, text, history, longest, i, lengths.Length));
        Network best = networks.MinBy(n => n.Loss)!;
        Plane plane = PlaneOf(best, text);
        context.Report(1, "done");
        return new LabResult
        {
            Conclusion = Conclude(networks, counted, plane),
            Numbers =
            [
                .. networks.Select(n => ($"network_{n.History}", n.Loss)), .. counted.Select(c => ($"laplace_{c.History}", c.Laplace)),
                .. counted.Select(c => ($"witten_bell_{c.History}", c.WittenBell)), .. counted.Select(c => ($"unseen_{c.History}", c.Unseen)),
                ("vowels_beside_vowels", plane.VowelsTogether), ("vowels_by_chance", plane.VowelsByChance),
                ("capitals_beside_their_own", plane.OwnLetter), ("capitals_by_chance", plane.OwnByChance),
            ],
            Headlines =
            [
                new($"Network, {best.History} back", Number(best.Loss, 3), "nats per character, its best"),
                new("Counting, Laplace's rule", Number(counted.Skip(1).Min(c => c.Laplace), 3), $"its best, {counted.Skip(1).MinBy(c => c.Laplace)!.History} back"),
                new("Counting, Witten–Bell", Number(counted.Skip(1).Min(c => c.WittenBell), 3), $"its best, {counted.Skip(1).MinBy(c => c.WittenBell)!.History} back"),
            ],
            Sections = [Losses(networks, counted, text), Characters(best, plane), Learning(networks), Samples(networks)],
        };
    }

    private static Network Train(LabContext context, CharText text, int history, int longest, int place, int places)
    {
        int steps = context[s_steps];
        Rng rng = context.Rng.Fork("history").Fork(history);
        var config = new NGramConfig { History = history, Width = context[s_width], Hidden = context[s_hidden], Context = Window, Vocabulary = text.Vocabulary };
        NGramModel model = config.Create(rng.Fork("weights"));
        // Small at first, so that where a character lies afterwards is what was learned of it.
        Parameter table = TableOf(model);
        table.Write(Array.ConvertAll(table.Value.ToArray(), x => SmallAtFirst * x));
        var training = new CharTraining(model, text, new CharPlan { Steps = steps, Rate = context[s_rate], Measurements = 15 }, rng);
        training.Run(step =>
        {
            if (step % 10 == 0)
            {
                context.Report(0.15 + (0.83 * (place + ((double)step / Math.Max(1, steps))) / places), FormattableString.Invariant($"a network with history {history}"),
                    ("loss", training.Validation[^1].Y));
            }
        }, context.Cancel);
        return new Network(history, training, Loss(model, text.Data.Validation.Span, longest), training.Write(Written, context.Seed));
    }

    /// <summary>
    /// The loss of predicting a text from its character number <paramref name="from"/> on, each character with its whole history: rows
    /// of windows overlap by a history, and what is predicted from less does not count.
    /// </summary>
    internal static double Loss(NGramModel model, ReadOnlySpan<int> text, int from)
    {
        int before = model.Config.History - 1, T = before + 256, predictions = text.Length - from;
        int rows = (predictions + 255) / 256;
        double sum = 0;
        for (int first = 0; first < rows; first += JudgedAtOnce)
        {
            int B = Math.Min(JudgedAtOnce, rows - first), count = 0;
            int[] ids = new int[B * T], targets = new int[B * T];
            Array.Fill(targets, -1);
            for (int b = 0; b < B; b++)
            {
                int start = from - 1 - before + (256 * (first + b));
                for (int t = 0; t < T && start + t + 1 < text.Length; t++)
                {
                    ids[(b * T) + t] = text[start + t];
                    if (t < before) continue;
                    targets[(b * T) + t] = text[start + t + 1];
                    count++;
                }
            }
            sum += model.AsConstants(() =>
            {
                using (Workspace.Begin()) return count * (double)model.Loss(new Indices(ids, (B, T)), new Indices(targets, (B, T)), ignored: -1).ToScalar();
            });
        }
        return sum / predictions;
    }

    // Where the network puts its characters; and, in all dimensions, how often the small letter nearest to a vowel is a vowel, and the one
    // nearest to a capital its own.
    private static Plane PlaneOf(Network network, CharText text)
    {
        Parameter table = TableOf(network.Training.Model);
        double[] numbers = table.Value.ToDoubles();
        int W = table.Shape[1];
        double[][] rows = [.. Enumerable.Range(0, text.Vocabulary).Select(i => numbers.AsSpan(i * W, W).ToArray())];
        string[] names = [.. Enumerable.Range(0, text.Vocabulary).Select(text.Shown)];
        (Point[] places, double first, double second) = PrincipalAxes.Of(rows);
        int[] small = [.. Enumerable.Range(0, names.Length).Where(i => names[i] is [>= 'a' and <= 'z'])];
        int[] vowels = [.. small.Where(i => IsVowel(names[i]))];
        int together = vowels.Count(v => IsVowel(names[Nearest(v)]));
        int[] capitals = [.. Enumerable.Range(0, names.Length).Where(i => names[i] is [>= 'A' and <= 'Z'] && small.Any(j => names[j][0] == char.ToLowerInvariant(names[i][0])))];
        int own = capitals.Count(c => names[Nearest(c)][0] == char.ToLowerInvariant(names[c][0]));
        return new Plane(
            names, places, first + second, (double)together / vowels.Length, (double)(vowels.Length - 1) / (small.Length - 1), (double)own / capitals.Length, 1.0 / small.Length);

        int Nearest(int i) => small.Where(j => j != i).MinBy(j => Distance(rows[i], rows[j]));
    }

    private static Parameter TableOf(LanguageModel model) => model.Parameters.Single(p => p.Name.StartsWith("embedding", StringComparison.Ordinal)).Parameter;

    private static bool IsVowel(string name) => name.Length == 1 && Vowels.Contains(name[0], StringComparison.Ordinal);

    private static double Distance(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();

    private static string Conclude(List<Network> networks, List<CountedHistory.Result> counted, Plane plane)
    {
        Network longest = networks[^1], shortest = networks[0], best = networks.MinBy(n => n.Loss)!;
        CountedHistory.Result same = counted[longest.History], laplace = counted.Skip(1).MinBy(c => c.Laplace)!;
        string gain = longest.Loss < shortest.Loss - 0.02
            ? $"The further back the network sees, the better it predicts: {Number(shortest.Loss, 3)} nats with 1 character, {Number(longest.Loss, 3)} with {longest.History}"
            : $"With these settings the network gains nothing from a longer history: {Number(shortest.Loss, 3)} nats with 1 character, {Number(longest.Loss, 3)} with {longest.History}";
        if (networks.Zip(networks.Skip(1)).Any(pair => pair.Second.Loss > pair.First.Loss + 0.005) && longest.Loss < shortest.Loss - 0.02)
        {
            gain = $"The network is best with a history of {best.History}: {Number(best.Loss, 3)} nats, against {Number(shortest.Loss, 3)} with 1 character and {Number(longest.Loss, 3)} with {longest.History}";
        }
        string plain = $". Counting with Laplace's rule is best with {laplace.History} ({Number(laplace.Laplace, 3)})"
            + (laplace.History == same.History ? ", the longest history tried. "
                : $", then it runs out of data: {Percent(same.Unseen, 0)} of the histories of {same.History} in the last tenth never occurred before, and its loss is {Number(same.Laplace, 3)}. ");
        string fallback = same.WittenBell < longest.Loss - 0.005
            ? $"Counting that falls back on shorter histories gives {Number(same.WittenBell, 3)} and predicts better than the network, from {Number(same.Counts, 0)} counts; the network has {Number(longest.Training.Model.ParameterCount, 0)} numbers. "
            : same.WittenBell > longest.Loss + 0.005
                ? $"Counting that falls back on shorter histories gives {Number(same.WittenBell, 3)}, from {Number(same.Counts, 0)} counts, which the network beats with {Number(longest.Training.Model.ParameterCount, 0)} numbers. "
                : $"Counting that falls back on shorter histories gives {Number(same.WittenBell, 3)}, as the network does. ";
        string numbers = $"of the small vowels {Percent(plane.VowelsTogether, 0)} lie next to another vowel ({Percent(plane.VowelsByChance, 0)} by chance), of the capitals {Percent(plane.OwnLetter, 0)} next to their own small letter ({Percent(plane.OwnByChance, 0)}).";
        string together = plane.VowelsTogether >= 2 * plane.VowelsByChance || plane.OwnLetter >= 5 * plane.OwnByChance
            ? $"What counting cannot know is that characters are alike: in the network's description {numbers}"
            : $"That characters are alike the network has hardly found: {numbers}";
        return gain + plain + fallback + together;
    }

    private static Section Losses(List<Network> networks, List<CountedHistory.Result> counted, CharText text) => new(
        "How far back it pays to look",
        new Figure(
            new LineChart
            {
                About = "Loss on the last tenth against the length of the history, for the network and for counting with two rules.",
                XTitle = "characters of history",
                YTitle = "loss in nats per character",
                Series =
                [
                    new("network", [.. networks.Select(n => new Point(n.History, n.Loss))]) { Look = SeriesLook.LineAndMarks },
                    new("counting, Laplace", [.. counted.Skip(1).Select(c => new Point(c.History, c.Laplace))]) { Look = SeriesLook.LineAndMarks },
                    new("counting, Witten–Bell", [.. counted.Skip(1).Select(c => new Point(c.History, c.WittenBell))]) { Look = SeriesLook.LineAndMarks },
                ],
            },
            $"On the last tenth of {text.Name}. Laplace's rule spreads its doubt over all characters alike, so with long histories, each seen a few times, it doubts what it should know."),
        new Table(
            ["history", "network", "its parameters", "Laplace", "Witten–Bell", "histories never seen"],
            [
                .. networks.Select(n => (string[])
                [
                    $"{n.History}", Number(n.Loss, 3), Number(n.Training.Model.ParameterCount, 0), Number(counted[n.History].Laplace, 3), Number(counted[n.History].WittenBell, 3), Percent(counted[n.History].Unseen),
                ]),
            ],
            "Losses in nats per character. To a count, a history that never occurred says nothing; to the network it is made of characters it knows."));

    private static Section Characters(Network network, Plane plane)
    {
        Series Group(string name, Func<char, bool> belongs) => new(
            name, [.. plane.Places.Where((_, i) => belongs(plane.Names[i][0]))])
        { Look = SeriesLook.Marks, Labels = [.. plane.Names.Where(n => belongs(n[0]))] };
        return new Section("Which characters are alike", new Figure(
            new LineChart
            {
                About = "The learned description of each character, projected onto the plane of its largest variance.",
                XTitle = "first principal component",
                YTitle = "second",
                Height = 560,
                Series =
                [
                    Group("vowels", c => Vowels.Contains(c, StringComparison.Ordinal)), Group("consonants", c => char.IsAsciiLetterLower(c) && !Vowels.Contains(c, StringComparison.Ordinal)),
                    Group("capitals", char.IsAsciiLetterUpper), Group("other marks", c => !char.IsAsciiLetter(c)),
                ],
            },
            $"The {network.Training.Model.Config.Width} numbers that the network with history {network.History} keeps of each character, seen in the plane of their largest variance, which holds {Percent(plane.Shown, 0)} of it. "
            + "Nobody told it which letters are vowels or that A is a: characters come to lie together when the same things follow them."));
    }

    private static Section Learning(List<Network> networks) => new(
        "How they learned",
        new Figure(
            new LineChart
            {
                About = "Validation loss by step for networks with different histories.",
                XTitle = "step",
                YTitle = "loss in nats per character",
                YRange = (Math.Floor(10 * networks.Min(n => n.Validation.Min(p => p.Y))) / 10, 3),
                Height = 340,
                Series = [.. networks.Select(n => new Series($"{n.History} back", n.Validation))],
            },
            "Measured on the first 20,000 characters of the last tenth."));

    private static Section Samples(List<Network> networks)
    {
        Figure Written(Network n) => new(new Passage { About = $"Text by the network with history {n.History}", Text = n.Text.Trim('\n') }, $"{n.History} back");
        Network[] shown = [.. networks.Where(n => n.History is 1 or 2 or 4 || n == networks[^1])];
        return new Section("What they write", [.. shown.Chunk(2).Select(two => new Pair([.. two.Select(Written)]))]);
    }

    private sealed record Network(int History, CharTraining Training, double Loss, string Text)
    {
        public List<Point> Validation => Training.Validation;
    }

    private sealed record Plane(string[] Names, Point[] Places, double Shown, double VowelsTogether, double VowelsByChance, double OwnLetter, double OwnByChance);
}
