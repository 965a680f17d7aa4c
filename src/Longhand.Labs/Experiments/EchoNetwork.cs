using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A simple recurrent network that is to repeat, at every step, the symbol it read a few steps before; its weights U start as an orthogonal
/// matrix times a factor, so that a gradient grows by about that factor with every step it goes back. Trained by plain gradient descent.
/// </summary>
internal sealed class EchoNetwork : Module
{
    private const int Symbols = 4, Delay = 3;

    private readonly Rnn _memory;
    private readonly Linear _answer;
    private readonly Sgd _optimizer;
    private readonly Rng _rng;
    private readonly int _steps;

    /// <param name="width">Units.</param>
    /// <param name="steps">Steps of time in a sequence.</param>
    /// <param name="radius">The factor: the spectral radius of U.</param>
    /// <param name="rng">First weights, and all sequences.</param>
    public EchoNetwork(int width, int steps, double radius, Rng rng)
    {
        (_rng, _steps) = (rng, steps);
        _memory = Declare("memory", new Rnn(Symbols, width, rng.Fork("memory")));
        _answer = Declare("answer", new Linear(width, Symbols, rng.Fork("answer")));
        Parameter u = _memory.Parameters.First(p => p.Name == "weight_hh_l0").Parameter;
        u.Write(Array.ConvertAll(u.Value.ToArray(), w => (float)(radius * w)));
        _optimizer = new Sgd(ParameterGroup.Split(this, 0));
    }

    /// <summary>One step of training.</summary>
    /// <param name="step">Which one: it decides the sequences.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="clip">The greatest norm of the gradient; infinite for no limit.</param>
    /// <returns>The loss in nats and the norm of the gradient, both before the step. When either is no finite number, there was no step.</returns>
    public (double Loss, double Norm) Step(int step, int batch, double rate, double clip)
    {
        using (Workspace.Begin())
        {
            (Tensor x, Indices targets) = Draw(batch, _rng.Fork("train").Fork(step));
            Tensor loss = _answer.Forward(_memory.Forward(x).Output).CrossEntropy(targets, ignored: -100);
            double before = loss.ToScalar();
            loss.BackwardOnce();
            double norm = GradientClipping.Norm(Parameters);
            if (double.IsFinite(norm) && double.IsFinite(before)) _optimizer.Step(rate, Math.Min(1, clip / (norm + 1e-6)));
            ClearGradients();
            return (before, norm);
        }
    }

    private (Tensor X, Indices Targets) Draw(int batch, Rng rng)
    {
        float[] x = new float[batch * _steps * Symbols];
        int[] symbols = new int[batch * _steps], targets = new int[symbols.Length];
        for (int i = 0; i < symbols.Length; i++)
        {
            symbols[i] = rng.Below(Symbols, i);
            x[(i * Symbols) + symbols[i]] = 1;
            targets[i] = i % _steps < Delay ? -100 : symbols[i - Delay];
        }
        return (Tensor.From(x, (batch, _steps, Symbols)), new Indices(targets, (batch, _steps)));
    }
}
