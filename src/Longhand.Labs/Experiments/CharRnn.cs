using System.Text.RegularExpressions;
using Longhand.Backends;
using Longhand.Models;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A recurrent network learns to write, character by character: what it writes after more and more steps, and single units whose memory
/// follows something that a reader of the text would know. A unit is named only when a measurement on other text confirms it.
/// </summary>
public sealed partial class CharRnn : Lab
{
    private const int Written = 400, Shown = 420;
    private const double Clear = 0.5;

    private static readonly double[] s_moments = [0, 0.01, 0.03, 0.1, 0.25, 0.5, 1];

    private static readonly ChoiceKnob s_cell = new("cell", "What the network is made of.", "lstm", "gru", "rnn");
    private static readonly WholeKnob s_width = new("width", "Units of each layer.", Default: 128, Least: 2, Greatest: 1024);
    private static readonly WholeKnob s_layers = new("layers", "Layers on top of each other.", Default: 1, Least: 1, Greatest: 8);
    private static readonly WholeKnob s_steps = new("steps", "Steps of the training.", Default: 700, Least: 1, Greatest: 100_000);
    private static readonly WholeKnob s_context = new("context", "Characters that it learns through at once.", Default: 96, Least: 2, Greatest: 1024);
    private static readonly NumberKnob s_rate = new("rate", "Learning rate at its highest.", Default: 8e-3, Least: 0, Greatest: 1, OpenBelow: true);
    private static readonly NumberKnob s_temperature = new("temperature", "Of what it writes: below 1 bolder, above 1 wilder.", Default: 0.8, Least: 0, Greatest: 10);

    public override string Name => "char-rnn";

    public override string Summary => "a recurrent network learns to write: samples on the way, and units that mean something";

    public override string Question => "What does a network remember that learns to write?";

    public override string About =>
        "A recurrent network reads a text character by character and learns to predict the next one; now and then it is let write. Then it reads text that it has not learned from, "
        + "and for each of a few things that a reader would know, the unit is looked for whose memory follows it best: chosen on half of that text, judged on the other half.";

    public override IReadOnlyList<Knob> Knobs => [CharText.Knob, s_cell, s_width, s_layers, s_steps, s_context, s_rate, s_temperature];

    public override LabResult Run(LabContext context)
    {
        context.Report(0, "reading");
        CharText text = CharText.Load(context[CharText.Knob]);
        int steps = context[s_steps];
        RecurrentCell cell = context[s_cell] switch { "lstm" => RecurrentCell.Lstm, "gru" => RecurrentCell.Gru, _ => RecurrentCell.Rnn };
        RecurrentModel model = new RecurrentConfig(cell) { Layers = context[s_layers], Width = context[s_width], Context = context[s_context], Vocabulary = text.Vocabulary }
            .Create(context.Rng.Fork("weights"));
        var training = new CharTraining(model, text, new CharPlan { Steps = steps, Batch = 24, Rate = context[s_rate] }, context.Rng);
        HashSet<string> known = [.. WordsOf(text.Tokenizer.Decode(text.Data.Train.Span))];
        HashSet<int> moments = [.. s_moments.Select(share => (int)Math.Round(share * steps))];
        var frames = new List<Frame>();
        training.Run(step =>
        {
            if (moments.Contains(step))
            {
                string written = training.Write(Written, context.Seed, context[s_temperature]);
                frames.Add(new Frame(step, written.Trim('\n'), Real(written, known)));
            }
            if (step % 10 == 0) context.Report(0.9 * step / steps, $"learning {text.Name}", ("loss", training.Validation[^1].Y));
        }, context.Cancel);
        context.Report(0.92, "looking for units");
        var search = new UnitSearch(model, text, length: 1200);
        UnitSearch.Finding[] units = [.. TextProperty.All.Select(p => search.Find(p, Shown))];
        double pairs = text.ValidationLoss(BigramModel.FromCounts(text.Data.Train.Span, text.Vocabulary, smoothing: 1), stop: context.Cancel);
        context.Report(1, "done");

        Frame last = frames[^1];
        return new LabResult
        {
            Conclusion = Conclude(training, text, context[s_cell], pairs, frames, units, model.ParameterCount),
            Numbers =
            [
                ("loss", training.Loss), ("bigram_loss", pairs), ("parameters", model.ParameterCount), ("real_words", last.Real), ("real_words_at_first", frames[0].Real),
                .. units.Select(u => ($"{u.Property.Key}_unit", (double)u.Unit)), .. units.Select(u => ($"{u.Property.Key}_chosen", u.Chosen)), .. units.Select(u => ($"{u.Property.Key}_checked", u.Checked)),
            ],
            Headlines =
            [
                new("Validation loss", Number(training.Loss, 3), $"nats per character; a table of pairs has {Number(pairs, 3)}"),
                new("Words that exist", Percent(last.Real, 0), $"of what it writes, in the text it learned from; {Percent(frames[0].Real, 0)} at first"),
                new("Units with a meaning", $"{units.Count(IsFound)} of {units.Length}", $"looked for among {Number(search.Units, 0)}"),
            ],
            Sections = [Writing(frames, context[s_temperature]), Learning(training, pairs), .. Units(units)],
        };
    }

    private static bool IsFound(UnitSearch.Finding unit) => Math.Abs(unit.Checked) >= Clear && unit.Checked * unit.Chosen > 0;

    private static double Real(string written, HashSet<string> known)
    {
        // The first and the last may be cut.
        string[] words = [.. WordsOf(written).SkipLast(1)];
        return words.Length == 0 ? 0 : (double)words.Count(known.Contains) / words.Length;
    }

    private static IEnumerable<string> WordsOf(string text) => Words().Matches(text).Select(m => m.Value.ToLowerInvariant());

    [GeneratedRegex("[A-Za-z]{2,}")]
    private static partial Regex Words();

    private static string Conclude(
        CharTraining training, CharText text, string cell, double pairs, List<Frame> frames, UnitSearch.Finding[] units, long parameters)
    {
        string loss = training.Loss < pairs - 0.02
            ? $"{Article(cell)} of {Number(parameters, 0)} parameters predicts the last tenth of {text.Name} with {Number(training.Loss, 3)} nats per character, where a table of pairs has {Number(pairs, 3)}; "
            : $"{Article(cell)} of {Number(parameters, 0)} parameters has not learned enough to beat a table of pairs on {text.Name} ({Number(training.Loss, 3)} nats per character against {Number(pairs, 3)}); ";
        string words = $"of the words it writes {Percent(frames[^1].Real, 0)} exist in the text it learned from, before training {Percent(frames[0].Real, 0)}. ";
        UnitSearch.Finding[] found = [.. units.Where(IsFound).OrderByDescending(u => Math.Abs(u.Checked))], missing = [.. units.Where(u => !IsFound(u) && double.IsFinite(u.Checked))];
        string which = found.Length == 0
            ? $"No single unit was found that follows any of the {units.Length} things looked for (a correlation of at least {Plain(Clear)} on text it was not chosen on)."
            : $"Single units follow {Join(found.Select((u, i) => $"{u.Property.Name} ({(i == 0 ? "correlation " : "")}{Number(Math.Abs(u.Checked), 2)})"))}"
                + (missing.Length == 0 ? "." : $"; none was found for {Join(missing.Select(u => $"{u.Property.Name} ({Number(Math.Abs(u.Checked), 2)})"))}.");
        return loss + words + which;
    }

    private static string Article(string cell) => cell == "gru" ? "A GRU" : $"An {cell.ToUpperInvariant()}";

    private static string Join(IEnumerable<string> parts)
    {
        string[] all = [.. parts];
        return all.Length == 1 ? all[0] : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    private static Section Writing(List<Frame> frames, double temperature) => new(
        "What it writes as it learns",
        new Figure(
            new Slider
            {
                About = "What the network writes after more and more steps",
                Frames = [.. frames.Select(f => ($"{Number(f.Step, 0)} {(f.Step == 1 ? "step" : "steps")}", (Picture)new Passage { About = $"Written after {f.Step} steps", Text = f.Text }))],
            },
            $"Each time from the beginning of a line, with the same random draws at temperature {Plain(temperature)}. The slider goes back to before it had learned anything."),
        new Table(
            ["after", "words that exist", "the beginning"],
            [.. frames.Select(f => (string[])[$"{Number(f.Step, 0)} steps", Percent(f.Real, 0), $"`{Beginning(f.Text)}`"])])
        {
            TextColumns = [2],
        });

    private static string Beginning(string text)
    {
        string line = text.ReplaceLineEndings(" ").Replace('`', '\'').Trim();
        return line.Length > 56 ? $"{line[..56]}…" : line;
    }

    private static Section Learning(CharTraining training, double pairs) => new(
        "How it learned",
        new Figure(
            new LineChart
            {
                About = "Training and validation loss by step.",
                XTitle = "step",
                YTitle = "loss in nats per character",
                Height = 340,
                Series = [new("each batch", Point.Of(training.Losses)) { Colour = 0, IsFaint = true }, new("validation", training.Validation) { Colour = 1 }],
                Levels = [new(pairs, "a table of pairs")],
            },
            "Validation: the first 20,000 characters of the last tenth."));

    private static IEnumerable<Section> Units(UnitSearch.Finding[] units)
    {
        UnitSearch.Finding[] found = [.. units.Where(IsFound).OrderByDescending(u => Math.Abs(u.Checked))];
        var table = new Table(
            ["looked for", "unit", "correlation where chosen", "on other text", ""],
            [
                .. units.OrderByDescending(u => double.IsNaN(u.Checked) ? -1 : Math.Abs(u.Checked)).Select(u => (string[])
                    [u.Property.Name, double.IsNaN(u.Chosen) ? "–" : $"{u.Unit}", Number(u.Chosen, 2), Number(u.Checked, 2), IsFound(u) ? "found" : double.IsNaN(u.Checked) ? "not in this text" : "not found"]),
            ],
            $"For each property the unit with the strongest correlation on half of the text read; it counts as found when the correlation on the other half is at least {Plain(Clear)}.")
        {
            TextColumns = [4],
        };
        Block[] pictures =
        [
            .. found.Select(u => new Figure(
                new Passage { About = $"A text coloured by the memory of unit {u.Unit}", Text = u.Shown, Grounds = u.Grounds },
                $"Unit {u.Unit} follows {u.Property.Name}: correlation {Number(u.Checked, 2)}. The colour of a character is the unit's memory after it: blue for more{(u.Chosen < 0 ? " (the unit's sign is turned)" : "")}, orange for less.")),
        ];
        yield return new Section("Units that follow something", [table, .. pictures, new Prose(
            "The pieces of text are those in which the property varies most, whatever the unit does there. That no single unit follows something does not mean that the network does not know it: knowledge may be spread over many units.")]);
    }

    private sealed record Frame(int Step, string Text, double Real);
}
