using Longhand.Data;
using Longhand.Nn;
using Longhand.Optim;
using Longhand.Pictures;
using Longhand.Tensors;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// How much gradient reaches the first layers of a deep network. By the chain rule it is a product with one factor for each layer,
/// <code>
/// ∂L/∂hₗ₋₁ = (∂L/∂hₗ ⊙ φ′(zₗ))·Wₗᵀ
/// </code>
/// and the sigmoid's φ′ is at most ¼: after twenty layers almost nothing is left (Hochreiter, 1991). The same network is trained with
/// three activations, and with two ways to repair the sigmoid: normalisation, and a way around each layer.
/// </summary>
public sealed class Vanishing : Lab
{
    private static readonly WholeKnob s_depth = new("depth", "Hidden layers.", Default: 20, Least: 1, Greatest: 60);
    private static readonly WholeKnob s_width = new("width", "Neurons in each hidden layer.", Default: 24, Least: 2, Greatest: 128);
    private static readonly WholeKnob s_steps = new("steps", "Steps of training, each with all points.", Default: 600, Least: 2, Greatest: 5000);
    private static readonly WholeKnob s_points = new("points", "Points of the two moons.", Default: 200, Least: 10, Greatest: 5000);

    private static readonly NumberKnob s_rate = new(
        "rate", "Learning rate, the same for all; momentum is 0.9.", Default: 0.02, Least: 0, Greatest: 10, OpenBelow: true);

    public override string Name => "vanishing";

    public override string Summary => "gradients layer by layer; sigmoid at depth 20 does not learn, and what helps";

    public override string Question => "Why did deep networks with sigmoids not learn?";

    public override string About =>
        "Five deep networks that differ in one thing only learn to tell two half moons apart, by gradient descent with momentum. "
        + "Before training and on the way, "
        + "the norm of the gradient of every layer's weights is measured.";

    public override IReadOnlyList<Knob> Knobs => [s_depth, s_width, s_steps, s_rate, s_points];

    public override LabResult Run(LabContext context)
    {
        int depth = context[s_depth], steps = context[s_steps];
        LabelledPoints points = ToySets.Moons(context[s_points], noise: 0.1, context.Rng.Fork("points"));
        Variant[] variants =
        [
            new("sigmoid", "sigmoid", x => x.Sigmoid(), Initializers.Glorot),
            new("tanh", "tanh", x => x.Tanh(), Initializers.Glorot),
            new("relu", "relu", x => x.Relu(), Initializers.He),
            new("sigmoid_norm", "sigmoid with batch norm", x => x.Sigmoid(), Initializers.Glorot, IsNormalized: true),
            new("sigmoid_residual", "sigmoid with a way around", x => x.Sigmoid() - 0.5f, Initializers.Glorot, IsResidual: true),
        ];
        int[] moments = [.. new[] { 0, 0.03, 0.1, 0.3, 1 }.Select(share => (int)Math.Round(share * steps)).Distinct()];
        Outcome[] outcomes = [.. variants.Select((variant, i) => Train(context, variant, points, moments, share => (i + share) / variants.Length))];
        return new LabResult
        {
            Conclusion = Conclude(outcomes, depth, steps),
            Numbers =
            [
                .. outcomes.SelectMany(o => new[]
                {
                    ($"{o.Variant.Id}_first_layer_gradient", o.Start[0]), ($"{o.Variant.Id}_last_layer_gradient", o.Start[^1]),
                    ($"{o.Variant.Id}_factor_per_layer", o.Factor), ($"{o.Variant.Id}_loss_last", o.Loss), ($"{o.Variant.Id}_accuracy", o.Accuracy),
                }),
            ],
            Headlines =
            [
                .. outcomes.Take(3).Select(o => new Headline(
                    o.Variant.Name, Digits(o.Start[0] / o.Start[^1], 2), $"first layer's gradient by the last one's; "
                        + $"{Percent(o.Accuracy, 0)} right after training")),
            ],
            Sections = [Norms(outcomes, moments), Factors(outcomes, depth), Curves(outcomes), Boundaries(outcomes, points)],
        };
    }

    private static Outcome Train(LabContext context, Variant variant, LabelledPoints points, int[] moments, Func<double, double> done)
    {
        int steps = context[s_steps];
        var model = new DeepNetwork(
            (2, context[s_width], 2), context[s_depth], variant.Bend, variant.Initializer, context.Rng.Fork("weights"), variant.IsNormalized, variant.IsResidual);
        var optimizer = new Sgd(ParameterGroup.All(model), momentum: 0.9);
        var losses = new List<double>();
        var norms = new List<double[]>();
        for (int step = 0; step <= steps; step++)
        {
            losses.Add(model.Backward(points, loss =>
            {
                if (moments.Contains(step)) norms.Add(model.GradientNorms());
                if (step < steps && double.IsFinite(loss)) optimizer.Step(context[s_rate]);
            }));
            context.Report(done((double)step / steps), variant.Name, ("loss", losses[^1]));
        }
        (double accuracy, double loss) = model.Judge(points);
        return new Outcome(variant, model, losses, norms, accuracy, loss);
    }

    private static string Conclude(Outcome[] outcomes, int depth, int steps)
    {
        Outcome sigmoid = outcomes[0];
        string ratio = $"With {Words.Count(depth, "hidden layer")} the first layer of the sigmoid network gets {Digits(sigmoid.Start[0] / sigmoid.Start[^1], 2)} "
            + "times the gradient of its last one";
        string result = $"after {Words.Count(steps, "step")} its loss is {Digits(sigmoid.Loss)} (guessing: ln "
            + $"2 = 0.693), with {Percent(sigmoid.Accuracy, 0)} of the points right";
        string outcome = sigmoid.HasLearned
            ? $", and it learns: after {Words.Count(steps, "step")} {Percent(sigmoid.Accuracy, 0)} of the points are right. It takes "
                + "more layers to stop it."
            : sigmoid.Start[0] < 1e-3 * sigmoid.Start[^1] ? $", and it does not learn: {result}."
            : $", which is no reason not to learn, and yet it does not in that time: {result}.";
        string others = string.Join(", ", outcomes[1..3].Select(Result));
        string fixes = string.Join(", ", outcomes[3..].Select(Result));
        return $"{ratio}{outcome} With other activations: {others}. With the sigmoid repaired: {fixes}.";

        static string Result(Outcome o) => o.HasLearned
            ? $"{o.Variant.Name} learns (loss {Digits(o.Loss, 2)}, {Percent(o.Accuracy, 0)} right)"
            : $"{o.Variant.Name} does not learn in that time (loss {Digits(o.Loss, 2)}, {Percent(o.Accuracy, 0)} right)";
    }

    private static Section Norms(Outcome[] outcomes, int[] moments)
    {
        double[] all = [.. outcomes.SelectMany(o => o.Norms).SelectMany(n => n).Where(n => n > 0 && double.IsFinite(n))];
        (double, double)? range = all.Length > 0 ? (Math.Max(1e-30, all.Min()) / 2, Math.Max(all.Max(), 1e-29) * 2) : null;
        return new Section(
            "The gradient on its way back",
            new Figure(At(0), "Before the first step. The gradient enters on the right, at the last layer, and walks to the left. A "
                + "straight line on this axis is the same factor at every layer."),
            new Figure(
                new Slider
                {
                    About = "Gradient norm by layer as training goes on",
                    Frames = [.. moments.Select((step, i) => (step == 0 ? "before training" : $"after step {step}", (Picture)At(i)))],
                },
                "The same during training. What vanished at the start stays away: weights that get no gradient do not move, so "
                    + "nothing changes for the layers before them either."));

        LineChart At(int moment) => new()
        {
            About = $"Norm of each layer's weight gradient, {(moment == 0 ? "before training" : $"after step {moments[moment]}")}, "
                + "for five networks",
            XTitle = "layer (1 is the first)",
            YTitle = "‖∂L/∂W‖",
            YScale = Scale.Log,
            XRange = (0.5, outcomes[0].Start.Length + 0.5),
            YRange = range,
            Series = [.. outcomes.Select((o, i) => new Series(o.Variant.Name, Point.Of(o.Norms[moment], from: 1)) { Colour = i, Look = SeriesLook.LineAndMarks })],
        };
    }

    private static Section Factors(Outcome[] outcomes, int depth) => new(
        "Factor by factor",
        new Table(
            ["", "first layer", "last layer", "factor a layer", "loss at the end", "right"],
            [.. outcomes.Select(o => (string[])
                [o.Variant.Name, Digits(o.Start[0]), Digits(o.Start[^1]), Digits(o.Factor, 2), Digits(o.Loss), Percent(o.Accuracy, 0)])],
            $"Gradient norms before training. The factor is what one layer does to the gradient, (first / last) to the power 1/{depth}."),
        new Prose("The sigmoid's slope is σ·(1 − σ), a quarter at most; weights of the usual size cannot make up for it. tanh has "
            + "slope 1 in the middle, relu wherever it is open. Batch normalisation divides by "
            + "the small spread of what comes in, which makes the gradient larger by as much on its way back; a way around each "
            + "layer, hₗ = hₗ₋₁ + σ(zₗ) − ½, hands the gradient on as it is and adds "
            + "what comes through the layer: 1 + φ′·W in place of φ′·W."));

    private static Section Curves(Outcome[] outcomes) => new(
        "Who learns",
        new Figure(
            new LineChart
            {
                About = "Loss by step for the five networks",
                XTitle = "step",
                YTitle = "loss",
                YRange = (0, 1),
                Levels = [new(Math.Log(2), "guessing: ln 2")],
                Series = [.. outcomes.Select((o, i) => new Series(o.Variant.Name, Point.Of(o.Losses)) { Colour = i })],
            },
            "The loss of the five networks, with the same points, rate, momentum and number of steps."));

    private static Section Boundaries(Outcome[] outcomes, LabelledPoints points)
    {
        PlaneGrid grid = PlaneGrid.Around(points.X, columns: 60);
        Outcome best = outcomes.MinBy(o => double.IsFinite(o.Loss) ? o.Loss : double.MaxValue)!;
        return new Section("What they see", new Pair(Plane(outcomes[0]), Plane(best)));

        Figure Plane(Outcome o)
        {
            double[] logits = o.Model.Logits(grid.Centres, features: 2);
            return new Figure(
                new Regions
                {
                    About = $"The plane as the network with {o.Variant.Name} divides it",
                    Grid = grid,
                    Classes = DeepNetwork.Best(logits, 2),
                    Certainty = [.. logits.Chunk(2).Select(row => (float)Math.Abs(Math.Tanh((row[1] - row[0]) / 2)))],
                    Points = points.X,
                    Labels = points.Labels,
                    ClassNames = ["upper moon", "lower moon"],
                },
                $"{char.ToUpperInvariant(o.Variant.Name[0])}{o.Variant.Name[1..]}, after training: {Percent(o.Accuracy, 0)} right. "
                    + "The paler, the less certain.");
        }
    }

    private sealed record Variant(
        string Id, string Name, Func<Tensor, Tensor> Bend, Initializer Initializer, bool IsNormalized = false, bool IsResidual = false);

    private sealed record Outcome(Variant Variant, DeepNetwork Model, List<double> Losses, List<double[]> Norms, double Accuracy, double Loss)
    {
        /// <summary>Gradient norms of all layers before the first step.</summary>
        public double[] Start => Norms[0];

        public double Factor => Math.Pow(Start[0] / Start[^1], 1.0 / (Start.Length - 1));

        /// <summary>Well below guessing, and most points right.</summary>
        public bool HasLearned => Loss < 0.5 * Math.Log(2) && Accuracy > 0.8;
    }
}
