using System.Text.RegularExpressions;
using Longhand.ByHand;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Word vectors by skip-gram with negative sampling (Mikolov and others, 2013), with the gradients derived by hand: who is near whom, whether
/// words of a kind lie together, and whether differences mean anything, all judged by lists that the training never saw.
/// </summary>
public sealed partial class WordVectors : Lab
{
    private const int Nearest = 5, Drawn = 44, HeldOutPairs = 4000;

    private static readonly WholeKnob s_width = new("width", "Numbers in each vector.", Default: 32, Least: 2, Greatest: 512);
    private static readonly WholeKnob s_window = new("window", "How many words to either side are neighbours; few for words that can stand in each other's place, many for words of one subject.", Default: 2, Least: 1, Greatest: 20);
    private static readonly WholeKnob s_noise = new("noise", "Words drawn at random for each neighbour.", Default: 5, Least: 1, Greatest: 50);
    private static readonly WholeKnob s_steps = new("steps", "Steps of the training.", Default: 6000, Least: 1, Greatest: 1_000_000);
    private static readonly WholeKnob s_batch = new("batch", "Pairs in a step.", Default: 256, Least: 1, Greatest: 65_536);
    private static readonly WholeKnob s_least = new("least", "Words that occur less often are left out.", Default: 10, Least: 1, Greatest: 10_000);
    private static readonly NumberKnob s_rate = new("rate", "Learning rate of one pair at the first step; it falls to 0 evenly.", Default: 0.1, Least: 0, Greatest: 1, OpenBelow: true);
    private static readonly NumberKnob s_common = new(
        "common", "Words whose share of the text is above this are left out at random, the more the commoner.", Default: 0.01, Least: 0, Greatest: 1, OpenBelow: true);

    public override string Name => "skip-gram";

    public override string Summary => "words get vectors from the company they keep: neighbours, kinds, analogies";

    public override string Question => "How much of a word's meaning is the company it keeps?";

    public override string About =>
        "Each word gets a vector, and learns to tell the words that stand near it in the text from words drawn at random (skip-gram with negative sampling; Mikolov and others, 2013). "
        + "Then the vectors are compared: which are nearest by angle, whether words of one kind lie together, and whether differences mean something, as when she − he + his is near her. The lists that judge this took no part in training.";

    public override IReadOnlyList<Knob> Knobs => [CharText.Knob, s_width, s_window, s_noise, s_steps, s_batch, s_least, s_rate, s_common];

    public override LabResult Run(LabContext context)
    {
        context.Report(0, "reading");
        string setting = context[CharText.Knob];
        CharText text = CharText.Load(setting);
        (string[] names, int[] occurrences, int[] words) = Read(text.Text, context[s_least]);
        (Vectors learned, List<Point> losses, List<Point> held) = Train(context, text, names, occurrences, words);
        WordLists lists = WordLists.Of(setting);
        Group[] groups = [.. lists.Groups.Select(g => Judge(learned, g.Name, g.Words)).Where(g => g.Places.Length > 2)];
        Analogy[] analogies = [.. lists.Analogies.Where(a => a.All(w => learned.Place(w) >= 0)).Select(a => Answer(learned, a))];
        context.Report(1, "done");

        double together = groups.Length == 0 ? 0 : groups.Average(g => g.Together), chance = groups.Length == 0 ? 0 : groups.Average(g => g.ByChance);
        return new LabResult
        {
            Conclusion = Conclude(text, names.Length, words.Length, groups, together, chance, analogies),
            Numbers =
            [
                ("words", names.Length), ("loss", losses[^1].Y), ("held_out_loss", held[^1].Y), ("held_out_loss_at_first", held[0].Y), ("together", together), ("by_chance", chance),
                .. groups.Select(g => ($"{Key(g.Name)}_together", g.Together)), ("analogies", analogies.Length), ("analogies_right", analogies.Count(a => a.Rank == 1)),
                ("analogies_among_five", analogies.Count(a => a.Rank <= Nearest)),
            ],
            Headlines =
            [
                new("Neighbours of the same kind", Percent(together, 0), $"of the {Nearest} nearest, over {groups.Length} kinds; {Percent(chance, 2)} by chance"),
                new("Analogies", $"{analogies.Count(a => a.Rank == 1)} of {analogies.Length}", $"right at once; {Others(analogies)}"),
                new("Loss on held-out pairs", Number(held[^1].Y, 3), $"{Number(held[0].Y, 3)} before training"),
            ],
            Sections = [Neighbours(learned, groups, occurrences), Plane(learned, groups, occurrences), Kinds(groups, analogies), Course(losses, held, 1 + context[s_noise])],
        };
    }

    /// <summary>The words of a text in small letters, numbered by how common they are; those that are too rare are dropped, and their neighbours close up.</summary>
    private static (string[] Names, int[] Occurrences, int[] Words) Read(string text, int least)
    {
        string[] all = [.. Word().Matches(text).Select(m => m.Value.ToLowerInvariant())];
        (string Name, int Count)[] kept = [.. all.CountBy(w => w).Where(w => w.Value >= least).OrderByDescending(w => w.Value).ThenBy(w => w.Key, StringComparer.Ordinal).Select(w => (w.Key, w.Value))];
        Dictionary<string, int> numbers = kept.Index().ToDictionary(w => w.Item.Name, w => w.Index);
        return ([.. kept.Select(w => w.Name)], [.. kept.Select(w => w.Count)], [.. all.Where(numbers.ContainsKey).Select(w => numbers[w])]);
    }

    [GeneratedRegex("[A-Za-z]+(?:'[a-z]+)?")]
    private static partial Regex Word();

    private static (Vectors Learned, List<Point> Losses, List<Point> Held) Train(LabContext context, CharText text, string[] names, int[] occurrences, int[] words)
    {
        int steps = context[s_steps], B = context[s_batch], noise = context[s_noise];
        int[] thinned = Thin(words, occurrences, context[s_common], context.Rng.Fork("thinning"));
        int division = (int)((long)thinned.Length * 9 / 10);
        (int[] centres, int[] neighbours) = SkipGramPairs.Of(thinned.AsSpan(0, division), context[s_window]);
        (int[] heldCentres, int[] heldNeighbours) = Some(SkipGramPairs.Of(thinned.AsSpan(division), context[s_window]), HeldOutPairs, context.Rng.Fork("held out"));
        int[] heldNoise = SkipGramPairs.Noise(occurrences, heldCentres.Length * noise, context.Rng.Fork("held-out noise"));

        var model = new SkipGram(names.Length, context[s_width], context.Rng.Fork("weights"));
        List<Point> losses = [], held = [];
        double sum = 0;
        int every = Math.Max(1, steps / 40);
        for (int step = 0; step <= steps; step++)
        {
            if (step % every == 0 || step == steps) held.Add(new Point(step, model.Loss(model.Forward(heldCentres, heldNeighbours, heldNoise))));
            if (step == steps) break;
            (int[] c, int[] o) = Some((centres, neighbours), B, context.Rng.Fork("pairs").Fork(step));
            SkipGram.Cache cache = model.Forward(c, o, SkipGramPairs.Noise(occurrences, B * noise, context.Rng.Fork("noise").Fork(step)));
            sum += model.Loss(cache);
            // The gradient is of the mean over the batch, the rate is meant for one pair.
            model.Descend(model.Backward(cache), context[s_rate] * (1 - ((double)step / steps)) * B);
            if ((step + 1) % every == 0 || step + 1 == steps)
            {
                losses.Add(new Point(step + 1, sum / (((step + 1) % every) is 0 ? every : (step + 1) % every)));
                sum = 0;
                context.Report((step + 1.0) / steps, $"learning from {text.Name}", ("loss", losses[^1].Y));
            }
        }
        return (new Vectors(names, [.. Enumerable.Range(0, names.Length).Select(i => Unit(model.V.Row(i).ToArray()))]), losses, held);
    }

    // A word of share f stays with probability √(common/f), at most 1: "the" tells little of what it stands beside.
    private static int[] Thin(int[] words, int[] occurrences, double common, Rng rng) => [.. words.Where((word, i) =>
    {
        double draw = rng.UniformDouble(i);
        return draw * draw < common * words.Length / occurrences[word];
    })];

    private static (int[] Centres, int[] Neighbours) Some((int[] Centres, int[] Neighbours) pairs, int count, Rng rng)
    {
        int[] chosen = [.. Enumerable.Range(0, count).Select(i => rng.Below(pairs.Centres.Length, i))];
        return ([.. chosen.Select(i => pairs.Centres[i])], [.. chosen.Select(i => pairs.Neighbours[i])]);
    }

    private static double[] Unit(double[] v)
    {
        double length = Math.Sqrt(v.Sum(x => x * x));
        return [.. v.Select(x => length > 0 ? x / length : 0)];
    }

    // For each word of a group that the text has, how many of its nearest words belong to the group as well.
    private static Group Judge(Vectors vectors, string name, string[] words)
    {
        int[] places = [.. words.Select(vectors.Place).Where(p => p >= 0)];
        double together = places.Length == 0 ? 0 : places.Average(p => vectors.Near(vectors.Of(p), [p]).Take(Nearest).Count(n => places.Contains(n.Place)) / (double)Nearest);
        return new Group(name, places, together, Math.Max(0, places.Length - 1.0) / Math.Max(1, vectors.Names.Length - 1));
    }

    // a is to b as c is to …: what lies nearest to b − a + c.
    private static Analogy Answer(Vectors vectors, string[] words)
    {
        int[] p = [.. words.Select(vectors.Place)];
        double[] wanted = [.. vectors.Of(p[1]).Select((x, i) => x - vectors.Of(p[0])[i] + vectors.Of(p[2])[i])];
        (int Place, double Angle)[] near = [.. vectors.Near(wanted, p[..3])];
        return new Analogy(words, vectors.Names[near[0].Place], Array.FindIndex(near, n => n.Place == p[3]) + 1);
    }

    private static string Conclude(CharText text, int kinds, int words, Group[] groups, double together, double chance, Analogy[] analogies)
    {
        string first = together > 3 * chance + 0.05
            ? $"Of the {Nearest} words nearest to a word of a known kind, {Percent(together, 0)} are of the same kind, {Number(together / Math.Max(chance, 1e-9), 0)} times as many as by chance ({Percent(chance, 2)}): the company that the {Number(kinds, 0)} words of {text.Name} keep tells {(together >= 0.4 ? "what kind they are" : "something of their kind, and no more")}"
            : $"With these settings the vectors of {Number(kinds, 0)} words of {text.Name} say little: of the {Nearest} words nearest to one of a known kind {Percent(together, 0)} are of the same kind, {Percent(chance, 2)} by chance";
        string best = groups.Length > 1 && together > 3 * chance + 0.05
            ? $", best {groups.MaxBy(g => g.Together)!.Name} ({Percent(groups.Max(g => g.Together), 0)}), worst {groups.MinBy(g => g.Together)!.Name} ({Percent(groups.Min(g => g.Together), 0)}). "
            : ". ";
        int right = analogies.Count(a => a.Rank == 1);
        string third = analogies.Length == 0 ? "The text has no words to ask for analogies."
            : right * 2 >= analogies.Length ? $"Of {analogies.Length} analogies {right} {(right == 1 ? "is" : "are")} answered right at once; {Others(analogies)}."
            : $"Analogies hardly work: of {analogies.Length} {(right == 0 ? "none is" : right == 1 ? "only 1 is" : $"only {right} are")} answered right at once; {Others(analogies)}. {Number(words, 0)} words are a small text for that.";
        return first + best + third;
    }

    // How near the analogies come that are not answered right at once.
    private static string Others(Analogy[] analogies)
    {
        int others = analogies.Count(a => a.Rank is > 1 and <= Nearest);
        string which = others switch { 0 => "no other has", 1 => "1 other has", _ => $"{others} others have" };
        return $"{which} the right word among the {Nearest} nearest";
    }

    private static Section Neighbours(Vectors vectors, Group[] groups, int[] occurrences)
    {
        // The commonest words of each kind, and the commonest words outside all kinds that are not mere grammar.
        int[] asked = [.. groups.SelectMany(g => g.Places.OrderByDescending(p => occurrences[p]).Take(3))];
        int[] others = [.. Enumerable.Range(0, vectors.Names.Length).Where(p => vectors.Names[p].Length > 4 && !groups.Any(g => g.Places.Contains(p))).Take(6)];
        return new Section("Who is near whom", new Table(
            ["word", "nearest by angle", "second", "third", "fourth", "fifth"],
            [.. asked.Concat(others).Select(p => (string[])[$"{vectors.Names[p]} ({Number(occurrences[p], 0)})", .. vectors.Near(vectors.Of(p), [p]).Take(Nearest).Select(n => $"{vectors.Names[n.Place]} {Number(n.Cosine, 2)}")])],
            "Three words of each kind and six others: how often each occurs, and the five words whose vectors make the smallest angle with its own, with the cosine.")
        {
            TextColumns = [1, 2, 3, 4, 5],
        });
    }

    private static Section Plane(Vectors vectors, Group[] groups, int[] occurrences)
    {
        int[][] members = [.. groups.Select(g => g.Places.OrderByDescending(p => occurrences[p]).Take(7).ToArray())];
        int[] rest = [.. Enumerable.Range(0, vectors.Names.Length).Where(p => !groups.Any(g => g.Places.Contains(p))).Take(Math.Max(0, Drawn - members.Sum(m => m.Length)))];
        int[] all = [.. members.SelectMany(m => m), .. rest];
        (Point[] places, double first, double second) = PrincipalAxes.Of([.. all.Select(vectors.Of)]);
        Dictionary<int, Point> where = all.Zip(places).ToDictionary(x => x.First, x => x.Second);
        Series Shown(string name, int[] words, int colour) => new(name, [.. words.Select(w => where[w])]) { Look = SeriesLook.Marks, Colour = colour, Labels = [.. words.Select(w => vectors.Names[w])] };
        return new Section("The words in a plane", new Figure(
            new LineChart
            {
                About = "The vectors of common words and of words of known kinds, projected onto the plane of their largest variance.",
                XTitle = "first principal component",
                YTitle = "second",
                Height = 640,
                Series = [.. groups.Select((g, i) => Shown(g.Name, members[i], i)), Shown("the commonest others", rest, 7)],
            },
            $"{Number(all.Length, 0)} words: of each kind the seven commonest, and the commonest others. Vectors of length 1 in the plane of their largest variance, which holds {Percent(first + second, 0)} of it: what lies apart here is apart; what lies together may not be."));
    }

    private static Section Kinds(Group[] groups, Analogy[] analogies) => new(
        "Judged by what a person knows",
        new Figure(
            new BarChart
            {
                About = "Share of the nearest words that are of the same kind, by kind",
                Bars = [.. groups.Select(g => ($"{g.Name} ({g.Places.Length} words)", g.Together, $"{Percent(g.Together, 0)}; by chance {Percent(g.ByChance)}"))],
                Greatest = 1,
            },
            $"Of the {Nearest} nearest words, the share that is of the same kind."),
        new Table(
            ["analogy", "expected", "nearest", "place of the expected"],
            [.. analogies.Select(a => (string[])[$"{a.Words[0]} is to {a.Words[1]} as {a.Words[2]} is to …", a.Words[3], a.Said, Number(a.Rank, 0)])],
            "Nearest to b − a + c; the three words asked with are left out, as usual.")
        {
            TextColumns = [1, 2],
        });

    private static Section Course(List<Point> losses, List<Point> held, int questions) => new(
        "How they learned",
        new Figure(
            new LineChart
            {
                About = "Loss by step on the pairs learned from and on held-out pairs.",
                XTitle = "step",
                YTitle = "loss of a pair",
                Height = 340,
                Series = [new("learned from", losses), new("last tenth of the text", held)],
            },
            $"A pair asks {questions} times \"is this a neighbour or noise?\", once of the neighbour and otherwise of noise; guessing costs {questions}·ln 2 = {Number(questions * StableMath.Log(2), 2)}. "
            + "The pairs of the last tenth of the text are not learned from."));

    private static string Key(string name) => name.Replace(", ", "_", StringComparison.Ordinal).Replace(' ', '_');

    private sealed record Group(string Name, int[] Places, double Together, double ByChance);

    private sealed record Analogy(string[] Words, string Said, int Rank);

    /// <summary>Vectors of length 1 by word.</summary>
    private sealed record Vectors(string[] Names, double[][] All)
    {
        public int Place(string word) => Array.IndexOf(Names, word);

        public double[] Of(int place) => All[place];

        /// <summary>All words but some, the one with the greatest cosine first.</summary>
        public IEnumerable<(int Place, double Cosine)> Near(double[] vector, int[] without) => Enumerable.Range(0, All.Length).Except(without)
            .Select(p => (Place: p, Cosine: All[p].Zip(vector, (a, b) => a * b).Sum())).OrderByDescending(n => n.Cosine);
    }
}
