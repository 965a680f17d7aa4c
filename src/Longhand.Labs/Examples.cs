using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Labs;

/// <summary>Labelled points as the tensor engine takes them, batches of them, and how well a network does on all of them.</summary>
internal sealed class Examples
{
    private readonly LabelledPoints _points;

    public Examples(LabelledPoints points)
    {
        _points = points;
        X = Tensor.From(points.X, (points.Count, points.Features));
        Labels = new Indices(points.Labels);
    }

    /// <summary>(N, F).</summary>
    public Tensor X { get; }

    /// <summary>(N).</summary>
    public Indices Labels { get; }

    public int Count => _points.Count;

    /// <summary>The batch of one step: rows drawn with replacement, a function of the generator and the step alone.</summary>
    public (Tensor X, Indices Labels) Batch(int size, int step, Rng rng)
    {
        Rng draws = rng.Fork(step);
        float[] x = new float[size * _points.Features];
        int[] labels = new int[size];
        for (int i = 0; i < size; i++)
        {
            int row = draws.Below(Count, i);
            _points.Row(row).CopyTo(x.AsSpan(i * _points.Features));
            labels[i] = _points.Labels[row];
        }
        return (Tensor.From(x, (size, _points.Features)), new Indices(labels));
    }

    /// <summary>The mean cross-entropy over all points, and the share of points whose class gets the greatest logit.</summary>
    public (double Loss, double Accuracy) Measure(Layer model)
    {
        using (Workspace.Begin())
        {
            Tensor logits = model.Forward(X);
            int[] said = Classes(logits);
            return (logits.CrossEntropy(Labels).ToDoubles()[0], (double)Enumerable.Range(0, Count).Count(i => said[i] == _points.Labels[i]) / Count);
        }
    }

    /// <summary>The class with the greatest logit in each row; the first of equals.</summary>
    public static int[] Classes(Tensor logits)
    {
        var (rows, classes) = logits.Shape;
        double[] values = logits.ToDoubles();
        int[] best = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            for (int c = 1; c < classes; c++)
            {
                best[i] = values[(i * classes) + c] > values[(i * classes) + best[i]] ? c : best[i];
            }
        }
        return best;
    }
}
