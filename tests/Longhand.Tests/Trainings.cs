using Longhand.Data;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;
using Longhand.Text;
using Longhand.Training;

namespace Longhand.Tests;

/// <summary>Small real trainings, some with a fault planted in them, and what was recorded: the doctor's patients.</summary>
internal static class Trainings
{
    /// <summary>A classifier made by hand, trained on two interleaved half circles or, with more features, on clouds that touch.</summary>
    public sealed record Classifier
    {
        public required Func<Rng, Layer> Model { get; init; }

        public int Steps { get; init; } = 300;

        public int Batch { get; init; } = 64;

        public Func<long, double> Rate { get; init; } = Schedule.Constant(1e-2);

        public Func<IReadOnlyList<ParameterGroup>, Optimizer> Optimizer { get; init; } = groups => new Adam(groups);

        public double Clip { get; init; }

        public (int Features, int Classes, int Train, double Noise) Data { get; init; } = (2, 2, 2000, 0.1);
    }

    public static TrainingRecord Run(Classifier task, string seed = "patient")
    {
        var rng = new Rng(seed);
        (int features, int classes, int train, double noise) = task.Data;
        (float[] x, int[] labels) = features == 2 ? Moons(train + 500, noise, rng.Fork("data")) : Clouds(train + 500, features, classes, noise, rng.Fork("data"));
        Layer model = task.Model(rng.Fork("model"));
        Optimizer optimizer = task.Optimizer(ParameterGroup.All(model));
        var recorder = new Recorder(model, task.Steps);
        float[] inputs = new float[task.Batch * features];
        int[] wanted = new int[task.Batch];
        Rng draws = rng.Fork("batches"), dropout = rng.Fork("dropout");
        for (int step = 0; step < task.Steps; step++)
        {
            if (step % (task.Steps / 10) == 0) Evaluate(step);
            using (Workspace.Begin())
            {
                for (int i = 0; i < task.Batch; i++)
                {
                    int row = (int)(draws.Uniform(((long)step * task.Batch) + i) * train);
                    x.AsSpan(row * features, features).CopyTo(inputs.AsSpan(i * features));
                    wanted[i] = labels[row];
                }
                Tensor loss = model.Forward(Tensor.From(inputs, (task.Batch, features)), dropout.Fork(step), recorder.Begin(step)).CrossEntropy(new Indices(wanted));
                float value = loss.ToScalar();
                if (!float.IsFinite(value)) return recorder.Record with { Guessing = Math.Log(classes), Clip = task.Clip, Diverged = "the loss" };
                loss.Backward();
                (double norm, double factor) = task.Clip > 0
                    ? GradientClipping.ByNorm(optimizer.Parameters, task.Clip) : (GradientClipping.Norm(optimizer.Parameters), 1);
                if (!double.IsFinite(norm)) return recorder.Record with { Guessing = Math.Log(classes), Clip = task.Clip, Diverged = "the gradient" };
                double rate = task.Rate(step);
                recorder.BeforeStep();
                optimizer.Step(rate, factor);
                recorder.AfterStep(value, rate, norm);
                model.ClearGradients();
            }
        }
        Evaluate(task.Steps);
        return recorder.Record with { Guessing = Math.Log(classes), Clip = task.Clip };

        void Evaluate(int step)
        {
            using Workspace workspace = Workspace.Begin();
            Tensor logits = model.AsConstants(() => model.Forward(Tensor.From(x.AsSpan(train * features), (500, features))));
            recorder.Evaluated(step, logits.CrossEntropy(new Indices(labels[train..])).ToScalar());
        }
    }

    /// <summary>A GPT trained by the trainer, and what its run folder recorded; <paramref name="change"/> may spoil its first weights.</summary>
    public static async Task<TrainingRecord> Run(GptConfig model, TrainingOptions options, string? text = null, Action<LanguageModel>? change = null)
    {
        using var folder = new TemporaryFolder();
        text ??= BuiltInCorpus.Text;
        CharTokenizer tokenizer = CharTokenizer.FromText(text);
        var config = new RunConfig(model with { Vocabulary = tokenizer.VocabularySize }, options, new CorpusInfo("text", "", "", text.Length));
        var trainer = new Trainer(config, tokenizer, TokenData.Encode(tokenizer, text), folder.Path);
        change?.Invoke(trainer.Model);
        try
        {
            await foreach (TrainingEvent _ in trainer.RunAsync()) continue;
        }
        catch (TrainingDivergedException)
        {
            // Its record says so.
        }
        return TrainingRecord.Load(folder.Path);
    }

    /// <summary>A language model in a loop of its own, with targets as many places after the inputs as <paramref name="shift"/> says.</summary>
    public static TrainingRecord Run(ILanguageModel model, string text, string seed, int steps = 150, int shift = 1, double rate = 1e-2)
    {
        const int batch = 16;
        CharTokenizer tokenizer = CharTokenizer.FromText(text);
        int[] tokens = tokenizer.Encode(text);
        int train = tokens.Length * 9 / 10, T = model.Context, V = tokenizer.VocabularySize;
        var optimizer = new AdamW(ParameterGroup.All(model.Module));
        var recorder = new Recorder(model.Module, steps);
        int[] inputs = new int[batch * T], targets = new int[batch * T];
        for (int step = 0; step < steps; step++)
        {
            using Workspace workspace = Workspace.Begin();
            if (step % 25 == 0)
            {
                Fill(train, tokens.Length, new Rng(seed).Fork("validation").Fork(step));
                recorder.Evaluated(step, model.Module.AsConstants(() => Loss(null)).ToScalar());
            }
            Fill(0, train, new Rng(seed).Fork(step));
            Watch? watch = recorder.Begin(step);
            if (watch is not null)
                recorder.ProbeFuture(ids => model.Module.AsConstants(() => model.Forward(ids)), inputs.AsSpan(0, T), targets.AsSpan(0, T), V);
            Tensor loss = Loss(watch);
            loss.Backward();
            (double norm, double factor) = GradientClipping.ByNorm(optimizer.Parameters, 1);
            double now = rate * Math.Min(1, (step + 1) / 20.0);
            recorder.BeforeStep();
            optimizer.Step(now, factor);
            recorder.AfterStep(loss.ToScalar(), now, norm);
            model.Module.ClearGradients();
        }
        return recorder.Record with { Guessing = Math.Log(V), Clip = 1 };

        Tensor Loss(Watch? watch) => model.Forward(new Indices(inputs, (batch, T)), watch).CrossEntropy(new Indices(targets, (batch, T)));

        void Fill(int from, int until, Rng rng)
        {
            for (int b = 0; b < batch; b++)
            {
                int at = from + (int)(rng.Uniform(b) * (until - from - T - shift));
                tokens.AsSpan(at, T).CopyTo(inputs.AsSpan(b * T));
                tokens.AsSpan(at + shift, T).CopyTo(targets.AsSpan(b * T));
            }
        }
    }

    /// <summary>From ids (B, T) to logits (B, T, V).</summary>
    public interface ILanguageModel
    {
        Module Module { get; }

        int Context { get; }

        Tensor Forward(Indices ids, Watch? watch = null);
    }

    /// <summary>The GPT as such a model.</summary>
    public sealed class CausalModel(Gpt gpt) : ILanguageModel
    {
        public Module Module => gpt;

        public int Context => gpt.Config.Context;

        public Tensor Forward(Indices ids, Watch? watch = null) => gpt.Forward(ids, watch: watch);
    }

    /// <summary>One block whose attention was left without its mask.</summary>
    public sealed class UnmaskedModel : Module, ILanguageModel
    {
        private readonly Embedding _tokens, _positions;
        private readonly Linear _qkv, _output, _logits;

        public UnmaskedModel(int vocabulary, Rng rng)
        {
            _tokens = Declare("tokens", new Embedding(vocabulary, 32, rng.Fork("tokens")));
            _positions = Declare("positions", new Embedding(Context, 32, rng.Fork("positions")));
            _qkv = Declare("qkv", new Linear(32, 96, rng.Fork("qkv")));
            _output = Declare("output", new Linear(32, 32, rng.Fork("output")));
            _logits = Declare("logits", new Linear(32, vocabulary, rng.Fork("logits")));
        }

        public Module Module => this;

        public int Context => 24;

        public Tensor Forward(Indices ids, Watch? watch = null)
        {
            Tensor x = _tokens.Forward(ids) + _positions.Forward(new Indices([.. Enumerable.Range(0, Context)]));
            Tensor qkv = _qkv.Forward(x), q = qkv[.., .., ..32], k = qkv[.., .., 32..64], v = qkv[.., .., 64..];
            watch?.Inside("attention").Attention(q, k, heads: 2, causal: false);
            x += _output.Forward(Tensor.Attention(q, k, v, heads: 2, causal: false));
            return _logits.Forward(x, watch: watch?.Inside("logits"));
        }
    }

    /// <summary>Layers of the same width with one activation after each, and a layer of logits.</summary>
    public static Layer Stack(Rng rng, int inputs, int width, int depth, int classes, Func<Activation> activation, Initializer? initializer = null, Func<Layer>? norm = null)
    {
        var layers = new List<Layer>();
        for (int i = 0; i < depth; i++)
        {
            layers.Add(new Linear(i == 0 ? inputs : width, width, rng.Fork(i), initializer: initializer));
            if (norm is not null) layers.Add(norm());
            layers.Add(activation());
        }
        layers.Add(new Linear(width, classes, rng.Fork("out"), initializer: initializer));
        return new Sequential([.. layers]);
    }

    private static (float[] X, int[] Labels) Moons(int count, double noise, Rng rng)
    {
        float[] x = new float[2 * count];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            double angle = Math.PI * rng.Uniform(i);
            labels[i] = i % 2;
            (double a, double b) = i % 2 == 0 ? (Math.Cos(angle), Math.Sin(angle)) : (1 - Math.Cos(angle), 0.5 - Math.Sin(angle));
            x[2 * i] = (float)(a - 0.5 + (noise * rng.Fork("x").Normal(i)));
            x[(2 * i) + 1] = (float)(b - 0.25 + (noise * rng.Fork("y").Normal(i)));
        }
        return (x, labels);
    }

    private static (float[] X, int[] Labels) Clouds(int count, int features, int classes, double noise, Rng rng)
    {
        float[] x = new float[features * count];
        int[] labels = new int[count];
        Rng centre = rng.Fork("centre"), around = rng.Fork("around");
        for (int i = 0; i < count; i++)
        {
            labels[i] = (int)(classes * rng.Uniform(i));
            for (int f = 0; f < features; f++)
            {
                x[(i * features) + f] = (float)(centre.Normal((labels[i] * features) + f) + (noise * around.Normal(((long)i * features) + f)));
            }
        }
        return (x, labels);
    }
}
