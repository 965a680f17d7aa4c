using Longhand.Backends.Cpu;
using Longhand.Files;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;
using Longhand.Training;

namespace Longhand.Cli.Benchmarks;

/// <summary>A training step as the <see cref="Trainer"/> takes it, on one batch: forward, backward, clipping, AdamW.</summary>
internal sealed class OurTraining
{
    private readonly LanguageModel _model;
    private readonly AdamW _optimizer;
    private readonly Indices _ids, _targets;

    public OurTraining(TrainingShape shape, int threads)
    {
        _model = shape.Model.Create(new Rng("bench").Fork("weights"));
        _model.MoveTo(new CpuBackend(threads));
        _optimizer = new AdamW(ParameterGroup.Split(_model, TrainingShape.WeightDecay), TrainingShape.Beta1, TrainingShape.Beta2);
        Shape sizes = (shape.Batch, shape.Model.Context);
        (_ids, _targets) = (new Indices(shape.Ids(), sizes), new Indices(shape.Targets(), sizes));
    }

    public long ParameterCount => _model.ParameterCount;

    /// <summary>Writes the weights as they are now, for a peer to begin with the same.</summary>
    public void WriteWeights(string path) => AtomicFile.Write(path, stream => ModelFile.Write(stream, _model));

    /// <returns>The loss before the step.</returns>
    public double Step()
    {
        float loss;
        using (Workspace.Begin())
        {
            // As in the trainer, activations end with the backward pass and gradients with the step.
            using (Workspace.Begin())
            {
                Tensor mean = _model.Loss(_ids, _targets);
                loss = mean.ToScalar();
                mean.BackwardOnce();
                foreach ((_, Parameter parameter) in _optimizer.Parameters)
                {
                    parameter.Gradient?.Keep();
                }
            }
            (_, double factor) = GradientClipping.ByNorm(_optimizer.Parameters, TrainingShape.Clip);
            _optimizer.Step(TrainingShape.LearningRate, factor);
            _model.ClearGradients();
        }
        return loss;
    }
}
