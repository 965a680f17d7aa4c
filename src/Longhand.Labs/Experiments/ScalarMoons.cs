using Longhand.Data;
using Longhand.Pictures;
using Longhand.Scalar;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// The scalar engine learns to tell two half moons apart, while one watches the boundary bend; one neuron of the network is drawn with
/// the gradients in it; and where Python is installed, the same training runs there too, one object for each number, so that
/// losses and times stand side by side. The training itself is <see cref="MoonsTraining"/>.
/// </summary>
public sealed class ScalarMoons : Lab
{
    private static readonly WholeKnob s_points = new("points", "Points, half of them in each moon.", Default: 100, Least: 2, Greatest: 1000);
    private static readonly NumberKnob s_noise = new("noise", "How far points stray from their curve.", Default: 0.1, Least: 0, Greatest: 1);
    private static readonly WholeKnob s_hidden = new("hidden", "Neurons in each of the two hidden layers.", Default: 16, Least: 1, Greatest: 64);
    private static readonly WholeKnob s_steps = new("steps", "Steps of training, each with all points.", Default: 100, Least: 1, Greatest: 1000);

    private static readonly NumberKnob s_rate = new(
        "rate", "Learning rate at the first step; it falls to a tenth.", Default: 1, Least: 0, Greatest: 10, OpenBelow: true);

    private static readonly NumberKnob s_decay = new(
        "decay", "How much the squares of the parameters count in the loss.", Default: 1e-4, Least: 0, Greatest: 1);
    private static readonly ChoiceKnob s_python = new(
        "python", "Whether to run the same training in Python, if it is installed, and compare.", "yes", "no");
    private static readonly WholeKnob s_pythonSteps = new(
        "python-steps", "Steps in Python, where each takes long.", Default: 3, Least: 1, Greatest: 1000);

    public override string Name => "scalar-moons";

    public override string Summary => "a network made of single numbers learns two half moons; its speed beside Python's";

    public override string Question => "Can a network learn with nothing but the chain rule on single numbers?";

    public override string About =>
        "Every weight, every product and every sum is one number that remembers how it was computed. A network made of such numbers "
        + "learns to tell two half moons "
        + "apart by plain gradient descent on all points at once (hinge loss, and a small penalty on the squares of the parameters).";

    public override IReadOnlyList<Knob> Knobs => [s_points, s_noise, s_hidden, s_steps, s_rate, s_decay, s_python, s_pythonSteps];

    public override LabResult Run(LabContext context)
    {
        int steps = context[s_steps];
        LabelledPoints points = ToySets.Moons(context[s_points], context[s_noise], context.Rng.Fork("points"));
        var training = new MoonsTraining(points, context[s_hidden], steps, context[s_rate], context[s_decay], context.Rng.Fork("weights"));
        PlaneGrid grid = PlaneGrid.Around(points.X, columns: 72);
        int[] moments = [.. new[] { 0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.45, 0.7, 1 }.Select(share => (int)Math.Round(share * steps)).Distinct()];

        var run = new List<(double Loss, double Accuracy, double Seconds)>();
        var frames = new List<(string, Picture)>();
        for (int step = 0; step < steps; step++)
        {
            if (moments.Contains(step)) frames.Add(Frame(step));
            run.Add(training.Step(step));
            context.Report(0.6 * (step + 1) / steps, "training", ("loss", run[^1].Loss), ("accuracy", run[^1].Accuracy));
        }
        frames.Add(Frame(steps));
        int right = Enumerable.Range(0, points.Count).Count(i => training.Score(points.X[2 * i], points.X[(2 * i) + 1]) > 0 == (points.Labels[i] == 1));

        PythonTwin.Answer? python = null;
        string missing = "it was not asked for";
        if (context[s_python] == "yes")
        {
            context.Report(0.7, "the same training in Python");
            (python, missing) = PythonTwin.Run(training.Request(Math.Min(context[s_pythonSteps], steps)), context.Cancel);
        }
        context.Report(1, "done");
        var speed = new Speed(Median(run.Skip(run.Count / 2).Select(r => r.Seconds)), run, python, missing);
        return new LabResult
        {
            Conclusion = $"{Learned(run, right, points.Count, steps)} {speed.Sentence(training.Recorded)}",
            Numbers =
            [
                ("parameters", training.First.Length), ("numbers_per_step", training.Recorded), ("loss_first", run[0].Loss), ("loss_last", run[^1].Loss),
                ("accuracy", (double)right / points.Count), ("milliseconds_per_step", 1e3 * speed.Ours), .. speed.Numbers,
            ],
            Headlines =
            [
                new("On their side", Percent((double)right / points.Count), $"of {Number(points.Count, 0)} points, after {Number(steps, 0)} steps"),
                new("One step", $"{Digits(1e3 * speed.Ours, 2)} ms", $"for {Number(training.Recorded, 0)} numbers, forwards and back"),
                .. speed.Headlines,
            ],
            Sections =
            [
                new Section("How the boundary forms", new Figure(
                    new Slider { About = "The plane as the network divides it, as training goes on", Frames = frames },
                    $"Colour says which moon the network sees at a place, and how sure it is. {training.First.Length} parameters, "
                        + "each a number with a gradient.")),
                Curves(run), Neuron(training, points), speed.Section(),
            ],
        };

        (string, Picture) Frame(int step)
        {
            double[] scores = [.. Enumerable.Range(0, grid.Count).Select(i => training.Score(grid.Centres[2 * i], grid.Centres[(2 * i) + 1]))];
            return (step == 0 ? "before training" : $"after step {step}", new Regions
            {
                About = $"The two moons and the network's boundary after {step} steps",
                Grid = grid,
                Classes = [.. scores.Select(score => score > 0 ? 1 : 0)],
                Certainty = [.. scores.Select(score => (float)Math.Min(1, Math.Abs(score)))],
                Points = points.X,
                Labels = points.Labels,
                ClassNames = ["upper moon", "lower moon"],
                Width = 620,
            });
        }
    }

    private static string Learned(List<(double Loss, double Accuracy, double Seconds)> run, int right, int count, int steps)
    {
        string losses = $"the loss went from {Digits(run[0].Loss)} to {Digits(run[^1].Loss)}";
        string after = $"After {Number(steps, 0)} {(steps == 1 ? "step" : "steps")}";
        return right == count ? $"Yes: {char.ToLowerInvariant(after[0])}{after[1..]} all {Number(count, 0)} points are on their side "
            + $"of the boundary, and {losses}."
            : right >= 0.9 * count ? $"Nearly: {char.ToLowerInvariant(after[0])}{after[1..]} {Number(right, 0)} of {Number(count, 0)} "
                + $"points are on their side of the boundary, and {losses}."
            : $"Not with these settings: {char.ToLowerInvariant(after[0])}{after[1..]} only {Number(right, 0)} of {Number(count, 0)} "
                + $"points are on their side of the boundary; {losses}.";
    }

    private static Section Curves(List<(double Loss, double Accuracy, double Seconds)> run) => new(
        "How it learned",
        new Pair(
            new Figure(
                new LineChart
                {
                    About = "The loss at each step",
                    XTitle = "step",
                    YTitle = "loss",
                    YScale = Scale.Log,
                    Width = 480,
                    Height = 300,
                    Series = [new("", Point.Of(run.Select(r => r.Loss)))],
                },
                "The loss, on an axis of factors. A rate of this size makes it jump at first; the falling rate calms it."),
            new Figure(
                new LineChart
                {
                    About = "The share of points on their side, at each step",
                    XTitle = "step",
                    YTitle = "share on their side",
                    Width = 480,
                    Height = 300,
                    Series = [new("", Point.Of(run.Select(r => r.Accuracy))) { Colour = 2 }],
                },
                "The share of points on the right side of the boundary.")));

    // The neuron of the first layer that the first point drives furthest: it is open, so something flows back through it.
    private static Section Neuron(MoonsTraining training, LabelledPoints points)
    {
        (float X1, float X2) at = (points.X[0], points.X[1]);
        Neuron neuron = training.Model.Layers[0].Neurons.MaxBy(n => (n.Weights[0].Data * at.X1) + (n.Weights[1].Data * at.X2) + n.Bias.Data)!;
        var tape = new Tape();
        Value w1 = tape.Variable(neuron.Weights[0].Data, "w₁"), w2 = tape.Variable(neuron.Weights[1].Data, "w₂"), b = tape.Variable(neuron.Bias.Data, "b");
        Value x1 = tape.Variable(at.X1, "x₁"), x2 = tape.Variable(at.X2, "x₂");
        Value y = ((w1 * x1) + (w2 * x2) + b).Named("s").Relu().Named("y");
        y.Backward();
        Trace trace = Trace.Of(y, decimals: 3);
        return new Section(
            "One neuron, number by number",
            new Prose("A neuron of the first layer, after training, as it sees one point. The upper number in a box is the result of "
                + "the forward pass, the lower one the gradient of y: how much y "
                + "grows for each unit this number grows. At the edges stand the local derivatives; going back, each gradient is the "
                + "one before it times the local derivative on the way."),
            new Figure(
                new Drawing { About = "The graph of one neuron", Svg = GraphSvg.Draw(trace.Graph, decimals: 3, locals: true, inPage: true) },
                "Blue: what is given. Orange: the result. The gradients of the three parameters, derived:"),
            new Prose(string.Join("\n\n", new[] { w1, w2, b }.Select(p => $"`{trace.Derive(p).Equation}`"))));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>What was measured of time, here and in Python.</summary>
    private sealed record Speed(double Ours, List<(double Loss, double Accuracy, double Seconds)> Run, PythonTwin.Answer? Python, string Missing)
    {
        private double Theirs => Median(Python!.Seconds);

        // The greatest difference of two losses of the same step, as a share of them.
        private double Difference => Python!.Losses.Zip(Run, (theirs, ours) => Math.Abs(theirs - ours.Loss) / Math.Max(Math.Abs(theirs), 1e-300)).Max();

        private string Who => $"Python {Python!.Python} with {Python.Library}";

        public IReadOnlyList<(string, double)> Numbers =>
            Python is null ? [] : [("python_milliseconds_per_step", 1e3 * Theirs), ("times_faster", Theirs / Ours), ("loss_difference", Difference)];

        public IReadOnlyList<Headline> Headlines =>
            Python is null ? [] : [new("Beside Python", $"{Digits(Theirs / Ours, 2)}×", $"faster than {Who}: {Digits(1e3 * Theirs, 3)} ms a step")];

        public string Sentence(int recorded)
        {
            string ours = $"A step computes {Number(recorded, 0)} numbers and walks back over them in {Digits(1e3 * Ours, 2)} ms";
            if (Python is null) return $"{ours}; how long Python takes was not measured, because {Missing}.";
            string same = Difference < 1e-9 ? "with the same losses" : $"with losses that differ by {Percent(Difference, 2)}";
            return $"{ours}; {Who} takes {Digits(1e3 * Theirs, 3)} ms for the same step, {Digits(Theirs / Ours, 2)} times as long, {same}.";
        }

        public Section Section() => Python is null
            ? new Section("Speed", new Prose($"Python was not measured: {Missing}. One step took {Digits(1e3 * Ours, 3)} ms here, the "
                + "median of the second half of the run."))
            : new Section(
                "Speed",
                new Table(
                    ["", "a step", "steps measured", "loss of the first step"],
                    [
                        ["this library, `Longhand.Scalar`", $"{Digits(1e3 * Ours, 3)} ms", Number(Run.Count - (Run.Count / 2), 0), Digits(Run[0].Loss, 6)],
                        [Who, $"{Digits(1e3 * Theirs, 3)} ms", Number(Python.Seconds.Length, 0), Digits(Python.Losses[0], 6)],
                    ],
                    "Medians. Both sides do everything a step needs: forward pass, loss, walk back, update; same network, same "
                        + "points, same first weights, double precision, one thread."),
                new Prose("Both do the same arithmetic. In Python every number is an object with a dictionary, every operation makes "
                    + "a closure, and a recursion sorts the graph. Here all numbers of a step lie "
                    + "side by side on a tape, in the order they were computed, which is an order the walk back can use as it is; and "
                    + "the next step writes over them."));
    }
}
