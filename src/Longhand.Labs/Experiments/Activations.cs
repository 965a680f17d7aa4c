using Longhand.Backends.Reference;
using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Pictures;
using Longhand.Tensors;
using Longhand.Optim;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Eight activation functions: their curves and slopes, drawn by the tensor engine itself, and what they do to a network of some depth that
/// learns two spirals. Every network begins with the same draws, scaled as suits its function (He's for those that cut off one half, Glorot's
/// for those that saturate on both sides), and learns with the same rate, so that differences are the functions' own.
/// </summary>
public sealed class Activations : Lab
{
    private const int Batch = 64;
    private const double Flat = 0.005;

    private static readonly WholeKnob s_depth = new(
        "depth", "Hidden layers; deeper networks suffer more from functions with small slopes.", Default: 5, Least: 1, Greatest: 30);

    private static readonly WholeKnob s_width = new("width", "Units of each hidden layer.", Default: 24, Least: 2, Greatest: 256);
    private static readonly WholeKnob s_steps = new("steps", "Steps of each training.", Default: 1000, Least: 10, Greatest: 20_000);

    private static readonly NumberKnob s_rate = new(
        "rate", "Learning rate (Adam); try 0.1 to see units of relu die.", Default: 0.01, Least: 0, Greatest: 1, OpenBelow: true);

    private static readonly NumberKnob s_turns = new("turns", "Turns of each spiral; more are harder.", Default: 1.25, Least: 0.25, Greatest: 4);
    private static readonly WholeKnob s_seeds = new("seeds", "Trainings of each function.", Default: 3, Least: 1, Greatest: 20);

    private static readonly Function[] s_functions =
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

    public override string Summary => "sigmoid, tanh, relu, leaky relu, gelu, silu, softplus and none: curves, slopes, dead units, and who learns";

    public override string Question => "Which activation function lets a deep network learn?";

    public override string About =>
        "The curves of eight functions with their slopes; then one network for each learns two spirals, with the same draws for its first weights, the same batches and the same rate. "
        + "Counted on the way: units that are flat for every point, and the gradient that reaches the first layer.";

    public override IReadOnlyList<Knob> Knobs => [s_depth, s_width, s_steps, s_rate, s_turns, s_seeds];

    public override LabResult Run(LabContext context)
    {
        int seeds = context[s_seeds];
        var outcomes = new List<Outcome>();
        foreach ((int i, Function function) in s_functions.Index())
        {
            var runs = new List<Training>();
            for (int seed = 0; seed < seeds; seed++)
            {
                double from = ((i * seeds) + seed) / (double)(s_functions.Length * seeds);
                runs.Add(Learn(function, seed, context, from, 1.0 / (s_functions.Length * seeds)));
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
            ? $"With {context[s_depth]} hidden layers none of the functions reaches 95% on held-out points of two spirals within {context[s_steps]} steps; the best is {ranked[0].Function.Name} with {Percent(ranked[0].Accuracy)}."
            : $"With {context[s_depth]} hidden layers, {List(learned)} {(learned.Length == 1 ? "reaches" : "reach")} 95% or more on held-out points of two spirals within {context[s_steps]} steps"
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

        static string List(Outcome[] some) => some.Length == 1 ? some[0].Function.Name : $"{string.Join(", ", some[..^1].Select(o => o.Function.Name))} and {some[^1].Function.Name}";
    }

    private static Section Curves()
    {
        const int count = 161;
        double[] places = [.. Enumerable.Range(0, count).Select(i => -5 + (10.0 * i / (count - 1)))];
        var (values, slopes) = (new List<Series>(), new List<Series>());
        foreach ((int i, Function function) in s_functions.SkipLast(1).Index())
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
            $"Means of {context[s_seeds]} {(context[s_seeds] == 1 ? "seed" : "seeds")}. Steps until 95% of the training points are on their side; gradient of the first layer's weights at the start (root mean square). Flat: the slope is below {Plain(Flat)}, counted over units and points. Dead: flat at every training point, so that nothing can wake the unit."));

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

    private static Training Learn(Function function, int seed, LabContext context, double from, double share)
    {
        int depth = context[s_depth], width = context[s_width], steps = context[s_steps];
        Rng rng = context.Rng.Fork("activations").Fork(seed);
        LabelledPoints points = ToySets.Spirals(600, noise: 0.05, rng.Fork("points"), turns: context[s_turns]);
        Standardise(points.X);
        (LabelledPoints learn, LabelledPoints judge) = points.Split(1.0 / 3, rng);
        var (train, held) = (new Examples(learn), new Examples(judge));
        Linear[] linear = [.. Enumerable.Range(0, depth).Select(l => new Linear(l == 0 ? 2 : width, width, rng.Fork("weights").Fork(l), initializer: function.Start))];
        var model = new Sequential([.. linear.SelectMany(l => new Layer[] { l, new Activation(function.Of) }), new Linear(width, 2, rng.Fork("last"))]);

        double[] gradients = Gradients(model, linear, train);
        (double flat, _) = FlatUnits(function, linear, train);
        var optimizer = new Adam(ParameterGroup.All(model));
        var losses = new List<Point>();
        int? arrived = null;
        int every = Math.Max(1, steps / 100);
        for (int step = 0; step <= steps; step++)
        {
            if (step % every == 0)
            {
                (double loss, double accuracy) = train.Measure(model);
                losses.Add(new Point(step, loss));
                arrived ??= accuracy >= 0.95 ? step : null;
                context.Report(from + (share * step / steps), $"{function.Name}, seed {seed + 1}", ("loss", loss), ("accuracy", accuracy));
            }
            using (Workspace.Begin())
            {
                (Tensor x, Indices labels) = train.Batch(Batch, step, rng.Fork("batches"));
                model.ClearGradients();
                model.Forward(x).CrossEntropy(labels).BackwardOnce();
                optimizer.Step(context[s_rate]);
            }
        }
        (double finalLoss, double finalAccuracy) = held.Measure(model);
        (_, double dead) = FlatUnits(function, linear, train);
        return new Training(losses, gradients, flat, dead, finalLoss, finalAccuracy, arrived, seed == 0 ? Draw(model, judge, function.Name) : null!);
    }

    // Mean 0 and variance 1 in each direction: where functions that saturate on both sides are neither flat nor nearly straight.
    private static void Standardise(float[] x)
    {
        for (int feature = 0; feature < 2; feature++)
        {
            double[] values = [.. x.Where((_, i) => i % 2 == feature).Select(v => (double)v)];
            double mean = values.Average(), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
            for (int i = feature; i < x.Length; i += 2)
            {
                x[i] = (float)((x[i] - mean) / deviation);
            }
        }
    }

    /// <summary>The root mean square of the loss's gradient with respect to each hidden layer's weights.</summary>
    private static double[] Gradients(Sequential model, Linear[] linear, Examples train)
    {
        using (Workspace.Begin())
        {
            model.ClearGradients();
            model.Forward(train.X).CrossEntropy(train.Labels).Backward();
            double[] sizes = Array.ConvertAll(linear, l => Math.Sqrt(l.Weight.Gradient!.ToDoubles().Average(g => g * g)));
            model.ClearGradients();
            return sizes;
        }
    }

    /// <summary>The share of (unit, point) pairs at which the activation is flat, and the share of units that are flat at every point.</summary>
    private static (double Flat, double Dead) FlatUnits(Function function, Linear[] linear, Examples train)
    {
        using (Workspace.Begin())
        {
            long flat = 0, dead = 0, pairs = 0, units = 0;
            Tensor x = train.X;
            foreach (Linear layer in linear)
            {
                // The engine's own slope: the gradient of the sum of all activations.
                Tensor before = Tensor.From(layer.Forward(x).ToDoubles(), (train.Count, layer.Weight.Shape[1])).RequireGradient();
                Tensor after = function.Of(before);
                after.Sum().Backward();
                double[] slopes = before.Gradient!.ToDoubles();
                int width = layer.Weight.Shape[1];
                for (int unit = 0; unit < width; unit++)
                {
                    int count = Enumerable.Range(0, train.Count).Count(row => Math.Abs(slopes[(row * width) + unit]) < Flat);
                    (flat, dead) = (flat + count, dead + (count == train.Count ? 1 : 0));
                }
                (pairs, units) = (pairs + slopes.Length, units + width);
                x = Tensor.From(after.ToDoubles(), (train.Count, width));
            }
            return ((double)flat / pairs, (double)dead / units);
        }
    }

    private static Regions Draw(Sequential model, LabelledPoints points, string name)
    {
        PlaneGrid grid = PlaneGrid.Around(points.X, columns: 80);
        using (Workspace.Begin())
        {
            Tensor probabilities = model.Forward(Tensor.From(grid.Centres, (grid.Count, 2))).Softmax();
            double[] p = probabilities.ToDoubles();
            return new Regions
            {
                About = $"The regions that the network with {name} gives to each spiral, and the held-out points.",
                Grid = grid,
                Classes = [.. Enumerable.Range(0, grid.Count).Select(i => p[(2 * i) + 1] > p[2 * i] ? 1 : 0)],
                Certainty = [.. Enumerable.Range(0, grid.Count).Select(i => (float)Math.Abs(p[(2 * i) + 1] - p[2 * i]))],
                Points = points.X,
                Labels = points.Labels,
                ClassNames = ["one spiral", "the other"],
            };
        }
    }

    private sealed record Function(string Name, Func<Tensor, Tensor> Of, Initializer Start);

    /// <summary>One training: the course of the loss, the gradients before it, flat pairs before and dead units after, and how well it does.</summary>
    private sealed record Training(
        List<Point> Losses, double[] Gradients, double FlatAtStart, double DeadAtEnd, double Loss, double Accuracy, int? Arrived, Regions Drawn);

    /// <summary>All trainings with one function, and their means.</summary>
    private sealed record Outcome(Function Function, int Place, List<Training> Runs)
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
