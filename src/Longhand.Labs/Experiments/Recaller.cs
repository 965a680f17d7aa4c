using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Labs.Experiments;

/// <summary>
/// A recurrent network in training on one question: which symbol stood first, k distractors ago? It reads one symbol at each step, the last
/// one asks, and only its answer there counts.
/// </summary>
internal sealed class Recaller : Module
{
    private const double Clip = 1;

    private readonly RecurrentLayer _memory;
    private readonly Linear _answer;
    private readonly AdamW _optimizer;
    private readonly Rng _rng;

    /// <param name="symbols">How many different symbols can stand first, and between.</param>
    /// <param name="memory">Makes the layer from its inputs and a generator.</param>
    /// <param name="rng">First weights, and all sequences.</param>
    public Recaller(int symbols, Func<int, Rng, RecurrentLayer> memory, Rng rng)
    {
        (Symbols, _rng) = (symbols, rng);
        _memory = Declare("memory", memory(symbols + 1, rng.Fork("memory")));
        _answer = Declare("answer", new Linear(_memory.Outputs, symbols, rng.Fork("answer")));
        _optimizer = new AdamW(ParameterGroup.Split(this, 0));
    }

    public int Symbols { get; }

    /// <summary>One step on new sequences with k distractors, and the loss before it.</summary>
    public double Step(int step, int k, int batch, double rate)
    {
        using (Workspace.Begin())
        {
            (Tensor x, Indices first) = Draw(k, batch, _rng.Fork("train").Fork(step));
            Tensor loss = Answers(x).CrossEntropy(first);
            double before = loss.ToScalar();
            loss.BackwardOnce();
            _optimizer.Step(rate, GradientClipping.ByNorm(Parameters, Clip).Factor);
            ClearGradients();
            return before;
        }
    }

    /// <summary>The share of right answers to new sequences.</summary>
    public double Accuracy(int k, int count)
    {
        using (Workspace.Begin())
        {
            (Tensor x, Indices first) = Draw(k, count, _rng.Fork("test"));
            float[] answers = AsConstants(() => Answers(x)).ToArray();
            int right = 0;
            for (int b = 0; b < count; b++)
                right += Classifier.Likeliest(answers.AsSpan(b * Symbols, Symbols)) == first.Values[b] ? 1 : 0;
            return (double)right / count;
        }
    }

    /// <summary>How long the loss's gradient is at each input, in the mean over sequences: entry i is i steps before the last.</summary>
    public double[] GradientLengths(int k, int count)
    {
        using (Workspace.Begin())
        {
            (Tensor x, Indices first) = Draw(k, count, _rng.Fork("gradient"));
            x = x.RequireGradient();
            Answers(x).CrossEntropy(first).Backward();
            double[] g = x.Gradient!.ToDoubles();
            ClearGradients();
            int T = k + 2, features = Symbols + 1;
            double[] lengths = new double[T];
            for (int b = 0; b < count; b++)
            {
                for (int t = 0; t < T; t++)
                {
                    double squares = 0;
                    for (int f = 0; f < features; f++) squares += g[(((b * T) + t) * features) + f] * g[(((b * T) + t) * features) + f];
                    lengths[T - 1 - t] += Math.Sqrt(squares);       // the loss is a mean: the sum of its parts' gradients is their mean
                }
            }
            return lengths;
        }
    }

    // (B, symbols), from sequences (B, T, symbols + 1).
    private Tensor Answers(Tensor x)
    {
        var (B, T, _) = x.Shape;
        return _answer.Forward(_memory.Forward(x).Output[.., (T - 1)..].Reshape((B, _memory.Outputs)));
    }

    // Sequences of the first symbol, k distractors and the question, one-hot, and the first symbols.
    private (Tensor X, Indices First) Draw(int k, int count, Rng rng)
    {
        int T = k + 2, features = Symbols + 1;
        float[] x = new float[count * T * features];
        int[] first = new int[count];
        for (int b = 0; b < count; b++)
        {
            for (int t = 0; t < T; t++)
            {
                int symbol = t == T - 1 ? Symbols : rng.Below(Symbols, ((long)b * T) + t);
                if (t == 0) first[b] = symbol;
                x[(((b * T) + t) * features) + symbol] = 1;
            }
        }
        return (Tensor.From(x, (count, T, features)), new Indices(first, count));
    }
}
