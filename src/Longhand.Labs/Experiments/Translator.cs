using Longhand.Models;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Labs.Experiments;

/// <summary>An encoder and a decoder in training on a <see cref="LetterTask"/>, with what labs ask of it.</summary>
internal sealed class Translator
{
    private const double Clip = 1;

    private readonly LetterTask _task;
    private readonly AdamW _optimizer;
    private readonly Rng _rng;

    public Translator(LetterTask task, EncoderDecoderConfig config, Rng rng)
    {
        (_task, _rng) = (task, rng);
        Model = new EncoderDecoder(config with { Vocabulary = task.Vocabulary }, rng.Fork("weights"));
        _optimizer = new AdamW(ParameterGroup.Split(Model, 0));
    }

    public EncoderDecoder Model { get; }

    /// <summary>One step on new sequences, and the loss before it, in nats for each token.</summary>
    public double Step(int step, int batch, double rate, double teacherForcing = 1)
    {
        LetterTask.Batch drawn = _task.Draw(batch, heldOut: false, _rng.Fork("train").Fork(step));
        using (Workspace.Begin())
        {
            Tensor loss = Model.Loss(drawn.Sources, drawn.Targets, _task.Begin, drawn.Lengths, (float)teacherForcing, _rng.Fork("shown").Fork(step));
            double before = loss.ToScalar();
            loss.BackwardOnce();
            _optimizer.Step(rate, GradientClipping.ByNorm(Model.Parameters, Clip).Factor);
            Model.ClearGradients();
            return before;
        }
    }

    /// <summary>What it writes for these sequences on its own: whether each token is right, for those that count.</summary>
    public bool[][] Right(LetterTask.Batch batch)
    {
        var (B, T) = batch.Targets.Shape;
        using (Workspace.Begin())
        {
            int[] written = Model.Write(batch.Sources, _task.Begin, T, batch.Lengths).Tokens.Values.ToArray();
            int[] targets = batch.Targets.Values.ToArray();
            var right = new bool[B][];
            for (int b = 0; b < B; b++)
                right[b] = [.. Enumerable.Range(b * T, batch.Lengths.Values[b] + 1).Select(i => written[i] == targets[i])];
            return right;
        }
    }

    /// <summary>The share of these sequences whose answer is right to the last token.</summary>
    public double Exact(LetterTask.Batch batch) => Right(batch).Average(one => one.All(right => right) ? 1.0 : 0);

    /// <summary>
    /// Where it looks while it writes its answer to the only sequence of a batch: a row for each token of the answer, with a weight for each
    /// of the source.
    /// </summary>
    public (int[] Written, double[][] Weights) Looks(LetterTask.Batch one)
    {
        int n = one.Lengths.Values[0], S = one.Sources.Shape[1];
        using (Workspace.Begin())
        {
            (Indices tokens, Tensor? weights) = Model.Write(one.Sources, _task.Begin, n + 1, one.Lengths);
            double[] all = weights!.ToDoubles();
            return ([.. tokens.Values], [.. Enumerable.Range(0, n + 1).Select(t => all.AsSpan(t * S, n).ToArray())]);
        }
    }
}
