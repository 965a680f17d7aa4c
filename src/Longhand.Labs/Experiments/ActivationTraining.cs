using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Pictures;
using Longhand.Tensors;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A network with one activation function learns two spirals, for the lab <see cref="Activations"/>: the course of the loss on all training
/// points, the gradients by layer before the first step, flat pairs of unit and point before and dead units after, and how well it does.
/// </summary>
internal sealed record ActivationTraining(
    List<Point> Losses, double[] Gradients, double FlatAtStart, double DeadAtEnd, double Loss, double Accuracy, int? Arrived, Regions Drawn)
{
    /// <summary>Slopes below this count as flat; that of leaky relu is above it.</summary>
    public const double Flat = 0.005;

    private const int Batch = 64;

    /// <summary>A function, its name, and how the weights before it start.</summary>
    public sealed record Function(string Name, Func<Tensor, Tensor> Of, Initializer Start);

    /// <summary>Hidden layers, units in each, steps, learning rate, and turns of each spiral.</summary>
    public sealed record Settings(int Depth, int Width, int Steps, double Rate, double Turns);

    /// <summary>Trains one network.</summary>
    /// <param name="function">Between its layers.</param>
    /// <param name="settings">Of the network, its training and the points.</param>
    /// <param name="rng">Decides points, first weights and batches; the same for every function.</param>
    /// <param name="progress">Is told the step, the loss and the accuracy about a hundred times.</param>
    public static ActivationTraining Run(Function function, Settings settings, Rng rng, Action<int, double, double> progress)
    {
        (int depth, int width, int steps, double rate, double turns) = settings;
        LabelledPoints points = ToySets.Spirals(600, noise: 0.05, rng.Fork("points"), turns: turns);
        Standardise(points.X);
        (LabelledPoints learn, LabelledPoints judge) = points.Split(1.0 / 3, rng);
        var (train, held) = (new Examples(learn), new Examples(judge));
        Linear[] linear = [.. Enumerable.Range(0, depth).Select(l => new Linear(l == 0 ? 2 : width, width, rng.Fork("weights").Fork(l), initializer: function.Start))];
        var model = new Sequential([.. linear.SelectMany(l => new Layer[] { l, new Activation(function.Of) }), new Linear(width, 2, rng.Fork("last"))]);

        double[] gradients = GradientsOf(model, linear, train);
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
                progress(step, loss, accuracy);
            }
            using (Workspace.Begin())
            {
                (Tensor x, Indices labels) = train.Batch(Batch, step, rng.Fork("batches"));
                model.ClearGradients();
                model.Forward(x).CrossEntropy(labels).BackwardOnce();
                optimizer.Step(rate);
            }
        }
        (double finalLoss, double finalAccuracy) = held.Measure(model);
        (_, double dead) = FlatUnits(function, linear, train);
        return new ActivationTraining(losses, gradients, flat, dead, finalLoss, finalAccuracy, arrived, Draw(model, judge, function.Name));
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
    private static double[] GradientsOf(Sequential model, Linear[] linear, Examples train)
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
}
