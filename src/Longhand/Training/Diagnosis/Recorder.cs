using Longhand.Nn;
using Longhand.Tensors;

namespace Longhand.Training;

/// <summary>
/// Looks into a model at some steps of its training, cheaply enough to do it always, and changes nothing: no draw, no weight, no bit.
/// <code>
/// var recorder = new Recorder(model, steps);
/// for (int step = 0; step &lt; steps; step++)
/// {
///     Tensor loss = model.Forward(x, rng, recorder.Begin(step)).CrossEntropy(labels);   // null at most steps: nobody looks
///     loss.Backward();
///     recorder.BeforeStep();
///     optimizer.Step(rate);
///     recorder.AfterStep(loss.ToScalar(), rate, gradientNorm);
///     model.ClearGradients();
/// }
/// IReadOnlyList&lt;Finding&gt; findings = Doctor.Examine(recorder.Record);
/// </code>
/// Where a <see cref="Workspace"/> recycles each step's memory, all three calls stand inside it.
/// </summary>
public sealed class Recorder : IObserver
{
    private readonly RecordedSteps _recorded;
    private readonly WeightMeasure[] _weights;
    private readonly ActivationMeasure _activation = new();
    private readonly AttentionMeasure _attention = new();
    private readonly List<Snapshot> _snapshots = [];
    private readonly List<ReportStep> _steps = [];
    private readonly List<ReportEval> _evaluations = [];
    private readonly List<ActivationRecord> _activations = [];
    private readonly List<AttentionRecord> _attentions = [];
    private FutureRecord? _future;
    private int _step = -1;
    private bool _isLooking;

    /// <param name="model">What is trained; its matrices are measured.</param>
    /// <param name="steps">How many steps the training will have.</param>
    public Recorder(Module model, int steps)
    {
        _recorded = new RecordedSteps(steps);
        _weights = [.. model.Parameters.Where(p => p.Parameter.IsTrainable && p.Parameter.Shape.Rank >= 2 && p.Parameter.Shape.Length > 0)
            .Select(p => new WeightMeasure(LayerOf(p.Name), p.Parameter))];
        Record = new TrainingRecord { Steps = _steps, Evaluations = _evaluations, Snapshots = _snapshots, StepsAsked = steps };
    }

    /// <summary>Everything recorded so far; it grows with the training. Set what else is known of the task with <c>with</c>.</summary>
    public TrainingRecord Record { get; }

    /// <summary>Starts a step, counted from 0. Gives what to hand to <c>Forward</c>: null when this step is not one to look
    /// into.</summary>
    public Watch? Begin(int step)
    {
        _step = step;
        _isLooking = _recorded.Includes(step);
        _activations.Clear();
        _attentions.Clear();
        _future = null;
        return _isLooking ? new Watch(this) : null;
    }

    /// <summary>Between the backward pass and the optimizer's step.</summary>
    public void BeforeStep()
    {
        if (!_isLooking) return;
        foreach (WeightMeasure weight in _weights) weight.Before();
    }

    /// <summary>After the optimizer's step; keeps the step's loss and what was seen.</summary>
    public void AfterStep(double loss, double learningRate, double gradientNorm)
    {
        _steps.Add(new ReportStep(_step + 1, loss, learningRate, gradientNorm));
        if (Taken() is { } snapshot) _snapshots.Add(snapshot);
    }

    /// <summary>Keeps a validation loss after so many steps.</summary>
    public void Evaluated(int steps, double loss) => _evaluations.Add(new ReportEval(steps, loss));

    /// <summary>
    /// For a model that predicts the next token: finds out whether it can see it, once, at the first step; <see cref="FutureProbe"/> says
    /// how.
    /// </summary>
    /// <param name="logits">From ids (1, T) to logits (1, T, V) or (T, V), computed without recording.</param>
    /// <param name="inputs">One text of the batch.</param>
    /// <param name="targets">What it should predict, of the same length.</param>
    /// <param name="vocabulary">How many different tokens.</param>
    public void ProbeFuture(Func<Indices, Tensor> logits, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int vocabulary)
    {
        if (_step == 0 && _isLooking) _future = FutureProbe.Measure(logits, inputs, targets, vocabulary);
    }

    /// <summary>What this step showed, after the optimizer's step; null when it was not looked into.</summary>
    internal Snapshot? Taken()
    {
        if (!_isLooking) return null;
        _isLooking = false;
        return new Snapshot(_step + 1)
        {
            Activations = [.. _activations],
            Attention = [.. _attentions],
            Weights = Array.ConvertAll(_weights, w => w.After()),
            Future = _future,
        };
    }

    void IObserver.Output(string layer, Tensor y, ActivationKind kind)
    {
        if (_activation.Measure(layer, y, kind) is { } record) _activations.Add(record);
    }

    void IObserver.Attention(string layer, Tensor q, Tensor k, int heads, bool causal)
    {
        if (_attention.Measure(layer, q, k, heads, causal) is { } record) _attentions.Add(record);
    }

    private static string LayerOf(string parameter)
    {
        const string Usual = ".weight";
        return parameter.EndsWith(Usual, StringComparison.Ordinal) ? parameter[..^Usual.Length] : parameter;
    }
}
