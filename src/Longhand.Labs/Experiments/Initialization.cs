using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Pictures;
using Longhand.Tensors;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Where training starts. A sum over n inputs of variance q has the variance n·Var(W)·q: if n·Var(W) is not about 1, signals shrink or grow
/// by that factor at every layer. Glorot and Bengio (2010) choose Var(W) = 2/(in + out), He and others (2015) 2/in for
/// rectifiers, which let half of it through. Zero is worse than any: all neurons of a layer stay alike.
/// </summary>
public sealed class Initialization : Lab
{
    private const int Batch = 64;
    private const double Small = 0.01, Large = 1, Learned = 0.8;

    private static readonly ChoiceKnob s_activation = new("activation", "Of the hidden layers.", "tanh", "relu");
    private static readonly WholeKnob s_depth = new("depth", "Hidden layers.", Default: 8, Least: 1, Greatest: 30);
    private static readonly WholeKnob s_width = new("width", "Neurons in each hidden layer.", Default: 100, Least: 4, Greatest: 256);
    private static readonly WholeKnob s_steps = new("steps", $"Steps of training with batches of {Batch}.", Default: 400, Least: 2, Greatest: 5000);

    private static readonly NumberKnob s_rate = new(
        "rate", "Learning rate, the same for all; plain gradient descent.", Default: 0.1, Least: 0, Greatest: 10, OpenBelow: true);

    public override string Name => "initialization";

    public override string Summary => "first weights zero, too small, too large, Xavier and He: signals, and who learns";

    public override string Question => "What should the first weights be?";

    public override string About =>
        "The same network starts five times, from weights of different sizes: all zero, normal with deviation 0.01, normal with "
        + "deviation 1, and after the rules of Xavier Glorot and Kaiming He. "
        + "Before training its activations and gradients are measured layer by layer; then it learns handwritten digits, and a fifth "
        + "of them is held out.";

    public override IReadOnlyList<Knob> Knobs => [s_activation, s_depth, s_width, s_steps, s_rate];

    public override LabResult Run(LabContext context)
    {
        (LabelledPoints train, LabelledPoints held) = Data.Digits.Load().Split(0.2, context.Rng.Fork("held out"));
        Scheme[] schemes =
        [
            new("zero", "zero", Initializers.Zeros),
            new("small", "too small (0.01)", Initializers.Normal(Small)),
            new("large", "too large (1)", Initializers.Normal(Large)),
            new("xavier", "Xavier", Initializers.Glorot),
            new("he", "He", Initializers.He),
        ];
        Outcome[] outcomes = [.. schemes.Select((scheme, i) => Measure(context, scheme, train, held, share => (i + share) / schemes.Length))];
        Outcome best = outcomes.MaxBy(o => o.Accuracy)!;
        int depth = context[s_depth];
        return new LabResult
        {
            Conclusion = Conclude(outcomes, context[s_activation], depth, context[s_steps]),
            Numbers =
            [
                .. outcomes.SelectMany(o => new[]
                {
                    ($"{o.Scheme.Id}_first_layer_spread", o.Spreads[0]), ($"{o.Scheme.Id}_last_layer_spread", o.Spreads[^1]), ($"{o.Scheme.Id}_saturated", o.Saturated),
                    ($"{o.Scheme.Id}_first_layer_gradient", o.Gradients[0]), ($"{o.Scheme.Id}_last_layer_gradient", o.Gradients[^1]),
                    ($"{o.Scheme.Id}_loss_last", o.Loss), ($"{o.Scheme.Id}_accuracy", o.Accuracy),
                }),
            ],
            Headlines =
            [
                new("Best start", best.Scheme.Name, $"{Percent(best.Accuracy)} of the held-out digits right"),
                .. outcomes.Take(2).Select(o => new Headline($"Start: {o.Scheme.Name}", Percent(o.Accuracy), "of the held-out digits "
                    + "right; guessing: about 10%")),
            ],
            Sections = [Spreads(outcomes), Shapes(outcomes, context[s_activation]), Curves(outcomes), Numbers(outcomes)],
        };
    }

    private static Outcome Measure(LabContext context, Scheme scheme, LabelledPoints train, LabelledPoints held, Func<double, double> done)
    {
        bool isTanh = context[s_activation] == "tanh";
        int steps = context[s_steps];
        var model = new DeepNetwork(
            (train.Features, context[s_width], train.Classes), context[s_depth], x => isTanh ? x.Tanh() : x.Relu(), scheme.Initializer, context.Rng.Fork("weights"));
        LabelledPoints probe = train.Select([.. Enumerable.Range(0, Math.Min(200, train.Count))]);
        double[][] activations = model.Activations(Tensor.From(probe.X, (probe.Count, probe.Features)));
        double[] gradients = [];
        model.Backward(probe, _ => gradients = model.GradientNorms());

        var optimizer = new Sgd(ParameterGroup.All(model));
        Rng rows = context.Rng.Fork("batches");
        var losses = new List<double>();
        for (int step = 0; step < steps; step++)
        {
            Rng draw = rows.Fork(step);
            LabelledPoints batch = train.Select([.. Enumerable.Range(0, Batch).Select(i => draw.Below(train.Count, i))]);
            losses.Add(model.Backward(batch, loss =>
            {
                if (double.IsFinite(loss)) optimizer.Step(context[s_rate]);
            }));
            context.Report(done((step + 1.0) / steps), scheme.Name, ("loss", losses[^1]));
        }
        (double accuracy, double loss) = model.Judge(held);
        double saturated = isTanh ? activations[^1].Count(a => Math.Abs(a) > 0.97) / (double)activations[^1].Length : 0;
        return new Outcome(scheme, activations, gradients, saturated, losses, accuracy, loss);
    }

    private static string Conclude(Outcome[] outcomes, string activation, int depth, int steps)
    {
        Outcome[] learned = [.. outcomes.Where(o => o.HasLearned)];
        Outcome best = outcomes.MaxBy(o => o.Accuracy)!;
        string first = learned.Length == 0
            ? $"After {Number(steps, 0)} steps none of the five starts has led to {Percent(Learned, 0)} of the held-out digits; the best, "
                + $"{best.Scheme.Name}, has {Percent(best.Accuracy)} right."
            : $"With {Words.Count(depth, "layer")} of {activation}, {Words.List(learned.Select(o => o.Scheme.Name))} {(learned.Length == 1 ? "learns" : "learn")} in "
                + $"{Number(steps, 0)} steps; best is {best.Scheme.Name} with {Percent(best.Accuracy)} of the held-out digits right.";
        string others = string.Join(" ", outcomes[..3].Select(Say));
        return $"{first} {others}";

        string Say(Outcome o) => (o.Scheme.Id, o.HasLearned) switch
        {
            ("zero", false) => $"From zero it stays at {Percent(o.Accuracy, 0)}, for all neurons of a layer are one and the same and "
                + "no gradient reaches them.",
            ("small", false) => $"Too small: the activations' spread is {Digits(o.Spreads[0], 2)} in the first "
                + $"layer{(depth > 1 ? $", {Digits(o.Spreads[^1], 2)} in the last" : "")}, and it stays at {Percent(o.Accuracy, 0)}.",
            ("large", _) when o.Saturated > 0.3 => $"Too large: {Percent(o.Saturated, 0)} of the last layer is saturated, and it ends "
                + $"at {Percent(o.Accuracy, 0)}.",
            ("large", _) => $"Too large: the spread goes from {Digits(o.Spreads[0], 2)} to {Digits(o.Spreads[^1], 2)}, and it ends at "
                + $"{Percent(o.Accuracy, 0)}.",
            _ => $"Even {o.Scheme.Name} ends at {Percent(o.Accuracy, 0)}.",
        };
    }

    private static Section Spreads(Outcome[] outcomes) => new(
        "What arrives",
        new Pair(
            new Figure(
                ByLayer("Spread of the activations by layer", "standard deviation", outcomes, o => o.Spreads),
                "The spread of the activations in each hidden layer, before training. Straight lines on this axis mean the same "
                    + "factor at every layer; a level line is what one wants."),
            new Figure(
                ByLayer("Norm of the weight gradient by layer", "‖∂L/∂W‖", outcomes, o => o.Gradients),
                "The gradient of each layer's weights, before training. From zero only the last layer's bias gets one, so there is no line.")));

    private static LineChart ByLayer(string about, string title, Outcome[] outcomes, Func<Outcome, double[]> values) => new()
    {
        About = about,
        XTitle = "layer",
        YTitle = title,
        YScale = Scale.Log,
        XRange = (0.5, values(outcomes[0]).Length + 0.5),
        Width = 480,
        Height = 340,
        Series = [.. outcomes.Select((o, i) => new Series(o.Scheme.Name, Point.Of(values(o), from: 1)) { Colour = i, Look = SeriesLook.LineAndMarks })],
    };

    private static Section Shapes(Outcome[] outcomes, string activation)
    {
        Figure[] figures = [.. outcomes.Select((o, i) => new Figure(
            new Slider
            {
                About = $"Activations by layer, starting from {o.Scheme.Name}",
                Frames = [.. o.Activations.Select((layer, l) => ($"layer {l + 1}", (Picture)new Histogram
                {
                    About = $"Activations in layer {l + 1}, starting from {o.Scheme.Name}",
                    XTitle = $"activation in layer {l + 1}",
                    Values = layer,
                    Range = activation == "tanh" ? (-1, 1) : (0, Math.Max(1, 4 * o.Spreads.Max())),
                    Height = 260,
                    Colour = i,
                }))],
            },
            $"Start: {o.Scheme.Name}. Spread in the last layer: "
                + $"{PageText.Digits(o.Spreads[^1], 2)}{(o.Saturated > 0.005 ? $"; {Percent(o.Saturated, 0)} of it beyond ±0.97" : "")}."))];
        return new Section("The shape of it, layer by layer", new Pair(figures));
    }

    private static Section Curves(Outcome[] outcomes) => new(
        "Who learns",
        new Figure(
            new LineChart
            {
                About = "Loss of the batches by step, for the five starts",
                XTitle = "step",
                YTitle = "loss",
                YRange = (0, 3),
                Levels = [new(Math.Log(10), "guessing: ln 10")],
                Series = [.. outcomes.Select((o, i) => new Series(o.Scheme.Name, Point.Of(Calm(o.Losses))) { Colour = i })],
            },
            "The loss of the batches, each point a mean over ten steps. Same batches, same rate, same number of steps. Curves of "
                + "starts that learn nothing lie on the dashed line; what leaves the frame is larger than three."));

    private static Section Numbers(Outcome[] outcomes) => new(
        "The numbers",
        new Table(
            ["start", "spread, first layer", "spread, last layer", "gradient, first layer", "loss, held out", "right, held out"],
            [.. outcomes.Select(o => (string[])
            [
                o.Scheme.Name, PageText.Digits(o.Spreads[0]), PageText.Digits(o.Spreads[^1]), PageText.Digits(o.Gradients[0]), PageText.Digits(o.Loss), Percent(o.Accuracy),
            ])],
            "Spreads and gradients before training, loss and share after it. The digits are Alpaydin and Kaynak's (1998), 8 by 8 pixels."));

    private static IEnumerable<double> Calm(List<double> losses) =>
        losses.Select((_, i) => losses[Math.Max(0, i - 9)..(i + 1)].Average());

    private static string Digits(double x, int digits = 3) => PageText.Digits(x, digits);

    private sealed record Scheme(string Id, string Name, Initializer Initializer);

    private sealed record Outcome(
        Scheme Scheme, double[][] Activations, double[] Gradients, double Saturated, List<double> Losses, double Accuracy, double Loss)
    {
        /// <summary>The standard deviation of each hidden layer's activations.</summary>
        public double[] Spreads { get; } = Array.ConvertAll(Activations, layer =>
        {
            double mean = layer.Average();
            return Math.Sqrt(layer.Average(a => (a - mean) * (a - mean)));
        });

        public bool HasLearned => Accuracy > Learned;
    }
}
