using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Pictures;
using Longhand.Tensors;
using static Longhand.Pictures.PageText;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A deep network on the handwritten digits with and without batch normalisation: loss and right answers over learning rates, what
/// arrives at the last hidden layer while it learns, and what becomes of it when the batch is too small to have statistics.
/// </summary>
public sealed class BatchNorm : Lab
{
    private const double HeldOut = 0.2, Near = 0.1, Learned = 0.5;

    private static readonly double[] s_rates = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];

    // Small batches want smaller rates, so each gets these shares of the best one to choose from.
    private static readonly double[] s_shares = [0.1, 0.3, 1];
    private static readonly int[] s_batches = [2, 4, 8, 16, 32, 64];

    private static readonly WholeKnob s_layers = new("layers", "Hidden layers.", Default: 8, Least: 1, Greatest: 30);

    private static readonly WholeKnob s_width = new("width", "Units of each hidden layer.", Default: 32, Least: 2, Greatest: 256);

    private static readonly WholeKnob s_batch = new("batch", "Pictures in a step.", Default: 64, Least: 2, Greatest: 512);

    private static readonly WholeKnob s_steps = new("steps", "Steps of plain gradient descent.", Default: 300, Least: 10, Greatest: 10_000);

    private static readonly ChoiceKnob s_activation = new("activation", "The bend of the hidden units.", "relu", "tanh", "sigmoid");

    public override string Name => "batch-norm";

    public override string Summary => "a deep network with and without batch norm, over learning rates and batch sizes";

    public override string Question => "What does batch normalisation do for a deep network?";

    public override string About =>
        "A deep, narrow network learns the 8×8 digits by plain stochastic gradient descent, once as it is and once with each layer's sums normalised over the batch before the bend, "
        + "from the same weights and with the same pictures in each step.";

    public override IReadOnlyList<Knob> Knobs => [s_layers, s_width, s_batch, s_steps, s_activation];

    public override LabResult Run(LabContext context)
    {
        (LabelledPoints train, LabelledPoints heldOut) = Data.Digits.Load().Split(HeldOut, context.Rng.Fork("held out"));
        var setup = new Setup(context, train, heldOut);
        int total = 2 * (s_rates.Length + (s_batches.Length * s_shares.Length)), done = 0;
        Trial Next(bool normalises, double rate, int batch)
        {
            Trial trial = setup.Train(normalises, rate, batch, (double)done / total, 1.0 / total);
            done++;
            return trial;
        }
        Trial[] plain = [.. s_rates.Select(rate => Next(false, rate, context[s_batch]))];
        Trial[] normal = [.. s_rates.Select(rate => Next(true, rate, context[s_batch]))];
        Trial bestPlain = plain.MaxBy(t => t.Accuracy)!, bestNormal = normal.MaxBy(t => t.Accuracy)!;
        Trial[] plainByBatch = [.. s_batches.Select(batch => s_shares.Select(share => Next(false, share * bestPlain.Rate, batch)).MaxBy(t => t.Accuracy)!)];
        Trial[] normalByBatch = [.. s_batches.Select(batch => s_shares.Select(share => Next(true, share * bestNormal.Rate, batch)).MaxBy(t => t.Accuracy)!)];

        return new LabResult
        {
            Conclusion = Conclude(plain, normal, bestPlain, bestNormal, plainByBatch, normalByBatch, context),
            Numbers =
            [
                ("best_rate_plain", bestPlain.Rate), ("best_plain", bestPlain.Accuracy), ("best_rate_normalised", bestNormal.Rate), ("best_normalised", bestNormal.Accuracy),
                .. plain.Select((t, i) => ($"plain_{i}", t.Accuracy)), .. normal.Select((t, i) => ($"normalised_{i}", t.Accuracy)),
                .. plainByBatch.Select(t => ($"plain_batch_{t.Batch}", t.Accuracy)), .. normalByBatch.Select(t => ($"normalised_batch_{t.Batch}", t.Accuracy)),
            ],
            Headlines =
            [
                new("Plain", Percent(bestPlain.Accuracy), $"right, at its best rate, {Digits(bestPlain.Rate, 1)}"),
                new("Batch-normalised", Percent(bestNormal.Accuracy), $"right, at its best rate, {Digits(bestNormal.Rate, 1)}"),
                new("Batches of 2", Percent(normalByBatch[0].Accuracy), $"right, normalised; plain {Percent(plainByBatch[0].Accuracy)}"),
            ],
            Sections = [ByRate(plain, normal, bestPlain, bestNormal), Inside(bestPlain, normal[Array.IndexOf(plain, bestPlain)]), ByBatch(plainByBatch, normalByBatch)],
        };
    }

    private static string Conclude(
        Trial[] plain, Trial[] normal, Trial bestPlain, Trial bestNormal, Trial[] plainByBatch, Trial[] normalByBatch, LabContext context)
    {
        double best = Math.Max(bestPlain.Accuracy, bestNormal.Accuracy);
        (int plainWorks, int normalWorks) = (plain.Count(IsNear), normal.Count(IsNear));
        string first = $"Through {context[s_layers]} hidden {(context[s_layers] == 1 ? "layer" : "layers")} the plain network reads at best {Percent(bestPlain.Accuracy)} of held-out digits after {Number(context[s_steps], 0)} steps, "
            + $"with batch normalisation {Percent(bestNormal.Accuracy)}.";
        if (best < Learned) return $"{first} Neither has learned enough to say more.";
        string second = $"Within {Number(100 * Near, 0)} points of the better of these the normalised one comes at {Range(normal)}, the plain one at {Range(plain)}: "
            + (normalWorks > plainWorks ? "normalising makes the choice of a rate easier." : normalWorks == plainWorks ? "normalising does not widen the choice here." : "here normalising narrows the choice.");
        (double normalSmall, double plainSmall) = (normalByBatch[0].Accuracy, plainByBatch[0].Accuracy);
        string third = $"Batches of {s_batches[0]} say little about a mean and a variance: there it reads {Percent(normalSmall)}, the plain one {Percent(plainSmall)}, "
            + (normalSmall < plainSmall - 0.03 ? "so what helped is now in the way."
                : normalSmall < bestNormal.Accuracy - 0.03 ? "so what it gained is gone or less." : "so it survives even that.");
        return $"{first} {second} {third}";

        bool IsNear(Trial trial) => trial.Accuracy >= best - Near;

        string Range(Trial[] trials)
        {
            double[] rates = [.. trials.Where(IsNear).Select(t => t.Rate)];
            return rates.Length switch
            {
                0 => $"none of {trials.Length} learning rates",
                1 => $"one of {trials.Length} learning rates ({Digits(rates[0], 1)})",
                _ => $"{rates.Length} of {trials.Length} learning rates (from {Digits(rates[0], 1)} to {Digits(rates[^1], 1)})",
            };
        }
    }

    private static Section ByRate(Trial[] plain, Trial[] normal, Trial bestPlain, Trial bestNormal) => new(
        "Over learning rates",
        new Pair(
            new Figure(
                new LineChart
                {
                    About = "Share of held-out digits read by learning rate, plain and normalised",
                    Width = 480,
                    Height = 360,
                    XTitle = "learning rate",
                    YTitle = "held-out digits right",
                    XScale = Scale.Log,
                    YRange = (0, 1),
                    Levels = [new(0.1, "by chance")],
                    Series = [Rates("plain", plain, 0), Rates("batch-normalised", normal, 1)],
                },
                "After the same number of steps. Too small a rate has not arrived; too large a one never will."),
            new Figure(
                new LineChart
                {
                    About = "Training loss by step, each at its best learning rate",
                    Width = 480,
                    Height = 360,
                    XTitle = "step",
                    YTitle = "cross-entropy of the batch",
                    Series = [Losses($"plain, rate {Digits(bestPlain.Rate, 1)}", bestPlain, 0), Losses($"batch-normalised, rate {Digits(bestNormal.Rate, 1)}", bestNormal, 1)],
                },
                "Each at its own best rate; means over ten steps.")),
        new Table(
            ["learning rate", "plain, right", "normalised, right", "plain, last loss", "normalised, last loss"],
            [.. plain.Zip(normal, (p, n) => (string[])[Digits(p.Rate, 1), Percent(p.Accuracy), Percent(n.Accuracy), LossText(p), LossText(n)])],
            "Last loss: the mean of the last ten steps."));

    private static Section Inside(Trial plain, Trial normal)
    {
        double[] sums = [.. plain.Probes.Concat(normal.Probes).SelectMany(p => new[] { p.Low, p.High }).Where(double.IsFinite)];
        Series[] Percentiles(Trial trial) =>
        [
            new("85 of 100 lie below", [.. trial.Probes.Select(p => new Point(p.Step, p.High))]) { Colour = 4 },
            new("median", [.. trial.Probes.Select(p => new Point(p.Step, p.Middle))]) { Colour = 0 },
            new("15 of 100 lie below", [.. trial.Probes.Select(p => new Point(p.Step, p.Low))]) { Colour = 2 },
        ];
        Figure Unit(string name, Trial trial) => new(
            new LineChart
            {
                About = $"What arrives at one unit of the last hidden layer by step, {name}",
                Width = 480,
                Height = 320,
                XTitle = "step",
                YTitle = "sum before the bend",
                YRange = (sums.Append(0).Min(), sums.Append(0).Max()),
                Series = Percentiles(trial),
            },
            $"The first unit of the last hidden layer, {name}: its sums over 256 pictures.");
        LineChart Layers(string about, string title, Func<Trial, double[]> values) => new()
        {
            About = about,
            Width = 480,
            Height = 320,
            XTitle = "layer",
            YTitle = title,
            YScale = Scale.Log,
            Series = [new("plain", Point.Of(values(plain), from: 1)) { Look = SeriesLook.LineAndMarks }, new("batch-normalised", Point.Of(values(normal), from: 1)) { Look = SeriesLook.LineAndMarks }],
        };
        return new Section(
            "Inside",
            new Prose($"Both at rate {Digits(plain.Rate, 1)}, from the same weights. Each layer of the plain network sees its inputs shift and stretch while the layers below learn; "
                + "normalisation sets each unit's mean and spread over the batch, and leaves both to two parameters of its own (Ioffe and Szegedy, 2015)."),
            new Pair(Unit("plain", plain), Unit("batch-normalised", normal)),
            new Pair(
                new Figure(Layers("Spread of the sums before the bend by layer", "spread before training", t => t.Spreads), "Standard deviation of what arrives at the bend, layer by layer, before the first step."),
                new Figure(Layers("Size of the gradient of the weights by layer", "gradient before training", t => t.Gradients), "Root mean square of the gradient of each layer's weights at the first step.")));
    }

    private static Section ByBatch(Trial[] plain, Trial[] normal) => new(
        "When the batch is small",
        new Prose("Of two pictures, less their mean and divided by their spread, one is always +1 and the other −1: how far apart they were is lost in every unit of every layer. "
            + "And in use, when single pictures come, it normalises by running averages that no batch ever had. With more pictures in a batch both wrongs shrink."),
        new Figure(
            new LineChart
            {
                About = "Share of held-out digits read by batch size, plain and normalised",
                Height = 340,
                XTitle = "pictures in a batch",
                YTitle = "held-out digits right",
                XScale = Scale.Log,
                YRange = (0, 1),
                Levels = [new(0.1, "by chance")],
                Series = [Batches("plain", plain, 0), Batches("batch-normalised", normal, 1)],
            },
            "Each at the best of three rates: the one that was its best above, 0.3 of it and 0.1 of it. All for the same number of steps, so small batches have also seen fewer pictures: compare the two curves, not the two ends of one."));

    private static Series Rates(string name, Trial[] trials, int colour) =>
        new(name, [.. trials.Select(t => new Point(t.Rate, t.Accuracy))]) { Look = SeriesLook.LineAndMarks, Colour = colour };

    private static Series Batches(string name, Trial[] trials, int colour) =>
        new(name, [.. trials.Select(t => new Point(t.Batch, t.Accuracy))]) { Look = SeriesLook.LineAndMarks, Colour = colour };

    private static Series Losses(string name, Trial trial, int colour) =>
        new(name, [.. trial.Losses.Chunk(10).Select((chunk, i) => new Point((10 * i) + ((chunk.Length - 1) / 2.0), chunk.Average()))]) { Colour = colour };

    private static string LossText(Trial trial) => double.IsFinite(trial.LastLoss) ? Number(trial.LastLoss, 3) : "diverged";

    /// <summary>What all runs share: the pictures, the weights at the beginning and the settings.</summary>
    private sealed class Setup(LabContext context, LabelledPoints train, LabelledPoints heldOut)
    {
        private const int ProbeRows = 256, ProbeMoments = 40;

        public Trial Train(bool normalises, double rate, int batch, double done, double share)
        {
            int steps = context[s_steps];
            string name = normalises ? "normalised" : "plain";
            Rng draws = context.Rng.Fork("batches");
            var network = new Network(context[s_layers], context[s_width], normalises, Bend(), context.Rng.Fork("weights"));
            var optimizer = new Sgd(ParameterGroup.All(network));
            int[] moments = Planes.Moments(steps, ProbeMoments);
            LabelledPoints probe = train.Select([.. Enumerable.Range(0, Math.Min(ProbeRows, train.Count))]);
            var losses = new List<double>();
            var probes = new List<Probe>();
            double[] spreads = [], gradients = [];
            for (int step = 0; step <= steps; step++)
            {
                if (moments.AsSpan().BinarySearch(step) >= 0)
                {
                    (Probe seen, double[] spread) = Look(network, probe, step);
                    probes.Add(seen);
                    if (step == 0) spreads = spread;
                }
                if (step == steps) break;
                int[] rows = [.. Enumerable.Range(0, batch).Select(i => draws.Fork(step).Below(train.Count, i))];
                LabelledPoints pictures = train.Select(rows);
                using Workspace memory = Workspace.Begin();
                Tensor loss = network.Forward(Input(pictures), trains: true).CrossEntropy(new Indices(pictures.Labels, batch));
                losses.Add(loss.ToScalar());
                if (!double.IsFinite(losses[^1])) break;
                network.ClearGradients();
                loss.Backward();
                if (step == 0) gradients = network.GradientSizes();
                optimizer.Step(rate);
                if (step % 20 == 0) context.Report(done + (share * step / steps), $"{name}, rate {Digits(rate, 1)}, batches of {batch}", ("loss", losses[^1]));
            }
            return new Trial(rate, batch, Accuracy(network), [.. losses], [.. probes], spreads, gradients);
        }

        private Func<Tensor, Tensor> Bend() => context[s_activation] switch
        {
            "tanh" => x => x.Tanh(),
            "sigmoid" => x => x.Sigmoid(),
            _ => x => x.Relu(),
        };

        private double Accuracy(Network network)
        {
            using Workspace memory = Workspace.Begin();
            float[] logits = network.AsConstants(() => network.Forward(Input(heldOut), trains: false)).ToArray();
            int right = 0;
            for (int i = 0; i < heldOut.Count; i++)
            {
                ReadOnlySpan<float> row = logits.AsSpan(i * heldOut.Classes, heldOut.Classes);
                int answer = 0;
                for (int c = 1; c < row.Length; c++) answer = row[c] > row[answer] ? c : answer;
                right += answer == heldOut.Labels[i] ? 1 : 0;
            }
            return (double)right / heldOut.Count;
        }

        // The first unit of the last hidden layer, and how far each layer's sums spread.
        private static (Probe Unit, double[] Spreads) Look(Network network, LabelledPoints probe, int step)
        {
            using Workspace memory = Workspace.Begin();
            float[][] sums = network.AsConstants(() => network.Sums(Input(probe)));
            int width = sums[^1].Length / probe.Count;
            double[] unit = [.. Enumerable.Range(0, probe.Count).Select(i => (double)sums[^1][i * width]).Order()];
            double At(double share) => unit[(int)(share * (unit.Length - 1))];
            return (new Probe(step, At(0.15), At(0.5), At(0.85)), Array.ConvertAll(sums, Deviation));
        }

        private static double Deviation(float[] values)
        {
            double mean = values.Average(v => (double)v);
            return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        }

        private static Tensor Input(LabelledPoints pictures) => Tensor.From(pictures.X, (pictures.Count, pictures.Features));
    }

    /// <summary>Linear, normalisation if wanted, bend, and so on; at the end a linear layer to ten logits.</summary>
    private sealed class Network : Module
    {
        private const int Pixels = Data.Digits.Side * Data.Digits.Side, Classes = 10;

        // The draws of a batch norm in training are none; that there is a generator says that it is training.
        private static readonly Rng s_training = new("training");

        private readonly Linear[] _linear;
        private readonly Nn.BatchNorm[] _norms;
        private readonly Func<Tensor, Tensor> _bend;

        public Network(int layers, int width, bool normalises, Func<Tensor, Tensor> bend, Rng rng)
        {
            _bend = bend;
            _linear = new Linear[layers + 1];
            _norms = new Nn.BatchNorm[normalises ? layers : 0];
            for (int l = 0; l <= layers; l++)
                _linear[l] = Declare($"linear.{l}", new Linear(l == 0 ? Pixels : width, l == layers ? Classes : width, rng.Fork(l), initializer: Initializers.He));
            for (int l = 0; l < _norms.Length; l++) _norms[l] = Declare($"norm.{l}", new Nn.BatchNorm(width));
        }

        public Tensor Forward(Tensor x, bool trains)
        {
            for (int l = 0; l < _linear.Length - 1; l++)
            {
                x = _linear[l].Forward(x);
                if (_norms.Length > 0) x = _norms[l].Forward(x, trains ? s_training : null);
                x = _bend(x);
            }
            return _linear[^1].Forward(x);
        }

        /// <summary>What arrives at the bend of each hidden layer, normalised by these rows; the running averages do not move.</summary>
        public float[][] Sums(Tensor x)
        {
            float[][] sums = new float[_linear.Length - 1][];
            for (int l = 0; l < sums.Length; l++)
            {
                x = _linear[l].Forward(x);
                if (_norms.Length > 0) x = x.BatchNorm(x.Mean(0), x.Variance(0), _norms[l].Weight.Value, _norms[l].Bias.Value);
                sums[l] = x.ToArray();
                x = _bend(x);
            }
            return sums;
        }

        /// <summary>The root mean square of each hidden layer's gradient.</summary>
        public double[] GradientSizes() =>
            [.. _linear[..^1].Select(l => Math.Sqrt(l.Weight.Gradient!.ToArray().Average(g => (double)g * g)))];
    }

    private sealed record Probe(int Step, double Low, double Middle, double High);

    private sealed record Trial(double Rate, int Batch, double Accuracy, double[] Losses, Probe[] Probes, double[] Spreads, double[] Gradients)
    {
        public double LastLoss { get; } = Losses[^Math.Min(10, Losses.Length)..].Average();
    }
}
