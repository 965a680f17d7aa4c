using Longhand.Data;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Labs.Experiments;

/// <summary>
/// Digits in three parts, to learn from, to choose by and to judge by, for the lab <see cref="AdamDecay"/>. Some of those to learn from have
/// wrong labels. Every setting starts from the same parts, the same labels and the same first weights.
/// </summary>
internal sealed class NoisyDigits
{
    /// <summary>Digits of a step.</summary>
    public const int Batch = 64;

    private readonly Examples _train, _tuning, _held;
    private readonly Rng _rng;
    private readonly int _hidden;

    /// <summary>Draws the parts and the wrong labels.</summary>
    public NoisyDigits(int images, int tuning, double wrong, int hidden, Rng rng)
    {
        (_rng, _hidden) = (rng, hidden);
        LabelledPoints all = Digits.Load();
        int[] order = rng.Fork("parts").Permutation(all.Count);
        LabelledPoints train = all.Select(order.AsSpan(0, images));
        Rng errors = rng.Fork("wrong");
        for (int i = 0; i < images; i++)
        {
            if (errors.UniformDouble(i) < wrong)
            {
                train.Labels[i] = (train.Labels[i] + 1 + errors.Fork("digit").Below(9, i)) % 10;
            }
        }
        (_train, _tuning, _held) = (new(train), new(all.Select(order.AsSpan(images, tuning))), new(all.Select(order.AsSpan(images + tuning))));
    }

    /// <summary>The accuracy on the tuning part and on the held-out part, after training with Adam and λ in the gradient, or with AdamW.</summary>
    public (double Tuning, double Held) Train(bool decoupled, double rate, double decay, int steps, CancellationToken cancel)
    {
        Rng weights = _rng.Fork("weights");
        var model = new Sequential(
            new Linear(Digits.Side * Digits.Side, _hidden, weights.Fork(0), initializer: Initializers.He), Activation.Relu(), new Linear(_hidden, 10, weights.Fork(1)));
        ParameterGroup[] groups = ParameterGroup.Split(model, decay);
        Optimizer optimizer = decoupled ? new AdamW(groups) : new Adam(groups);
        for (int step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using (Workspace.Begin())
            {
                (Tensor x, Indices labels) = _train.Batch(Batch, step, _rng.Fork("batches"));
                model.ClearGradients();
                model.Forward(x).CrossEntropy(labels).BackwardOnce();
                optimizer.Step(rate);
            }
        }
        return (_tuning.Measure(model).Accuracy, _held.Measure(model).Accuracy);
    }
}
