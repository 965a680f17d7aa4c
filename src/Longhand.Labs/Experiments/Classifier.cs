using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Pictures;
using Longhand.Tensors;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A multilayer perceptron that labs train on labelled points: fully connected layers with an activation between them, cross-entropy,
/// AdamW. It holds what those labs share, a step, an epoch, a measurement and a picture; what to train on, for how long and what to
/// make of it is the lab's.
/// </summary>
internal sealed class Classifier
{
    // Rows asked at once: enough to keep a product busy, and a bound on memory.
    private const int Asked = 4096;

    private readonly AdamW _optimizer;
    private readonly Rng _rng;
    private readonly int _inputs;
    private long _epochs;

    /// <param name="sizes">Inputs, the units of each hidden layer, classes.</param>
    /// <param name="rng">First weights, the order of points, dropout.</param>
    /// <param name="activation">Between two layers; a rectifier when left out.</param>
    /// <param name="dropout">The share of hidden units dropped in each step.</param>
    /// <param name="decay">AdamW's weight decay, on matrices only.</param>
    public Classifier(int[] sizes, Rng rng, Func<Activation>? activation = null, double dropout = 0, double decay = 0)
    {
        (_inputs, _rng) = (sizes[0], rng);
        var layers = new List<Layer>();
        for (int i = 1; i < sizes.Length; i++)
        {
            bool isLast = i == sizes.Length - 1;
            var linear = new Linear(sizes[i - 1], sizes[i], rng.Fork(i), initializer: isLast || activation is not null ? Initializers.Glorot : Initializers.He);
            Linears.Add(linear);
            layers.Add(linear);
            if (isLast) break;
            layers.Add(activation?.Invoke() ?? Activation.Relu());
            if (dropout > 0) layers.Add(new Dropout((float)dropout));
        }
        Network = new Sequential([.. layers]);
        _optimizer = new AdamW(ParameterGroup.Split(Network, decay));
    }

    public Sequential Network { get; }

    /// <summary>The layers with weights, in their order.</summary>
    public List<Linear> Linears { get; } = [];

    public long Parameters => Network.ParameterCount;

    /// <summary>How many numbers a network of these sizes learns.</summary>
    public static long CountOf(int[] sizes) => sizes.Zip(sizes.Skip(1), (from, to) => (from + 1L) * to).Sum();

    /// <summary>One step on these points, and the loss before it.</summary>
    public double Step(LabelledPoints batch, double rate, Rng? draws = null)
    {
        using (Workspace.Begin())
        {
            Tensor loss = Network.Forward(Tensor.From(batch.X, (batch.Count, _inputs)), draws).CrossEntropy(new Indices(batch.Labels));
            double before = loss.ToScalar();
            loss.BackwardOnce();
            _optimizer.Step(rate);
            Network.ClearGradients();                            // their memory ends with this step
            return before;
        }
    }

    /// <summary>Every point once, in a new order, and the mean of the losses on the way.</summary>
    /// <param name="points">What to learn from.</param>
    /// <param name="batch">Points in a step; the last one has what is left.</param>
    /// <param name="rate">The learning rate of each of the epoch's steps.</param>
    /// <param name="after">Called after each step with its rate.</param>
    public double Epoch(LabelledPoints points, int batch, Func<int, double> rate, Action<double>? after = null)
    {
        Rng rng = _rng.Fork("epoch").Fork(_epochs++);
        int[] order = rng.Permutation(points.Count);
        double sum = 0;
        for (int start = 0, step = 0; start < order.Length; start += batch, step++)
        {
            LabelledPoints part = points.Select(order.AsSpan(start, Math.Min(batch, order.Length - start)));
            sum += Step(part, rate(step), rng.Fork(step)) * part.Count;
            after?.Invoke(rate(step));
        }
        return sum / points.Count;
    }

    /// <summary>The probability of each class for each row: (rows, classes).</summary>
    public float[] Probabilities(float[] x)
    {
        int classes = Linears[^1].Weight.Shape[1], rows = x.Length / _inputs;
        float[] all = new float[rows * classes];
        for (int start = 0; start < rows; start += Asked)
        {
            int count = Math.Min(Asked, rows - start);
            using (Workspace.Begin())
            {
                Tensor given = Tensor.From(x.AsSpan(start * _inputs, count * _inputs), (count, _inputs));
                Network.AsConstants(() => Network.Forward(given).Softmax()).Read(all.AsSpan(start * classes, count * classes));
            }
        }
        return all;
    }

    /// <summary>The mean cross-entropy in nats, and the share of points whose likeliest class is theirs.</summary>
    public (double Loss, double Accuracy) Measure(LabelledPoints points)
    {
        float[] p = Probabilities(points.X);
        double loss = 0;
        int right = 0;
        for (int i = 0; i < points.Count; i++)
        {
            ReadOnlySpan<float> row = p.AsSpan(i * points.Classes, points.Classes);
            loss -= StableMath.Log(Math.Max(row[points.Labels[i]], float.Epsilon));
            right += Likeliest(row) == points.Labels[i] ? 1 : 0;
        }
        return (loss / points.Count, (double)right / points.Count);
    }

    /// <summary>Which class it sees at every place of the plane, and how sure it is of it.</summary>
    public Regions Regions(string about, PlaneGrid grid, LabelledPoints? points = null, string[]? classNames = null, int width = 480)
    {
        float[] p = Probabilities(grid.Centres);
        int classes = p.Length / grid.Count;
        int[] seen = new int[grid.Count];
        float[] certainty = new float[grid.Count];
        for (int i = 0; i < seen.Length; i++)
        {
            ReadOnlySpan<float> row = p.AsSpan(i * classes, classes);
            seen[i] = Likeliest(row);
            certainty[i] = ((classes * row[seen[i]]) - 1) / (classes - 1);       // 0 where all classes are as likely
        }
        return new Regions
        {
            About = about,
            Grid = grid,
            Classes = seen,
            Certainty = certainty,
            Points = points?.X ?? [],
            Labels = points?.Labels ?? [],
            ClassNames = classNames,
            Width = width,
        };
    }

    public static int Likeliest(ReadOnlySpan<float> probabilities)
    {
        int best = 0;
        for (int c = 1; c < probabilities.Length; c++) best = probabilities[c] > probabilities[best] ? c : best;
        return best;
    }
}
