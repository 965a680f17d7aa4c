using Longhand.ByHand;
using Longhand.Data;
using Longhand.Numerics;
using Longhand.Pictures;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Two moons that no straight line separates, by three models derived by hand: logistic regression, the same regression on powers
/// and products of the coordinates, and a network with one hidden layer.
/// </summary>
public sealed class LogisticMoons : Lab
{
    private const double HeldOut = 0.25;
    private const int Frames = 30, MostDrawn = 400;

    private static readonly WholeKnob s_points = new("points", "Points of both moons together; a quarter is held out.", Default: 400, Least: 20, Greatest: 10_000);

    private static readonly NumberKnob s_noise = new("noise", "How far points stray from their moon; from about 0.25 the moons overlap.", Default: 0.15, Least: 0, Greatest: 1);

    private static readonly WholeKnob s_degree = new(
        "degree", "The highest power among the features of the second model: 1 is the straight line again.", Default: 3, Least: 1, Greatest: 6);

    private static readonly WholeKnob s_hidden = new("hidden", "Hidden units of the network.", Default: 8, Least: 1, Greatest: 200);

    private static readonly WholeKnob s_steps = new("steps", "Steps of gradient descent for each model, each on all points.", Default: 2000, Least: 10, Greatest: 100_000);

    private static readonly NumberKnob s_rate = new("rate", "The learning rate of all three.", Default: 0.5, Least: 0, Greatest: 10, OpenBelow: true);

    private static readonly WholeKnob s_sets = new("sets", "Sets of moons, each with its own weights, to take the mean over.", Default: 5, Least: 1, Greatest: 50);

    public override string Name => "logistic-moons";

    public override string Summary => "a straight boundary, powers of the coordinates, and a hidden layer, on two moons";

    public override string Question => "How does a straight line learn to bend?";

    public override string About =>
        "Two half moons that reach into each other. Logistic regression draws a straight boundary; given powers and products of the coordinates as features, "
        + "the same model draws a curve; a hidden layer finds features of its own.";

    public override IReadOnlyList<Knob> Knobs => [s_points, s_noise, s_degree, s_hidden, s_steps, s_rate, s_sets];

    public override LabResult Run(LabContext context)
    {
        int sets = context[s_sets];
        var trials = new Trial[3][];
        for (int m = 0; m < 3; m++) trials[m] = new Trial[sets];
        LabelledPoints? shown = null;
        for (int s = 0; s < sets; s++)
        {
            Rng rng = context.Rng.Fork(s);
            (LabelledPoints train, LabelledPoints heldOut) = ToySets.Moons(context[s_points], context[s_noise], rng).Split(HeldOut, rng);
            shown ??= train.Select([.. Enumerable.Range(0, Math.Min(MostDrawn, train.Count))]);
            Learner[] learners = [Straight(), Powers(train, context[s_degree]), Network(context[s_hidden], rng.Fork("weights"))];
            for (int m = 0; m < 3; m++) trials[m][s] = Train(learners[m], train, heldOut, context, ((3 * s) + m) / (3.0 * sets), 1 / (3.0 * sets));
        }

        double[] means = [.. trials.Select(t => t.Average(trial => trial.HeldOut))];
        string[] names = ["a straight line", $"powers up to {context[s_degree]}", Words.Count(context[s_hidden], "hidden unit")];
        int features = FeatureCount(context[s_degree]);
        double gain = Math.Max(means[1], means[2]) - means[0], chance = Chance(means[0]);
        string first = $"On held-out points, in the mean over {Words.Count(sets, "set")}, a straight line names the right moon for {Percent(means[0])}, "
            + $"the same regression on {features} features (powers and products up to degree {context[s_degree]}) for {Percent(means[1])}, and {names[2]} for {Percent(means[2])}.";
        string second = gain > chance
            ? $"Bending the boundary is worth {Number(100 * gain, 1)} points here: all three draw a straight boundary, but the last two in a space of other features."
            : $"Bending the boundary gains {(gain > 0 ? $"{Number(100 * gain, 1)} points, too few to be told from chance" : "nothing")} here, which is what one sees when the noise hides the shape of the moons, or a model is too small or too little trained to bend.";
        string third = Math.Abs(means[1] - means[2]) <= Chance((means[1] + means[2]) / 2)
            ? "Features made by hand and features learned do equally well; only the first had to be thought of."
            : means[2] > means[1] ? "Features that are learned do better than those made by hand." : "Features made by hand do better than those that are learned.";
        return new LabResult
        {
            Conclusion = $"{first} {second} {(gain > chance ? third : "")}".TrimEnd(),
            Numbers =
            [
                ("straight", means[0]), ("powers", means[1]), ("network", means[2]), ("features", features),
                ("straight_training", trials[0].Average(t => t.Training)), ("powers_training", trials[1].Average(t => t.Training)), ("network_training", trials[2].Average(t => t.Training)),
                ("straight_loss", trials[0].Average(t => t.Losses[^1])), ("powers_loss", trials[1].Average(t => t.Losses[^1])), ("network_loss", trials[2].Average(t => t.Losses[^1])),
            ],
            Headlines = [.. names.Select((name, m) => new Headline(char.ToUpperInvariant(name[0]) + name[1..], Percent(means[m]), "of held-out points right"))],
            Sections = [Boundaries(shown!, trials, names), Curves(trials, names, means)],
        };

        // Two standard deviations of a share p that is measured on all held-out points; 1% at least.
        double Chance(double p) => Math.Max(0.01, 2 * Math.Sqrt(p * (1 - p) / (HeldOut * context[s_points] * sets)));
    }

    private static Section Boundaries(LabelledPoints points, Trial[][] trials, string[] names)
    {
        PlaneGrid grid = PlaneGrid.Around(points.X, columns: 80);
        Figure Show(int m, string caption) => new(
            new Slider
            {
                About = $"What the model with {names[m]} answers, step by step",
                Frames = [.. trials[m][0].Moments.Select(moment => ($"step {moment.Step}", (Picture)Planes.Of($"{names[m]}, step {moment.Step}", grid, points, moment.Answer)))],
            },
            caption);
        return new Section(
            "The boundary forms",
            new Prose("Blue and orange are the answers, paler where the model is less sure; the marks are the points it learned from."),
            new Pair(Show(0, "A straight line: the boundary is where w·x + b = 0."), Show(1, $"The same model on {names[1]} of the coordinates, and on their products.")),
            new Pair(
                Show(2, $"A network with {names[2]}: each bends the plane along one direction."),
                new Figure(
                    new LineChart
                    {
                        About = "Loss of the three models by step",
                        Width = 480,
                        Height = 400,
                        XTitle = "step",
                        YTitle = "cross-entropy",
                        Series = [.. names.Select((name, m) => new Series(name, [.. Planes.Moments(trials[m][0].Losses.Length - 1, 150).Select(k => new Point(k, trials[m][0].Losses[k]))]))],
                        YScale = Scale.Log,
                    },
                    "Training loss on the first set. Where a curve lies flat, its model has found the best boundary it can draw.")));
    }

    private static Section Curves(Trial[][] trials, string[] names, double[] means) => new(
        "Right answers",
        new Table(
            ["model", "parameters", "training points", "held-out points", "worst set", "best set"],
            [
                .. names.Select((name, m) => (string[])
                [
                    name, Number(trials[m][0].Parameters, 0), Percent(trials[m].Average(t => t.Training)), Percent(means[m]),
                    Percent(trials[m].Min(t => t.HeldOut)), Percent(trials[m].Max(t => t.HeldOut)),
                ]),
            ],
            $"Over {trials[0].Length} sets of moons; the pictures show the first."));

    private static Trial Train(Learner learner, LabelledPoints train, LabelledPoints heldOut, LabContext context, double done, double share)
    {
        int steps = context[s_steps];
        Matrix x = Matrix.From(train.X, columns: 2), t = Planes.Targets(train.Labels);
        int[] moments = Planes.Moments(steps, Frames);
        double[] losses = new double[steps + 1];
        var kept = new List<Moment>();
        for (int step = 0; step <= steps; step++)
        {
            if (moments.AsSpan().BinarySearch(step) >= 0) kept.Add(new Moment(step, learner.Now()));
            // The last loss is measured by a step of size 0.
            losses[step] = learner.Step(x, t, step < steps ? context[s_rate] : 0);
            if (step % 50 == 0) context.Report(done + (share * step / steps), $"training {learner.Name}", ("loss", losses[step]));
        }
        Func<Matrix, Matrix> answer = learner.Now();
        return new Trial(
            losses, kept, learner.Parameters, Planes.Accuracy(answer(x), train.Labels),
            Planes.Accuracy(answer(Matrix.From(heldOut.X, columns: 2)), heldOut.Labels));
    }

    private static Learner Straight() => Regression("a straight line", 2, x => x);

    private static Learner Regression(string name, int inputs, Func<Matrix, Matrix> features)
    {
        var model = new LogisticRegression(inputs);
        return new Learner(
            name,
            inputs + 1,
            (x, t, rate) => model.Step(features(x), t, rate),
            () =>
            {
                var now = new LogisticRegression(inputs) { W = model.W, B = model.B };
                return x => now.Forward(features(x)).P;
            });
    }

    // Features of mean 0 and deviation 1 over the training points, so that one learning rate suits all of them.
    private static Learner Powers(LabelledPoints train, int degree)
    {
        Matrix raw = PowersOf(Matrix.From(train.X, columns: 2), degree), mean = raw.MeanDown(), centred = raw - mean;
        Matrix scale = centred.Hadamard(centred).MeanDown().Map(v => 1 / Math.Sqrt(v));
        return Regression("on powers", raw.Columns, x => (PowersOf(x, degree) - mean).Hadamard(scale));
    }

    // x₁, x₂, x₁², x₁x₂, x₂², …: all products of up to as many factors.
    private static Matrix PowersOf(Matrix x, int degree)
    {
        var result = new Matrix(x.Rows, FeatureCount(degree));
        for (int i = 0; i < x.Rows; i++)
        {
            int column = 0;
            for (int d = 1; d <= degree; d++)
            {
                for (int second = 0; second <= d; second++)
                    result[i, column++] = StableMath.Power(x[i, 0], (long)(d - second)) * StableMath.Power(x[i, 1], (long)second);
            }
        }
        return result;
    }

    private static int FeatureCount(int degree) => ((degree + 1) * (degree + 2) / 2) - 1;

    private static Learner Network(int hidden, Rng rng)
    {
        var model = new Mlp([2, hidden, 1], Activation.Tanh, Loss.Logistic, rng);
        return new Learner(
            $"with {Words.Count(hidden, "hidden unit")}",
            (4 * hidden) + 1,
            (x, t, rate) => model.Step(x, t, rate),
            () =>
            {
                (Matrix w1, Matrix b1, Matrix w2, Matrix b2) = (model.W[0], model.B[0], model.W[1], model.B[1]);
                return x => Activation.Sigmoid.Of((Activation.Tanh.Of((x * w1) + b1) * w2) + b2);
            });
    }

    // Step makes one step and gives the loss before it; Now gives the model as it is, whatever is learned later.
    private sealed record Learner(string Name, int Parameters, Func<Matrix, Matrix, double, double> Step, Func<Func<Matrix, Matrix>> Now);

    private sealed record Moment(int Step, Func<Matrix, Matrix> Answer);

    private sealed record Trial(double[] Losses, List<Moment> Moments, int Parameters, double Training, double HeldOut);
}
