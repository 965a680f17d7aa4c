using Longhand.Data;
using Longhand.Generation;
using Longhand.Models;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Pictures;
using Longhand.Tensors;
using Longhand.Training;

namespace Longhand.Labs.Experiments;

/// <summary>
/// How a model of characters learns: AdamW without decay, a short warm-up, then half a cosine down to a tenth of the rate.
/// </summary>
internal sealed record CharPlan
{
    public required int Steps { get; init; }

    /// <summary>Windows of the model's context in a step.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>
    /// Whether the text is read from beginning to end, again and again, by a recurrent model whose memory is carried on from window to
    /// window, and measured so too; otherwise windows are drawn from anywhere and each begins with an empty memory.
    /// </summary>
    public bool CarriesMemory { get; init; }

    /// <summary>The learning rate at its highest.</summary>
    public double Rate { get; init; } = 3e-3;

    /// <summary>Steps on the way up to it; a tenth of all at most.</summary>
    public int WarmUp { get; init; } = 20;

    /// <summary>Longer gradients are shortened to this; 0 leaves all as they are.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>How often the loss is measured on the first part of the last tenth, besides before the first step.</summary>
    public int Measurements { get; init; } = 20;

    /// <summary>Characters of that part.</summary>
    public int Measured { get; init; } = 20_000;
}

/// <summary>A language model learns a text: what the trainer does, for labs, without a run folder.</summary>
internal sealed class CharTraining(LanguageModel model, CharText text, CharPlan plan, Rng rng)
{
    public LanguageModel Model => model;

    /// <summary>The loss of each step's batch; infinite from where it was no number on, and then nothing more was learned.</summary>
    public List<double> Losses { get; } = [];

    /// <summary>The length of each step's gradient, before it was shortened.</summary>
    public List<double> Norms { get; } = [];

    /// <summary>The loss on the part measured, by step.</summary>
    public List<Point> Validation { get; } = [];

    /// <summary>The loss over the whole last tenth, after training; infinite where it diverged.</summary>
    public double Loss { get; private set; } = double.PositiveInfinity;

    /// <summary>Trains to the end.</summary>
    /// <param name="after">Is told the number of steps taken, from 0 on.</param>
    /// <param name="stop">Ends it early, also while the loss is measured.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public CharTraining Run(Action<int> after, CancellationToken stop)
    {
        Func<int, Tensor> loss = plan.CarriesMemory ? Reading((RecurrentModel)model) : Windows();
        var optimizer = new AdamW(ParameterGroup.All(model), weightDecay: 0);
        Func<long, double> rate = Schedule.WarmUpCosine(plan.Rate, Math.Min(plan.WarmUp, plan.Steps / 10), plan.Steps, plan.Rate / 10);
        int every = Math.Max(1, plan.Steps / Math.Max(1, plan.Measurements));
        for (int step = 0; step <= plan.Steps; step++)
        {
            if (step % every == 0 || step == plan.Steps) Validation.Add(new Point(step, Measure(plan.Measured, stop)));
            after(step);
            stop.ThrowIfCancellationRequested();
            if (step == plan.Steps) break;
            (double value, double norm) = Step(step, loss, optimizer, rate(step));
            bool isFinite = double.IsFinite(value) && double.IsFinite(norm);
            Losses.Add(isFinite ? value : double.PositiveInfinity);
            Norms.Add(isFinite ? norm : double.PositiveInfinity);
            if (!isFinite) return this;
        }
        Loss = Measure(characters: null, stop);
        return this;
    }

    /// <summary>What it writes now, from the beginning of a line.</summary>
    public string Write(int characters, string seed, double temperature = 0.8) =>
        new Generator(model, text.Tokenizer).Write("", characters, new SamplingOptions { Temperature = temperature, Seed = seed });

    private double Measure(int? characters, CancellationToken stop)
    {
        double loss = plan.CarriesMemory
            ? text.CarriedLoss((RecurrentModel)model, characters, stop)
            : text.ValidationLoss(model, characters, stop);
        return double.IsFinite(loss) ? loss : double.PositiveInfinity;
    }

    // The loss of windows from anywhere.
    private Func<int, Tensor> Windows()
    {
        int T = model.Config.Context;
        var batches = new Batches(text.Data.Train, plan.Batch, T, rng);
        int[] inputs = new int[plan.Batch * T], targets = new int[inputs.Length];
        return step =>
        {
            batches.Fill(step, 0, inputs, targets);
            return model.Loss(new Indices(inputs, (plan.Batch, T)), new Indices(targets, (plan.Batch, T)), Dropout(step));
        };
    }

    // The loss of the windows that come next. Each reading begins a little further in than the text does, to cut it at other places.
    private Func<int, Tensor> Reading(RecurrentModel reader)
    {
        CarriedReading? reading = null;
        int begun = 0;
        return step =>
        {
            if (reading is not { IsComplete: false })
            {
                int start = rng.Fork("readings").Below(reader.Config.Context, begun++);
                reading = new CarriedReading(reader, text.Data.Train[start..], plan.Batch);
            }
            return reading.Next(Dropout(step)).Loss;
        };
    }

    private Rng? Dropout(int step) => model.Config.Dropout > 0 ? rng.Fork("dropout").Fork(step) : null;

    private (double Loss, double Norm) Step(int step, Func<int, Tensor> lossOf, AdamW optimizer, double rate)
    {
        using (Workspace.Begin())
        {
            try
            {
                Tensor loss = lossOf(step);
                double value = loss.ToScalar();
                loss.BackwardOnce();
                (double norm, double factor) = plan.Clip > 0
                    ? GradientClipping.ByNorm(optimizer.Parameters, plan.Clip)
                    : (GradientClipping.Norm(optimizer.Parameters), 1);
                if (double.IsFinite(norm)) optimizer.Step(rate, factor);
                return (value, norm);
            }
            finally
            {
                model.ClearGradients();
            }
        }
    }
}
