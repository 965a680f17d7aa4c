using System.Collections.Concurrent;
using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Data;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The three recurrent cells on one text, with as nearly the same number of parameters as whole widths allow, the same steps and the same
/// batches; each also without shortening its gradients. The text is read from beginning to end with the memory carried on: where every
/// window of a few dozen characters begins with an empty memory, there is little to remember, and the cells do equally well.
/// </summary>
public sealed class RnnVersusLstm : Lab
{
    private const int Written = 300;

    // Less is within what a run differs from another with the same settings and other first weights.
    private const double Even = 0.01;

    private static readonly WholeKnob s_width = new(
        "width", "Units of the LSTM; the others are as wide as makes their parameters as many.", Default: 128, Least: 4, Greatest: 1024);

    private static readonly WholeKnob s_layers = new("layers", "Layers on top of each other.", Default: 1, Least: 1, Greatest: 8);

    private static readonly WholeKnob s_steps = new(
        "steps", $"Steps of each training. For {TinyShakespeare.Name} 4500, about two minutes on two cores.",
        Default: 3000, Least: 1, Greatest: 100_000);

    private static readonly WholeKnob s_context = new(
        "context", "Characters that are learned through at once.", Default: 64, Least: 2, Greatest: 1024);

    private static readonly WholeKnob s_seeds = new(
        "seeds", "Trainings of each cell, with other first weights and the text cut at other places.", Default: 2, Least: 1, Greatest: 20);

    private static readonly NumberKnob s_clip = new(
        "clip", "Longer gradients are shortened to this.", Default: 1, Least: 0, Greatest: 1000, OpenBelow: true);

    private static readonly (RecurrentCell Cell, NumberKnob Rate)[] s_cells =
    [
        (RecurrentCell.Rnn, Rate("rnn", 0.0045)), (RecurrentCell.Lstm, Rate("lstm", 0.01)), (RecurrentCell.Gru, Rate("gru", 0.006)),
    ];

    public override string Name => "rnn-vs-lstm";

    public override string Summary => "RNN, LSTM and GRU with as many parameters on one text, with and without clipping";

    public override string Question => "What do an LSTM's gates buy?";

    public override string About =>
        "A simple recurrent network, an LSTM and a GRU with as nearly the same number of parameters as whole widths allow learn the same "
        + "text in the same pieces, each at its own learning rate and over several seeds. They read it from beginning to end and carry their "
        + "memory on from window to window, while learning and while being measured. "
        + "Then each does it again without shortening long gradients. "
        + "The loss is over the whole last tenth of the text.";

    public override IReadOnlyList<Knob> Knobs =>
        [CharText.Knob, s_width, s_layers, s_steps, s_context, s_seeds, s_clip, .. s_cells.Select(c => c.Rate)];

    public override LabResult Run(LabContext context)
    {
        context.Report(0, "reading");
        CharText text = CharText.Load(context[CharText.Knob]);
        int seeds = context[s_seeds], steps = context[s_steps];
        RecurrentConfig model = new(RecurrentCell.Lstm)
        {
            Width = context[s_width],
            Layers = context[s_layers],
            Context = context[s_context],
            Vocabulary = text.Vocabulary,
        };
        Contender[] contenders =
        [
            .. s_cells.Select(c =>
            {
                RecurrentConfig config = OfSize(c.Cell, model);
                CharTraining[] clipped = [.. Enumerable.Range(0, seeds).Select(seed => Prepare(config, c.Rate, seed, context[s_clip]))];
                return new Contender(config, clipped, Prepare(config, c.Rate, seed: 0, clip: 0));
            }),
        ];
        RunSideBySide(contenders, steps, context);
        foreach (Contender contender in contenders) contender.Examine(text, Written, context.Seed);
        context.Report(1, "done");
        return new LabResult
        {
            Conclusion = Conclude(contenders, text, context[s_clip]),
            Numbers =
            [
                .. contenders.SelectMany(c => c.Numbers), ("lstm_wins", Contender.Wins(contenders[1], contenders[0])), ("seeds", seeds),
            ],
            Headlines =
            [
                .. contenders.Select(c => new Headline(
                    c.Name, Number(c.Loss, 3),
                    $"nats per character; {Number(c.Config.ParameterCount, 0)} parameters, width {c.Config.Width}")),
            ],
            Sections = RnnVersusLstmPage.Sections(contenders, text, context[s_clip]),
        };

        CharTraining Prepare(RecurrentConfig config, NumberKnob rate, int seed, double clip)
        {
            // The same draws for every cell and both ways: whatever differs comes from what is compared.
            Rng rng = context.Rng.Fork("seed").Fork(seed);
            RecurrentModel untrained = config.Create(rng.Fork("weights"));
            untrained.MoveTo(new CpuBackend(threads: 1));
            var plan = new CharPlan
            {
                Steps = steps,
                WarmUp = steps / 20,
                Rate = context[rate],
                Clip = clip,
                CarriesMemory = true,
                Measurements = 15,
            };
            return new CharTraining(untrained, text, plan, rng);
        }
    }

    // Each training has one core, and as many run at a time as there are cores: for models as small as these, all cores for one after the
    // other take about half as long again. The results have the same bits.
    private static void RunSideBySide(Contender[] contenders, int steps, LabContext context)
    {
        CharTraining[] trainings = [.. contenders.SelectMany(c => c.Clipped.Append(c.Unclipped))];
        var losses = new (string Name, double Loss)[contenders.Length];
        for (int i = 0; i < losses.Length; i++) losses[i] = (contenders[i].Config.Kind, double.NaN);
        double taken = 0;
        var one = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.Cancel };
        Parallel.ForEach(Partitioner.Create(trainings, EnumerablePartitionerOptions.NoBuffering), options, training =>
        {
            int first = Array.FindIndex(contenders, c => c.Clipped[0] == training);
            training.Run(step =>
            {
                if (step % 10 != 0) return;
                lock (one)
                {
                    if (step > 0) taken += 10;
                    if (first >= 0) losses[first].Loss = training.Validation[^1].Y;
                    (string, double)[] known = [.. losses.Where(l => !double.IsNaN(l.Loss))];
                    context.Report(taken / ((double)steps * trainings.Length), $"training {trainings.Length} networks", known);
                }
            });
        });
    }

    /// <summary>A model of another cell whose parameters are as nearly as many as a whole width allows.</summary>
    internal static RecurrentConfig OfSize(RecurrentCell cell, RecurrentConfig model)
    {
        RecurrentConfig Wide(int width) =>
            new(cell) { Width = width, Layers = model.Layers, Context = model.Context, Vocabulary = model.Vocabulary };
        int w = 1;
        while (Wide(w + 1).ParameterCount <= model.ParameterCount) w++;
        long below = model.ParameterCount - Wide(w).ParameterCount, above = Wide(w + 1).ParameterCount - model.ParameterCount;
        return below <= above ? Wide(w) : Wide(w + 1);
    }

    private static NumberKnob Rate(string cell, double usual) => new(
        $"{cell}-rate", $"The {cell.ToUpperInvariant()}'s learning rate at its highest.", usual, Least: 0, Greatest: 1, OpenBelow: true);

    private static string Conclude(Contender[] contenders, CharText text, double clip)
    {
        int seeds = contenders[0].Losses.Length;
        IEnumerable<string> losses = contenders.Select(c =>
            $"{(double.IsFinite(c.Loss) ? Number(c.Loss, 3) : "infinite")} for the {c.Name}");
        return $"With about {Number(contenders[1].Config.ParameterCount, 0)} parameters each, on {text.Name}, "
            + $"the loss is {Words.List(losses)}"
            + $"{(seeds > 1 ? $" (means of {seeds} trainings, in nats per character)" : " (in nats per character)")}: "
            + Verdict(rnn: contenders[0], lstm: contenders[1], gru: contenders[2]) + WithoutClipping(contenders, clip);
    }

    private static string Verdict(Contender rnn, Contender lstm, Contender gru)
    {
        double gap = rnn.Loss - lstm.Loss;
        if (!double.IsFinite(gap)) return "nothing can be said of the LSTM's gates. ";
        if (Math.Abs(gap) < Even) return "the LSTM's gates make no difference that could be told from chance. ";
        string wider = $"{Number((100.0 * rnn.Config.Width / lstm.Config.Width) - 100, 0)}% wider";
        if (gap < 0) return $"the RNN, {wider}, predicts better after {Words.Count(lstm.Clipped[0].Losses.Count, "step")}. ";

        int seeds = lstm.Losses.Length, wins = Contender.Wins(lstm, rnn);
        string often = wins < seeds ? $"{wins} of {seeds}" : seeds == 1 ? "this training" : seeds == 2 ? "both" : $"all {seeds}";
        string third = Math.Abs(gru.Loss - lstm.Loss) < Even ? "; the GRU does as well"
            : gru.Loss < lstm.Loss ? "; the GRU does better still" : "";
        return $"the LSTM predicts better than the RNN in {often}, although the RNN is {wider}{third}. "
            + $"Measured with their memories emptied every {Words.Count(lstm.Config.Context, "character")}, "
            + $"the same LSTM and RNN are at {Number(lstm.Emptied, 3)} and {Number(rnn.Emptied, 3)}: "
            + Source(gap, left: rnn.Emptied - lstm.Emptied);
    }

    // Where the LSTM's lead comes from, by what is left of it when nothing from before the window is remembered.
    private static string Source(double gap, double left) =>
        left < Even ? "nothing is left of the lead, which lies in what the LSTM remembers from further back. "
        : left < gap - Even
            ? $"{Number(left, 3)} is left of a lead of {Number(gap, 3)}; the rest lies in what the LSTM remembers from further back. "
        : "the lead does not lie in what is remembered from further back. ";

    private static string WithoutClipping(Contender[] contenders, double clip)
    {
        bool Differs(Contender c) => !double.IsFinite(c.Unclipped.Loss) || Math.Abs(c.Unclipped.Loss - c.Losses[0]) >= Even;
        string[] differ =
        [
            .. contenders.Where(Differs).Select(c => double.IsFinite(c.Unclipped.Loss)
                ? $"the {c.Name} ends at {Number(c.Unclipped.Loss, 3)} in place of {Number(c.Losses[0], 3)}"
                : $"the {c.Name} diverges"),
        ];
        Contender wild = contenders.MaxBy(c => c.Unclipped.Norms.Max())!;
        return $"Without shortening gradients to {Plain(clip)}, "
            + (differ.Length == 0 ? "no loss changes by more than the seeds do: AdamW divides by the gradients' size anyway. "
                : $"{Words.List(differ)}{(differ.Length < contenders.Length ? "; the others hardly change" : "")}. ")
            + $"The longest gradient met is {Digits(wild.Unclipped.Norms.Max(), 2)}, the {wild.Name}'s.";
    }

    /// <summary>A cell in this comparison.</summary>
    internal sealed class Contender(RecurrentConfig config, CharTraining[] clipped, CharTraining unclipped)
    {
        public RecurrentConfig Config => config;

        /// <summary>One training for each seed.</summary>
        public CharTraining[] Clipped => clipped;

        /// <summary>The first seed's training without clipping.</summary>
        public CharTraining Unclipped => unclipped;

        /// <summary>What the first training's model writes.</summary>
        public string Text { get; private set; } = "";

        /// <summary>The mean loss of the models of <see cref="Clipped"/> where every window begins with an empty memory.</summary>
        public double Emptied { get; private set; }

        public string Name => Config.Kind.ToUpperInvariant();

        public double[] Losses => Array.ConvertAll(Clipped, t => t.Loss);

        public double Loss => Losses.Average();

        public IEnumerable<(string, double)> Numbers =>
        [
            ($"{Config.Kind}_loss", Loss), ($"{Config.Kind}_lowest", Losses.Min()), ($"{Config.Kind}_highest", Losses.Max()),
            ($"{Config.Kind}_emptied", Emptied),
            ($"{Config.Kind}_parameters", Config.ParameterCount), ($"{Config.Kind}_width", Config.Width),
            ($"{Config.Kind}_unclipped", Unclipped.Loss), ($"{Config.Kind}_longest_gradient", Unclipped.Norms.Max()),
        ];

        /// <summary>After training: lets the first model write, and measures all with emptied memories.</summary>
        public void Examine(CharText text, int characters, string seed)
        {
            Text = Clipped[0].Write(characters, seed);
            Emptied = Clipped.Average(t => double.IsFinite(t.Loss) ? text.ValidationLoss(t.Model) : t.Loss);
        }

        /// <summary>In how many seeds one has the lower loss.</summary>
        public static int Wins(Contender one, Contender other) => one.Losses.Zip(other.Losses).Count(pair => pair.First < pair.Second);
    }
}
