using System.Runtime.CompilerServices;
using Longhand.Backends;
using Longhand.Data;
using Longhand.Files;
using Longhand.Generation;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;
using Longhand.Text;

namespace Longhand.Training;

/// <summary>
/// Trains a language model on a text and keeps everything in a run folder: AdamW with decay on matrices only, warm-up and cosine, clipping,
/// accumulation; a loss over the whole validation text at intervals, and the weights with the lowest one in model.safetensors;
/// samples; checkpoints from which a run continues exactly, to the last bit of the weights and the last byte of the metrics.
/// <para>
/// Each turn of the loop first does what is due after the steps taken so far (evaluate, sample, save), then takes a step. A checkpoint
/// notes which of these were done, so stopping is possible between any two of them.
/// </para>
/// </summary>
public sealed class Trainer
{
    private const int SampleTokens = 256, LoggedSteps = 5000;

    private readonly RunConfig _config;
    private readonly TrainingOptions _options;
    private readonly CharTokenizer _tokenizer;
    private readonly TokenData _data;
    private readonly string _folder;
    private readonly LanguageModel _model;
    private readonly AdamW _optimizer;
    private readonly Batches _batches;
    private readonly Generator _generator;
    private readonly Func<long, double> _schedule;
    private readonly Rng _dropout;
    private readonly int[] _inputs, _targets;
    private readonly Recorder _recorder;
    private TrainingState _state = new();
    private string? _checkpoint;

    /// <param name="config">Model, training settings and corpus; both optional parts must be there.</param>
    /// <param name="tokenizer">Turns samples into text; saved in the run folder.</param>
    /// <param name="data">The tokens to learn from and to validate on.</param>
    /// <param name="folder">The run folder; made when missing. A run in it continues from its newest checkpoint.</param>
    /// <param name="backend">Where to compute; the processor when left out.</param>
    public Trainer(RunConfig config, CharTokenizer tokenizer, TokenData data, string folder, IBackend? backend = null)
    {
        _config = config.Validate();
        _options = (config.Training ?? throw new ArgumentException("A run that is to be trained needs training settings."));
        (_tokenizer, _data, _folder) = (tokenizer, data, folder);
        var rng = new Rng(_options.Seed);
        _model = config.Model.Create(rng.Fork("weights"));
        if (backend is not null) _model.MoveTo(backend);
        _optimizer = new AdamW(ParameterGroup.Split(_model, _options.WeightDecay), _options.Beta1, _options.Beta2);
        _batches = new Batches(data.Train, _options.Batch, config.Model.Context, rng);
        _generator = new Generator(_model, tokenizer);
        _schedule = Schedule.WarmUpCosine(
            _options.LearningRate, _options.Warmup, _options.Steps, _options.LearningRate * _options.FinalShare);
        _dropout = rng.Fork("dropout");
        _inputs = new int[_options.Batch * config.Model.Context];
        _targets = new int[_inputs.Length];
        _recorder = new Recorder(_model, _options.Steps);
    }

    /// <summary>The model being trained: while a run goes on, its newest weights.</summary>
    public LanguageModel Model => _model;

    /// <summary>
    /// Trains until all steps are done, or until <paramref name="stop"/> is cancelled: then it finishes the step at hand, saves a checkpoint
    /// and ends with a <see cref="DoneEvent"/> that says so. Calling it again continues.
    /// </summary>
    /// <exception cref="TrainingDivergedException">A loss or gradient is no longer finite.</exception>
    /// <exception cref="BadFileException">The folder holds a run with other settings, or no checkpoint in it is whole.</exception>
    /// <exception cref="WriteFailedException">The operating system refused to write; checkpoints from before are still there.</exception>
    public async IAsyncEnumerable<TrainingEvent> RunAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        using RunLock runLock = RunLock.Take(_folder);
        (RunLog log, string? note) = Open();
        using RunLog metrics = log;
        yield return new StartedEvent(
            _state.Step, _options.Steps, _model.ParameterCount, _data.Train.Length, _data.Validation.Length, _folder, note);

        var pace = new Pace((long)_inputs.Length * _options.Accumulate);
        int savedAt = _checkpoint is null ? -1 : _state.Step;
        StopReason reason = StopReason.Finished;
        while (true)
        {
            int step = _state.Step;
            bool isLast = step == _options.Steps;
            if ((isLast || step % _options.EvalEvery == 0) && _state.EvaluatedAt != step)
            {
                var pass = new EvaluationPass(_model, _data.Validation);
                while (pass.Advance(stop)) yield return new EvaluatingEvent(step, pass.Done, pass.Total, pass.Seconds);
                if (!pass.IsComplete) { reason = StopReason.Interrupted; break; }
                yield return Evaluated(metrics, pass.Loss);
            }
            if (_options.SampleEvery > 0 && (isLast || step % _options.SampleEvery == 0) && _state.SampledAt != step) yield return Sample(metrics);
            if (isLast) break;
            if (_options.Patience > 0 && _state.Waited >= _options.Patience) { reason = StopReason.StoppedEarly; break; }
            if (stop.IsCancellationRequested) { reason = StopReason.Interrupted; break; }
            if (step > 0 && step % _options.SaveEvery == 0 && savedAt != step)
            {
                yield return Save(metrics);
                savedAt = step;
                WriteReport(metrics, note: "Training is still going on.");
            }
            yield return await StepAsync(metrics, pace);
        }
        // Where only the first weights were measured so far, the newest are of more use to whoever stopped here: those first ones know nothing.
        bool keepsNewest = _state.EvaluatedAt < 1 && _state.Step > 0;
        if (keepsNewest) _state = _state with { KeptStep = _state.Step };
        if (savedAt != _state.Step || reason != StopReason.Finished) yield return Save(metrics);
        if (keepsNewest) WriteModel();
        WriteReport(metrics, ReportNote(reason));
        yield return new DoneEvent(
            _state.Step, _state.SmoothedLoss, _state.BestLoss, TokensPerSecond, _state.Seconds, WeightsSha256(), _folder, reason)
        {
            HasLearned = HasLearned,
            KeepsBest = Metrics.Read(metrics).Evaluations.All(e => e.Loss >= _state.BestLoss),
            Findings = Examined(metrics),
        };
    }

    // A new run, or an old one brought back to where its newest checkpoint stands.
    private (RunLog Log, string? Note) Open()
    {
        string notes = "";
        StoredCheckpoint? checkpoint = Newest(warning => notes += warning + " ");
        string metrics = Path.Combine(_folder, Run.MetricsFile);
        if (checkpoint is null)
        {
            if (Run.IsRun(_folder) && RunConfig.Load(_folder).Sha256 != _config.Sha256)
                throw new BadFileException(_folder, "there is a run with other settings and without a checkpoint in this folder. Hint: train into another.");

            // A run that went past its first checkpoint has lost it: beginning again would write over its best weights.
            int reached = Metrics.LastStep(metrics);
            if (_state.Step == 0 && reached > _options.SaveEvery)
                throw new BadFileException(_folder, FormattableString.Invariant(
                    $"this run reached step {reached}, but its checkpoints are gone, so it cannot go on. Hint: its best weights are still in {ModelFile.FileName}; train into another folder."));

            // The configuration makes the folder a run, so it comes first: from there on a killed run can be resumed.
            _config.Save(_folder);
            _tokenizer.Save(Path.Combine(_folder, Run.TokenizerFile));
            return (RunLog.Open(metrics, _state.MetricsLength), null);
        }
        if (checkpoint.Field("config") != _config.Sha256)
            throw new BadFileException(checkpoint.Folder, "it was made with other settings than the run's config.json says. Hint: restore config.json, or train into another folder.");
        // The file is read to see whether it is whole; the checkpoint's weights then take the place of what came from it.
        string? damage = RunRepair.DamageOf(Path.Combine(_folder, ModelFile.FileName), path => ModelFile.Read(path, _model));
        ModelFile.Read(checkpoint[ModelFile.FileName], _model);
        OptimizerFile.Read(checkpoint[OptimizerFile.FileName], _optimizer, checkpoint.Step);
        _state = TrainingState.Read(checkpoint[TrainingState.FileName]);
        _checkpoint = checkpoint.Folder;
        RunLog log = RunLog.Open(metrics, _state.MetricsLength);
        if (RunRepair.Tokenizer(_folder, _tokenizer) is { } tokenizer) notes += tokenizer + " ";
        if (damage is not null && _state.EvaluatedAt >= 0) notes += Repair(log, damage) + " ";
        if (_state.Step < _options.Steps) notes += FormattableString.Invariant($"Continuing from step {checkpoint.Step}.");
        return (log, notes.Length > 0 ? notes.TrimEnd() : null);
    }

    private StoredCheckpoint? Newest(Action<string> warn)
    {
        try
        {
            return CheckpointFolder.LoadNewest(_folder, warn);
        }
        catch (BadFileException e)
        {
            string? damage = RunRepair.DamageOf(Path.Combine(_folder, ModelFile.FileName), path => ModelFile.Read(path, _model));
            throw RunRepair.NoneIsWhole(e, damage);
        }
    }

    // The state is saved before the file is written: a kill in between leaves a damaged file, which the next resumption finds.
    private string Repair(RunLog log, string damage)
    {
        TrainingState before = _state;
        _state = RunRepair.WithNewestWeights(before, Metrics.Read(log).Evaluations);
        if (_state != before) Save(log);
        WriteModel();
        return RunRepair.Describe(before, _state, damage);
    }

    private async ValueTask<StepEvent> StepAsync(RunLog metrics, Pace pace)
    {
        pace.Begin();
        int step = _state.Step;
        double loss = 0, norm, rate = _schedule(step);
        Snapshot? inside;
        using (Workspace.Begin())
        {
            try
            {
                Watch? watch = _recorder.Begin(step);
                for (int part = 0; part < _options.Accumulate; part++)
                {
                    loss += await AccumulateAsync(metrics, step, part, part == 0 ? watch : null) / _options.Accumulate;
                }
                (norm, double factor) = _options.Clip > 0
                    ? GradientClipping.ByNorm(_optimizer.Parameters, _options.Clip)
                    : (GradientClipping.Norm(_optimizer.Parameters), 1);
                if (!double.IsFinite(norm)) throw Diverged(metrics, step, NotFinite.Gradient(_optimizer.Parameters));
                _recorder.BeforeStep();
                _optimizer.Step(rate, factor);
                inside = _recorder.Taken();
            }
            finally
            {
                _model.ClearGradients();                 // their memory ends with this step, however it ends
            }
        }
        _state = _state.WithLoss(loss) with { Step = step + 1, Seconds = _state.Seconds + pace.End() };
        int logEvery = (_options.Steps + LoggedSteps - 1) / LoggedSteps;
        if (_state.Step % logEvery == 0) Log(metrics, Metrics.Step(_state.Step, loss, rate, norm));
        if (inside is not null) Log(metrics, Metrics.Inside(inside));
        return new StepEvent(_state.Step, loss, _state.SmoothedLoss, rate, norm, pace.RecentTokensPerSecond, pace.SecondsFor(_options.Steps - _state.Step));
    }

    // Adds one batch's share to the gradients, which outlive its other memory, and returns its loss.
    private async ValueTask<double> AccumulateAsync(RunLog metrics, int step, int part, Watch? watch)
    {
        _batches.Fill(step, part, _inputs, _targets);
        Shape shape = (_options.Batch, _config.Model.Context);
        using (Workspace.Begin())
        {
            Rng? draws = _config.Model.Dropout > 0 ? _dropout.Fork(step).Fork(part) : null;
            if (watch is not null) ProbeFuture();
            Tensor mean = _model.Loss(new Indices(_inputs, shape), new Indices(_targets, shape), draws, watch: watch);
            float loss = (await mean.ReadAsync())[0];
            if (!float.IsFinite(loss)) throw Diverged(metrics, step, NotFinite.InHistory(mean, _optimizer.Parameters));
            Tensor share = _options.Accumulate == 1 ? mean : mean / _options.Accumulate;
            share.BackwardOnce();
            foreach ((_, Parameter parameter) in _optimizer.Parameters) parameter.Gradient?.Keep();
            return loss;
        }
    }

    private void ProbeFuture()
    {
        int T = _config.Model.Context;
        _recorder.ProbeFuture(
            ids => _model.AsConstants(() => _model.Forward(ids)), _inputs.AsSpan(0, T), _targets.AsSpan(0, T), _config.Model.Vocabulary);
    }

    private EvalEvent Evaluated(RunLog metrics, double loss)
    {
        if (!double.IsFinite(loss)) throw Diverged(metrics, _state.Step, NotFinite.Weight(_optimizer.Parameters) ?? "the validation loss");
        bool isBest = loss < _state.BestLoss;
        if (isBest) WriteModel();
        Log(metrics, Metrics.Evaluation(_state.Step, loss));
        _state = _state with
        {
            EvaluatedAt = _state.Step,
            BestLoss = isBest ? loss : _state.BestLoss,
            BestStep = isBest ? _state.Step : _state.BestStep,
            KeptStep = isBest ? _state.Step : _state.KeptStep,
            Waited = isBest ? 0 : _state.Waited + 1,
        };
        return new EvalEvent(_state.Step, loss, isBest);
    }

    private void WriteModel() => AtomicFile.Write(Path.Combine(_folder, ModelFile.FileName), stream => ModelFile.Write(stream, _model));

    private SampleEvent Sample(RunLog metrics)
    {
        string text;
        try
        {
            text = _generator.Write("", SampleTokens, new SamplingOptions { Seed = FormattableString.Invariant($"{_options.Seed}/{_state.Step}") });
        }
        catch (NotFiniteNumberException)
        {
            throw Diverged(metrics, _state.Step, NotFinite.Weight(_optimizer.Parameters) ?? "the logits of a sample");
        }
        Log(metrics, Metrics.Sample(_state.Step, text));
        _state = _state with { SampledAt = _state.Step };
        return new SampleEvent(_state.Step, text);
    }

    private CheckpointEvent Save(RunLog metrics)
    {
        // A model that has diverged must not push the good checkpoints out.
        if (NotFinite.Weight(_optimizer.Parameters) is { } bad) throw Diverged(metrics, _state.Step, bad);
        metrics.Flush();
        _checkpoint = CheckpointFolder.Save(
            _folder, _state.Step,
            [
                (ModelFile.FileName, stream => ModelFile.Write(stream, _model)),
                (OptimizerFile.FileName, stream => OptimizerFile.Write(stream, _optimizer)),
                (TrainingState.FileName, _state.Write),
            ],
            new Dictionary<string, string> { ["config"] = _config.Sha256 });
        return new CheckpointEvent(_state.Step, _checkpoint);
    }

    private void Log(RunLog metrics, string line)
    {
        metrics.Append(line);
        _state = _state with { MetricsLength = metrics.Length };
    }

    private void WriteReport(RunLog metrics, string? note)
    {
        ReportData data = RunReport.Data(
            _config, _state, Metrics.Read(metrics), Recorded(metrics), TokensPerSecond, WeightsSha256(), _folder, note, _model.Backend);
        using var text = new StringWriter { NewLine = "\n" };
        Report.Write(text, data);
        AtomicFile.WriteAllText(Path.Combine(_folder, Run.ReportFile), text.ToString());
    }

    private TrainingRecord Recorded(RunLog metrics) => RunRecord.Of(_config, metrics.FilePath, metrics.ReadLines());

    // Null when there were too few steps to say anything.
    private IReadOnlyList<Finding>? Examined(RunLog metrics)
    {
        TrainingRecord record = Recorded(metrics);
        IReadOnlyList<Finding> findings = Doctor.Examine(record);
        return findings.Count > 0 || Doctor.CanTell(record) ? findings : null;
    }

    // Over the whole run, also where it was resumed.
    private double TokensPerSecond =>
        _state.Seconds > 0 ? (double)_inputs.Length * _options.Accumulate * _state.Step / _state.Seconds : 0;

    // Until weights other than the first ones were measured, or those kept were, nothing can be said.
    private bool HasLearned => _state.EvaluatedAt < 1 || _state.BestStep < 0 || (_state.BestStep > 0 && _state.BestLoss < Math.Log(_config.Model.Vocabulary));

    private string? ReportNote(StopReason reason) => reason switch
    {
        StopReason.Interrupted => $"Stopped after {_state.Step} of {_options.Steps} steps; a checkpoint was saved, so it can go on.",
        StopReason.StoppedEarly => $"Stopped early: {_state.Waited} evaluations in a row were no better than one before them.",
        _ => null,
    };

    private string WeightsSha256()
    {
        string path = Path.Combine(_folder, ModelFile.FileName);
        return File.Exists(path) ? Sha256.OfFile(path) : "";
    }

    // The log's last line, for a diagnosis; a run that goes on from the checkpoint before cuts it off.
    private TrainingDivergedException Diverged(RunLog metrics, int step, string tensor)
    {
        Log(metrics, Metrics.Diverged(step, tensor));
        return new TrainingDivergedException(step, tensor, _checkpoint);
    }
}
