using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Pictures;
using Longhand.Tensors;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Eight activation functions: their curves and slopes, drawn by the tensor engine itself, and what they do to a network of some depth that
/// learns two spirals. Every network begins with the same draws, scaled as suits its function (He's for those that cut off one half, Glorot's
/// for those that saturate on both sides), and learns with the same rate, so that differences are the functions' own.
/// </summary>
public sealed class Activations : Lab
{
    private static readonly WholeKnob s_depth = new(
        "depth", "Hidden layers; deeper networks suffer more from functions with small slopes.", Default: 5, Least: 1, Greatest: 30);

    private static readonly WholeKnob s_width = new("width", "Units of each hidden layer.", Default: 24, Least: 2, Greatest: 256);
    private static readonly WholeKnob s_steps = new("steps", "Steps of each training.", Default: 1000, Least: 10, Greatest: 20_000);

    private static readonly NumberKnob s_rate = new(
        "rate", "Learning rate (Adam); try 0.1 to see units of relu die.", Default: 0.01, Least: 0, Greatest: 1, OpenBelow: true);

    private static readonly NumberKnob s_turns = new("turns", "Turns of each spiral; more are harder.", Default: 1.25, Least: 0.25, Greatest: 4);
    private static readonly WholeKnob s_seeds = new("seeds", "Trainings of each function.", Default: 3, Least: 1, Greatest: 20);

    private static readonly ActivationTraining.Function[] s_functions =
    [
        new("sigmoid", x => x.Sigmoid(), Initializers.Glorot),
        new("tanh", x => x.Tanh(), Initializers.Glorot),
        new("relu", x => x.Relu(), Initializers.He),
        new("leaky relu", x => x.LeakyRelu(0.01f), Initializers.He),
        new("gelu", x => x.Gelu(), Initializers.He),
        new("silu", x => x.Silu(), Initializers.He),
        new("softplus", x => x.Softplus(), Initializers.He),
        new("none", x => x, Initializers.Glorot),
    ];

    public override string Name => "activations";

    public override string Summary => "sigmoid to silu, and none: curves, slopes, dead units, and who learns";

    public override string Question => "Which activation function lets a deep network learn?";

    public override string About =>
        "The curves of eight functions with their slopes; then one network for each learns two spirals, with the same draws for its first weights, the same batches and the same rate. "
        + "Counted on the way: units that are flat for every point, and the gradient that reaches the first layer.";

    public override IReadOnlyList<Knob> Knobs => [s_depth, s_width, s_steps, s_rate, s_turns, s_seeds];

    public override LabResult Run(LabContext context)
    {
        int seeds = context[s_seeds];
        var network = new ActivationTraining.Settings(context[s_depth], context[s_width], context[s_steps], context[s_rate], context[s_turns]);
        var outcomes = new List<Outcome>();
        foreach ((int i, ActivationTraining.Function function) in s_functions.Index())
        {
            var runs = new List<ActivationTraining>();
            for (int seed = 0; seed < seeds; seed++)
            {
                double from = ((i * seeds) + seed) / (double)(s_functions.Length * seeds);
                double share = 1.0 / (s_functions.Length * seeds);
                runs.Add(ActivationTraining.Run(function, network, context.Rng.Fork("activations").Fork(seed), (step, loss, accuracy) =>
                    context.Report(from + (share * step / network.Steps), $"{function.Name}, seed {seed + 1}", ("loss", loss), ("accuracy", accuracy))));
            }
            outcomes.Add(new Outcome(function, i, runs));
        }
        return new LabResult
        {
            Conclusion = Conclude(outcomes, context),
            Numbers =
            [
                .. outcomes.SelectMany(o => new[]
                {
                    ($"{o.Key}_accuracy", o.Accuracy), ($"{o.Key}_loss", o.Loss), ($"{o.Key}_flat", o.Flat), ($"{o.Key}_dead", o.Dead),
                    ($"{o.Key}_first_gradient", o.First), ($"{o.Key}_steps_to_95", o.Arrived ?? double.NaN),
                }),
            ],
            Headlines =
            [
                .. outcomes.Where(o => o.Arrived is not null).OrderBy(o => o.Arrived).Take(1).Select(o => new Headline("First at 95%", o.Function.Name, $"after {Number(o.Arrived!.Value, 0)} steps")),
                new("Best on held-out points", outcomes.MaxBy(o => o.Accuracy)!.Function.Name, Percent(outcomes.Max(o => o.Accuracy))),
                new("Without any function", Percent(outcomes[^1].Accuracy), "a straight line, however deep"),
            ],
            Sections = [Curves(), Learning(outcomes, context), Units(outcomes, context), Boundaries(outcomes)],
        };
    }

    private static string Conclude(List<Outcome> outcomes, LabContext context)
    {
        Outcome[] ranked = [.. outcomes.OrderByDescending(o => o.Accuracy)];
        Outcome[] learned = [.. ranked.Where(o => o.Accuracy >= 0.95)], failed = [.. ranked.Where(o => o.Accuracy < 0.75)];
        string who = learned.Length == 0
            ? $"With {Words.Count(context[s_depth], "hidden layer")} none of the functions reaches 95% on held-out points of two spirals within {Number(context[s_steps], 0)} steps; the best is {ranked[0].Function.Name} with {Percent(ranked[0].Accuracy)}."
            : $"With {Words.Count(context[s_depth], "hidden layer")}, {List(learned)} {(learned.Length == 1 ? "reaches" : "reach")} 95% or more on held-out points of two spirals within {Number(context[s_steps], 0)} steps"
                + (failed.Length > 0 ? $"; {List(failed)} {(failed.Length == 1 ? "stays" : "stay")} near guessing, at {Percent(failed.Max(o => o.Accuracy), 0)} or less." : ".");
        Outcome weakest = outcomes.SkipLast(1).MinBy(o => o.First)!, strongest = outcomes.SkipLast(1).MaxBy(o => o.First)!;
        string gradient = strongest.First > 3 * weakest.First
            ? $" The gradient that reaches the first layer at the start is {Digits(strongest.First / weakest.First, 2)} times smaller for {weakest.Function.Name} than for {strongest.Function.Name}."
            : "";
        Outcome mostDead = outcomes.MaxBy(o => o.Dead)!;
        string dead = mostDead.Dead >= 0.005
            ? $" After training {Percent(mostDead.Dead, 0)} of the units of {mostDead.Function.Name} are dead: flat at every point."
            : " After training no function has more than a few units in a thousand that are flat at every point.";
        return who + gradient + dead;

        static string List(Outcome[] some) => Words.List(some.Select(o => o.Function.Name));
    }

    private static Section Curves()
    {
        const int count = 161;
        double[] places = [.. Enumerable.Range(0, count).Select(i => -5 + (10.0 * i / (count - 1)))];
        var (values, slopes) = (new List<Series>(), new List<Series>());
        foreach ((int i, ActivationTraining.Function function) in s_functions.SkipLast(1).Index())
        {
            Tensor x = Tensor.From(places, count, new ReferenceBackend()).RequireGradient();
            Tensor y = function.Of(x);
            y.Sum().Backward();
            values.Add(new Series(function.Name, [.. places.Zip(y.ToDoubles(), (a, b) => new Point(a, b))]) { Colour = i });
            slopes.Add(new Series(function.Name, [.. places.Zip(x.Gradient!.ToDoubles(), (a, b) => new Point(a, b))]) { Colour = i });
        }
        LineChart Chart(string about, string title, List<Series> series, (double, double) range) => new()
        {
            About = about,
            XTitle = "x",
            YTitle = title,
            Width = 480,
            Height = 420,
            XRange = (-5, 5),
            YRange = range,
            Series = series,
        };
        return new Section(
            "The functions",
            new Pair(
                new Figure(Chart("The seven functions from −5 to 5.", "f(x)", values, (-1.5, 4)), "f: sigmoid and tanh level off on both sides, the others on one."),
                new Figure(Chart("Their derivatives from −5 to 5.", "f′(x)", slopes, (-0.2, 1.2)),
                    "f′, which every gradient on its way back is multiplied by, layer after layer. The sigmoid's is at most ¼.")));
    }

    private static Section Learning(List<Outcome> outcomes, LabContext context) => new(
        "Who learns",
        new Figure(
            new LineChart
            {
                About = "Training loss by step for each activation function.",
                XTitle = "step",
                YTitle = "loss",
                YRange = (0, 0.8),
                Height = 440,
                Series = [.. outcomes.Select(o => new Series(o.Function.Name, o.Runs[0].Losses) { Colour = o.Place })],
                Levels = [new(Math.Log(2), "guessing: ln 2")],
            },
            "The loss on all training points while it learns, the first seed of each."),
        new Table(
            ["function", "held-out accuracy", "loss", "steps to 95%", "first layer's gradient", "flat at the start", "dead at the end"],
            [
                .. outcomes.Select(o => (string[])
                [
                    o.Function.Name, Percent(o.Accuracy), Number(o.Loss, 3), o.Arrived is { } n ? Number(n, 0) : "–", Digits(o.First, 2), Percent(o.Flat), Percent(o.Dead),
                ]),
            ],
            $"Means of {Words.Count(context[s_seeds], "seed")}. Steps until 95% of the training points are on their side; gradient of the first layer's weights at the start (root mean square). Flat: the slope is below {Plain(ActivationTraining.Flat)}, counted over units and points. Dead: flat at every training point, so that nothing can wake the unit."));

    private static Section Units(List<Outcome> outcomes, LabContext context)
    {
        string[] layers = [.. Enumerable.Range(1, context[s_depth]).Select(l => $"{l}")];
        return new Section(
            "Gradients by layer, at the start",
            new Figure(
                new LineChart
                {
                    About = "Size of the gradient of the loss with respect to each hidden layer's weights before training, for each function.",
                    XTitle = "hidden layer",
                    YTitle = "root mean square of the gradient",
                    YScale = Scale.Log,
                    XRange = (0.5, layers.Length + 0.5),
                    Series = [.. outcomes.Select(o => new Series(o.Function.Name, Point.Of(o.Runs[0].Gradients, from: 1)) { Colour = o.Place, Look = SeriesLook.LineAndMarks })],
                },
                "From the output (right) back to the input (left). A slope on this scale is a factor for each layer: what shrinks here, starves the first layers."));
    }

    private static Section Boundaries(List<Outcome> outcomes) => new(
        "What each has drawn",
        [.. outcomes.Chunk(2).Select(two => new Pair([.. two.Select(o => new Figure(o.Runs[0].Drawn, $"{o.Function.Name}: {Percent(o.Runs[0].Accuracy)} of the held-out points."))]))]);

    /// <summary>All trainings with one function, and their means.</summary>
    private sealed record Outcome(ActivationTraining.Function Function, int Place, List<ActivationTraining> Runs)
    {
        public string Key => Function.Name.Replace(' ', '_');

        public double Accuracy => Runs.Average(r => r.Accuracy);

        public double Loss => Runs.Average(r => r.Loss);

        public double Flat => Runs.Average(r => r.FlatAtStart);

        public double Dead => Runs.Average(r => r.DeadAtEnd);

        public double First => Runs.Average(r => r.Gradients[0]);

        /// <summary>The mean number of steps, if every training came there.</summary>
        public double? Arrived => Runs.All(r => r.Arrived is not null) ? Runs.Average(r => r.Arrived!.Value) : null;
    }
}
