using Longhand.Backends;
using Longhand.Nn;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>The small problem of tests/Goldens/optimizers.json: fit tanh(x·weight + bias) to t.</summary>
internal sealed class OptimizerProblem : Module
{
    private static readonly GoldenCase Start = Golden.Case("optimizers", "problem");
    private readonly Tensor _x, _t;

    public OptimizerProblem(IBackend backend)
    {
        _x = Array("x", backend);
        _t = Array("t", backend);
        Weight = Declare("weight", Array("weight", backend));
        Bias = Declare("bias", Array("bias", backend));
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    /// <summary>The loss over some of the rows.</summary>
    public Tensor Loss(Range rows)
    {
        Tensor error = (_x[rows].MatMul(Weight.Value) + Bias.Value).Tanh() - _t[rows];
        return (error * error).Mean();
    }

    /// <summary>Leaves the gradients of the whole problem in the parameters, and returns the loss.</summary>
    public double Backward()
    {
        ClearGradients();
        Tensor loss = Loss(..);
        loss.Backward();
        return loss.ToDoubles()[0];
    }

    public void Train(Optimizer optimizer, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Backward();
            optimizer.Step(0.03);
        }
    }

    /// <summary>Everything that is trained, exactly.</summary>
    public double[] Numbers() => [.. Weight.Value.ToDoubles(), .. Bias.Value.ToDoubles()];

    public void Overwrite(ReadOnlySpan<double> numbers)
    {
        IBackend backend = Weight.Value.Backend;
        backend.Write(Weight.Value.Storage, numbers[..Weight.Shape.Length]);
        backend.Write(Bias.Value.Storage, numbers[Weight.Shape.Length..]);
    }

    private static Tensor Array(string name, IBackend backend) =>
        Tensor.From(Start[name].Doubles(), new Shape([.. Start[name].Shape]), backend);
}
