using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Data;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;
using Contender = Longhand.Labs.Experiments.RnnVersusLstmContender;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The three recurrent cells on one text, with as nearly the same number of parameters as whole widths allow, the same steps and the same
/// batches; each also without shortening its gradients. The text is read from beginning to end with the memory carried on, so that there
/// is more to remember than one window. Left out: windows that each begin with an empty memory in training as well.
/// </summary>
public sealed class RnnVersusLstm : Lab
{
    // Of a network's share of the progress; the rest is measuring it.
    private const double Learning = 0.95;

    private static readonly WholeKnob s_width = new(
        "width", "Units of the LSTM; the others are as wide as makes their parameters as many.", Default: 128, Least: 4, Greatest: 1024);

    private static readonly WholeKnob s_layers = new("layers", "Layers on top of each other.", Default: 1, Least: 1, Greatest: 8);

    private static readonly WholeKnob s_steps = new(
        "steps", $"Steps of each training. For {TinyShakespeare.Name} 4500, about two minutes on two cores.",
        Default: 3000, Least: 1, Greatest: 100_000);

    private static readonly WholeKnob s_context = new(
        "context", "Characters that are learned through at once.", Default: 64, Least: 2, Greatest: 1024);

    private static readonly WholeKnob s_seeds = new(
        "seeds", "Trainings of each cell, with other first weights and the text cut at other places.",
        Default: 2, Least: 1, Greatest: 20);

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
        + "text in the same pieces, each at its own learning rate and over several seeds. They read it from beginning to end and carry "
        + "their memory on from window to window, while learning and while being measured. "
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
        RunSideBySide(contenders, text, steps, context);
        context.Report(1, "done");
        MeasuredCell[] cells = [.. contenders.Select(c => c.Measured)];
        (MeasuredCell rnn, MeasuredCell lstm, MeasuredCell gru) = (cells[0], cells[1], cells[2]);
        bool usualRates = s_cells.All(c => context[c.Rate] == c.Rate.Default);
        return new LabResult
        {
            Conclusion = new RnnVersusLstmConclusion(rnn, lstm, gru, text.Name, model.Context, steps, context[s_clip]).ToString(),
            Numbers = [.. cells.SelectMany(NumbersOf), ("lstm_wins", lstm.LeadsOver(rnn)), ("seeds", seeds)],
            Headlines =
            [
                .. cells.Select(c => new Headline(
                    c.Name, RnnVersusLstmPage.Loss(c.Loss), $"nats per character; {Number(c.Parameters, 0)} parameters, width {c.Width}")),
            ],
            Sections = RnnVersusLstmPage.Sections(contenders, text, context[s_clip], usualRates),
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
    private static void RunSideBySide(Contender[] contenders, CharText text, int steps, LabContext context)
    {
        (Contender Cell, CharTraining Training)[] jobs = [.. contenders.SelectMany(c => c.Trainings.Select(t => (c, t)))];
        double[] done = new double[jobs.Length];
        var losses = new Dictionary<Contender, double>();
        var one = new Lock();
        AllCores.For(
            jobs.Length,
            job =>
            {
                (Contender cell, CharTraining training) = jobs[job];
                training.Run(step => { if (step % 10 == 0) Report(job, Learning * step / steps); }, context.Cancel);
                cell.Examine(training, text, context.Seed, context.Cancel);
                Report(job, 1);
            },
            context.Cancel);

        void Report(int job, double share)
        {
            (Contender cell, CharTraining training) = jobs[job];
            lock (one)
            {
                done[job] = share;
                if (training == cell.Clipped[0]) losses[cell] = training.Validation[^1].Y;
                context.Report(
                    done.Average(), $"training {jobs.Length} networks, {done.Count(d => d == 1)} done",
                    [.. contenders.Where(c => losses.ContainsKey(c)).Select(c => (c.Config.Kind, losses[c]))]);
            }
        }
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

    private static IEnumerable<(string, double)> NumbersOf(MeasuredCell cell)
    {
        string name = cell.Name.ToLowerInvariant();
        return
        [
            ($"{name}_loss", cell.Loss), ($"{name}_lowest", cell.Losses.Min()), ($"{name}_highest", cell.Losses.Max()),
            ($"{name}_emptied", cell.Emptied), ($"{name}_parameters", cell.Parameters), ($"{name}_width", cell.Width),
            ($"{name}_unclipped", cell.Unclipped), ($"{name}_longest_gradient", cell.LongestGradient),
        ];
    }
}
