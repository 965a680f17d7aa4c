using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Pictures;

namespace Longhand.Labs.Experiments;

/// <summary>What is done against learning by heart; nothing, unless it is said.</summary>
internal sealed record Remedy
{
    /// <summary>λ of w ← sign(w)·max(0, |w| − η·λ) after each step: the proximal step of λ·Σ|w|, which gives exact zeros.</summary>
    public double L1 { get; init; }

    /// <summary>AdamW's weight decay: w ← w·(1 − η·λ) in each step.</summary>
    public double L2 { get; init; }

    /// <summary>The share of hidden units dropped in each step.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the weights at the lowest loss on a spared fifth of the points are kept instead of the last ones.</summary>
    public bool StopsEarly { get; init; }
}

/// <summary>
/// One training with one remedy. For early stopping a fifth of the points is spared to decide when to stop: to stop by the points that
/// it is judged by afterwards would be cheating.
/// </summary>
internal sealed class RegularizedTraining
{
    private const int Batch = 32, Measurements = 60;
    private const double Spared = 0.2;

    private readonly Remedy _remedy;
    private readonly LabelledPoints _train, _test;
    private readonly LabelledPoints? _spared;

    public RegularizedTraining(Remedy remedy, int hidden, LabelledPoints train, LabelledPoints test, Rng rng)
    {
        (_remedy, _train, _test) = (remedy, train, test);
        if (remedy.StopsEarly) (_train, _spared) = train.Split(Spared, rng.Fork("spared"));
        Model = new Classifier([train.Features, hidden, hidden, train.Classes], rng, dropout: remedy.Dropout, decay: remedy.L2);
    }

    public Classifier Model { get; }

    /// <summary>The loss on the points learned from.</summary>
    public List<Point> TrainCurve { get; } = [];

    /// <summary>The loss on points not seen.</summary>
    public List<Point> TestCurve { get; } = [];

    /// <summary>The loss on new points of the weights that were kept.</summary>
    public double HeldOut { get; private set; }

    /// <summary>The share of new points that they put into the right moon.</summary>
    public double Accuracy { get; private set; }

    /// <summary>The loss on the points learned from, of the weights that were kept.</summary>
    public double Learned { get; private set; }

    /// <summary>The step whose weights were kept.</summary>
    public int Step { get; private set; }

    /// <summary>The mean of |w| over all matrices.</summary>
    public double MeanWeight => Weights().Average(w => Math.Abs((double)w));

    /// <summary>The share of weights that are exactly 0.</summary>
    public double Zeros => Weights().Average(w => w == 0 ? 1.0 : 0.0);

    public void Run(int steps, double rate, Action<double, double> tell)
    {
        int every = Math.Max(1, steps / Measurements), step = 0;
        double least = double.PositiveInfinity;
        float[][]? kept = null;
        Measure();
        while (step < steps)
        {
            Model.Epoch(_train, Batch, _ => step < steps ? rate : 0, _ =>
            {
                if (step >= steps) return;                           // the epoch goes on, but nothing changes any more
                step++;
                if (_remedy.L1 > 0) Shrink((float)(rate * _remedy.L1));
                if (step % every == 0 || step == steps) Measure();
            });
        }
        if (_spared is null) Step = steps;
        if (kept is not null) Restore(kept);
        (HeldOut, Accuracy) = Model.Measure(_test);
        Learned = Model.Measure(_train).Loss;

        void Measure()
        {
            double held = Model.Measure(_test).Loss;
            TrainCurve.Add(new Point(step, Model.Measure(_train).Loss));
            TestCurve.Add(new Point(step, held));
            tell((double)step / steps, held);
            if (_spared is null || Model.Measure(_spared).Loss is var loss && loss >= least) return;
            (least, kept, Step) = (loss, [.. Model.Network.Parameters.Select(p => p.Parameter.Value.ToArray())], step);
        }
    }

    private void Shrink(float by)
    {
        foreach (Linear linear in Model.Linears)
        {
            float[] w = linear.Weight.Value.ToArray();
            for (int i = 0; i < w.Length; i++) w[i] = MathF.CopySign(MathF.Max(0, MathF.Abs(w[i]) - by), w[i]);
            linear.Weight.Write(w);
        }
    }

    private void Restore(float[][] values)
    {
        foreach (((_, Parameter parameter), float[] numbers) in Model.Network.Parameters.Zip(values)) parameter.Write(numbers);
    }

    private IEnumerable<float> Weights() => Model.Linears.SelectMany(linear => linear.Weight.Value.ToArray());
}
