using Longhand.Backends;
using Longhand.Numerics;
using Longhand.Scalar;
using Longhand.Tensors;
using Matrix = Longhand.ByHand.Matrix;

namespace Longhand.Labs.Experiments;

/// <summary>
/// One small network three times: on single numbers, derived by hand, and on tensors. Each computes the same loss and the same gradient
/// from the same list of parameters: weights of the first layer (in, out) row by row, its biases, then the second layer's.
/// <code>
/// L = 1/(2n) · Σ (φ(X·W₁ + b₁)·W₂ + b₂ − T)²
/// </code>
/// </summary>
internal abstract class GradientRung(string name)
{
    public string Name { get; } = name;

    public abstract double Loss(double[] parameters);

    public abstract double[] Gradient(double[] parameters);

    /// <summary>Slopes measured by moving one parameter at a time: (L(p + h) − L(p − h)) / 2h, or one-sided, (L(p + h) − L(p)) / h.</summary>
    public double[] Slopes(double[] parameters, double h, bool oneSided = false)
    {
        double[] slopes = new double[parameters.Length], moved = [.. parameters];
        double here = oneSided ? Loss(parameters) : 0;
        for (int i = 0; i < slopes.Length; i++)
        {
            moved[i] = parameters[i] + h;
            double above = Loss(moved);
            moved[i] = parameters[i] - h;
            slopes[i] = oneSided ? (above - here) / h : (above - Loss(moved)) / (2 * h);
            moved[i] = parameters[i];
        }
        return slopes;
    }
}

/// <summary>The shape of the network, its activation by name, and the examples.</summary>
internal sealed record GradientProblem(int Hidden, string Activation, Matrix X, Matrix T)
{
    /// <summary>W₁, b₁, W₂, b₂: where each begins in the list of parameters, and the end.</summary>
    public int[] Starts => [0, 2 * Hidden, 3 * Hidden, 4 * Hidden, (4 * Hidden) + 1];

    public ByHand.Activation Bend => Activation switch
    {
        "sigmoid" => ByHand.Activation.Sigmoid,
        "relu" => ByHand.Activation.Relu,
        _ => ByHand.Activation.Tanh,
    };
}

/// <summary>Matrices, with the equations of backpropagation written out.</summary>
internal sealed class ByHandRung(GradientProblem problem) : GradientRung("by hand, double")
{
    private readonly ByHand.Mlp _model = new([2, problem.Hidden, 1], problem.Bend, ByHand.Loss.SquaredError, new Rng("replaced"));

    public override double Loss(double[] parameters)
    {
        Set(parameters);
        return _model.LossOf(_model.Forward(problem.X), problem.T);
    }

    public override double[] Gradient(double[] parameters)
    {
        Set(parameters);
        ByHand.Mlp.Gradients g = _model.Backward(_model.Forward(problem.X), problem.T);
        return Flat(g.DW[0], g.DB[0], g.DW[1], g.DB[1]);
    }

    /// <summary>The model at these parameters, for gradients that go wrong on purpose.</summary>
    public ByHand.Mlp At(double[] parameters)
    {
        Set(parameters);
        return _model;
    }

    public static double[] Flat(params Matrix[] parts) => [.. parts.SelectMany(part => part.Values.ToArray())];

    private void Set(double[] parameters)
    {
        int[] at = problem.Starts;
        Matrix[] parts = [_model.W[0], _model.B[0], _model.W[1], _model.B[1]];
        for (int p = 0; p < parts.Length; p++)
        {
            int columns = parts[p].Columns;
            for (int i = at[p]; i < at[p + 1]; i++) parts[p][(i - at[p]) / columns, (i - at[p]) % columns] = parameters[i];
        }
    }
}

/// <summary>Single numbers on a tape.</summary>
internal sealed class ScalarRung : GradientRung
{
    private readonly GradientProblem _problem;
    private readonly Tape _tape = new();
    private readonly Mlp _model;
    private readonly Value[] _parameters;
    private readonly int _kept;

    public ScalarRung(GradientProblem problem) : base("scalar, double")
    {
        _problem = problem;
        Activation bend = problem.Activation switch { "sigmoid" => Activation.Sigmoid, "relu" => Activation.Relu, _ => Activation.Tanh };
        _model = new Mlp(_tape, 2, [problem.Hidden, 1], bend, () => 0);
        _parameters = [.. _model.Layers.SelectMany(layer =>
            Enumerable.Range(0, layer.Neurons[0].Weights.Count).SelectMany(i => layer.Neurons.Select(neuron => neuron.Weights[i]))
                .Concat(layer.Neurons.Select(neuron => neuron.Bias)))];
        _kept = _tape.Count;
    }

    public override double Loss(double[] parameters)
    {
        double loss = Record(parameters).Data;
        _tape.Rewind(_kept);
        return loss;
    }

    public override double[] Gradient(double[] parameters)
    {
        Value loss = Record(parameters);
        _tape.ClearGradients();
        loss.Backward();
        double[] gradient = Array.ConvertAll(_parameters, p => p.Gradient);
        _tape.Rewind(_kept);
        return gradient;
    }

    private Value Record(double[] parameters)
    {
        for (int i = 0; i < parameters.Length; i++) _parameters[i].Data = parameters[i];
        (Matrix x, Matrix t) = (_problem.X, _problem.T);
        Value sum = _tape.Constant(0);
        for (int row = 0; row < x.Rows; row++)
        {
            Value y = _model.Forward([_tape.Constant(x[row, 0]), _tape.Constant(x[row, 1])])[0];
            sum += (y - t[row, 0]).Power(2);
        }
        return sum / (2 * x.Rows);
    }
}

/// <summary>Tensors: in double precision on the reference backend, in single precision on the usual one.</summary>
internal sealed class TensorRung(GradientProblem problem, IBackend? backend, string precision) : GradientRung($"tensors, {precision}")
{
    private readonly Tensor _x = Tensor.From(problem.X.Values, (problem.X.Rows, 2), backend);
    private readonly Tensor _t = Tensor.From(problem.T.Values, (problem.T.Rows, 1), backend);

    public override double Loss(double[] parameters) => Record(parameters, requireGradient: false).Loss.ToDoubles()[0];

    public override double[] Gradient(double[] parameters)
    {
        (Tensor loss, Tensor[] leaves) = Record(parameters, requireGradient: true);
        loss.Backward();
        return [.. leaves.SelectMany(leaf => leaf.Gradient!.ToDoubles())];
    }

    private (Tensor Loss, Tensor[] Leaves) Record(double[] parameters, bool requireGradient)
    {
        int[] at = problem.Starts;
        Shape[] shapes = [(2, problem.Hidden), problem.Hidden, (problem.Hidden, 1), 1];
        Tensor[] leaves = [.. shapes.Select((shape, i) => Tensor.From(parameters.AsSpan(at[i]..at[i + 1]), shape, backend))];
        if (requireGradient) leaves = Array.ConvertAll(leaves, leaf => leaf.RequireGradient());
        Tensor z = _x.MatMul(leaves[0]) + leaves[1];
        Tensor h = problem.Activation switch { "sigmoid" => z.Sigmoid(), "relu" => z.Relu(), _ => z.Tanh() };
        Tensor error = h.MatMul(leaves[2]) + leaves[3] - _t;
        return ((error * error).Mean() * 0.5f, leaves);
    }
}
