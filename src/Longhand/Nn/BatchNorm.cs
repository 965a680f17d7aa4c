using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Nn;

/// <summary>
/// Batch normalisation of the features in the last axis (Ioffe and Szegedy, 2015). In training (with a generator) it uses the
/// batch's own mean and variance and moves the running averages by running ← (1 − m)·running + m·batch, the variance taken with
/// n − 1; in use (without one) it uses the running averages.
/// </summary>
public sealed class BatchNorm : Layer
{
    private readonly float _epsilon;
    private readonly float _momentum;

    public BatchNorm(int features, float epsilon = 1e-5f, float momentum = 0.1f)
    {
        _epsilon = epsilon;
        _momentum = momentum;
        Weight = Declare("weight", Tensor.Ones(features));
        Bias = Declare("bias", Tensor.Zeros(features));
        RunningMean = Declare("running_mean", Tensor.Zeros(features), isState: true);
        RunningVariance = Declare("running_variance", Tensor.Ones(features), isState: true);
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public Parameter RunningMean { get; }

    public Parameter RunningVariance { get; }

    public override Tensor Forward(Tensor x, Rng? rng = null, Watch? watch = null)
    {
        Tensor y = Normalize(x, rng);
        watch?.Output(y);
        return y;
    }

    private Tensor Normalize(Tensor x, Rng? rng)
    {
        if (rng is null) return x.BatchNorm(RunningMean.Value, RunningVariance.Value, Weight.Value, Bias.Value, _epsilon);
        Check.RankAtLeast("BatchNorm", x, 2);
        int features = x.Shape[^1];
        Check.PerFeature("BatchNorm", "weight", Weight.Value, features);           // before the averages move
        int rows = new Shape(x.Shape.Sizes[..^1]).Length;
        if (rows < 2) throw new ShapeException($"BatchNorm: {x.Shape} has {rows} row; training needs at least 2 to have a variance.");
        Tensor flat = x.Reshape((rows, features));
        Tensor mean = flat.Mean(0), variance = flat.Variance(0);
        Move(RunningMean, mean, 1);
        Move(RunningVariance, variance, rows / (rows - 1f));
        return flat.BatchNorm(mean, variance, Weight.Value, Bias.Value, _epsilon).Reshape(x.Shape);
    }

    private void Move(Parameter running, Tensor batch, float factor)
    {
        float[] values = running.Value.ToArray(), fresh = batch.ToArray();
        for (int i = 0; i < values.Length; i++) values[i] += _momentum * ((fresh[i] * factor) - values[i]);
        running.Write(values);
    }
}
