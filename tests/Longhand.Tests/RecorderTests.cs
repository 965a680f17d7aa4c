using System.Text;
using Longhand.Files;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;
using Longhand.Training;

namespace Longhand.Tests;

/// <summary>What is measured, when, and how it is written down.</summary>
public sealed class RecorderTests
{
    private static readonly Rng Random = new("recorder");

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(40, 10, 20)]
    [InlineData(300, 40, 60)]
    [InlineData(2000, 45, 80)]
    [InlineData(1_000_000_000, 45, 140)]
    public void Few_steps_are_looked_into_the_first_and_the_last_among_them(int steps, int least, int most)
    {
        var recorded = new RecordedSteps(steps);
        Assert.InRange(recorded.Total, least, most);
        if (steps == 0) return;
        Assert.True(recorded.Includes(0) && recorded.Includes(steps - 1));
        Assert.False(recorded.Includes(steps) || recorded.Includes(-1));
        int early = Enumerable.Range(0, Math.Min(8, steps)).Count(recorded.Includes);
        Assert.Equal(Math.Min(8, steps), early);
    }

    [Fact]
    public void Looking_changes_no_bit()
    {
        Assert.Equal(Train(look: false), Train(look: true));

        static float[] Train(bool look)
        {
            Layer model = Trainings.Stack(new Rng("bits"), 4, 16, 2, 3, Activation.Relu);
            var optimizer = new Adam(ParameterGroup.All(model));
            var recorder = new Recorder(model, steps: 20);
            for (int step = 0; step < 20; step++)
            {
                Watch? watch = look ? recorder.Begin(step) : null;
                Tensor x = Tensor.Normal((8, 4), new Rng("x").Fork(step));
                Tensor loss = model.Forward(x, new Rng("dropout").Fork(step), watch).CrossEntropy(new Indices([0, 1, 2, 0, 1, 2, 0, 1]));
                loss.Backward();
                if (look) recorder.BeforeStep();
                optimizer.Step(1e-2);
                if (look) recorder.AfterStep(loss.ToScalar(), 1e-2, 0);
                model.ClearGradients();
            }
            Assert.Equal(look, recorder.Record.Snapshots.Count > 0);
            return [.. model.Parameters.SelectMany(p => p.Parameter.Value.ToArray())];
        }
    }

    [Fact]
    public void An_activation_is_measured_over_units_and_examples()
    {
        // Unit 0 is 3 or 5, unit 1 always 0: one of two is dead; means 4 and 0.
        ActivationRecord record = new ActivationMeasure().Measure("layer", Tensor.From([3f, 0, 5, 0], (2, 2)), ActivationKind.Relu)!.Value;
        Assert.Equal("layer", record.Layer);
        Assert.Equal(Math.Sqrt((9 + 25) / 4.0), record.Size, 1e-12);
        Assert.Equal(Math.Sqrt((1 + 1) / 4.0), record.Spread, 1e-12);
        Assert.Equal(Math.Sqrt(((1.5 * 1.5 * 2) + (2.5 * 2.5 * 2)) / 4.0), record.Variety, 1e-12);
        Assert.Equal(0.5, record.Dead);
        ActivationRecord tanh = new ActivationMeasure().Measure("tanh", Tensor.From([0.99f, -0.98f, 0.5f, 0], (4, 1)), ActivationKind.Tanh)!.Value;
        Assert.Equal((0.5, 0), (tanh.Saturated, tanh.Dead));
        ActivationRecord sigmoid = new ActivationMeasure().Measure("sigmoid", Tensor.From([0.99f, 0.001f, 0.5f, 0.9f], (2, 2)), ActivationKind.Sigmoid)!.Value;
        Assert.Equal(0.5, sigmoid.Saturated);
        Assert.Null(new ActivationMeasure().Measure("empty", Tensor.Zeros((0, 3)), ActivationKind.Relu));
    }

    [Fact]
    public void A_large_batch_is_sampled_evenly()
    {
        float[] values = [.. Enumerable.Range(0, 10_000).Select(i => (float)i)];
        ActivationRecord record = new ActivationMeasure().Measure("layer", Tensor.From(values, (100, 100, 1)), ActivationKind.Linear)!.Value;
        Assert.InRange(record.Spread, 0.99 * 10_000 / Math.Sqrt(12), 1.01 * 10_000 / Math.Sqrt(12));
    }

    [Fact]
    public void Attention_is_measured_as_softmax_says()
    {
        const int T = 6, C = 4;
        Tensor q = Tensor.Normal((1, T, C), Random.Fork("q"), deviation: 2), k = Tensor.Normal((1, T, C), Random.Fork("k"), deviation: 2);
        AttentionRecord record = new AttentionMeasure().Measure("a", q, k, heads: 1, causal: true)!.Value;
        double[] qs = q.ToDoubles(), ks = k.ToDoubles();
        var entropies = new List<double>();
        for (int i = 0; i < T; i++)
        {
            int query = T - 1 - (i * (T / 2) / T);
            double[] e = [.. Enumerable.Range(0, query + 1).Select(j => Math.Exp(Enumerable.Range(0, C).Sum(d => qs[(query * C) + d] * ks[(j * C) + d]) / 2))];
            entropies.Add(e.Sum(x => -x / e.Sum() * Math.Log(x / e.Sum())) / Math.Log(e.Length));
        }
        Assert.Equal(entropies.Average(), record.Entropy, 1e-9);
        Assert.Equal(1, new AttentionMeasure().Measure("a", Tensor.Zeros((1, T, C)), k, heads: 2, causal: true)!.Value.Entropy, 1e-12);
        Assert.Equal(1, new AttentionMeasure().Measure("a", q * 1000, k, heads: 1, causal: false)!.Value.Saturated);
        Assert.Null(new AttentionMeasure().Measure("a", q[.., ..1], k[.., ..1], heads: 1, causal: true));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void A_step_is_measured_against_the_matrix(int rows)
    {
        var parameter = new Parameter(Tensor.Full((rows, 3), 2));
        var measure = new WeightMeasure("w", parameter);
        (parameter.Value * 3).Sum().Backward();
        measure.Before();
        parameter.Write([.. Enumerable.Repeat(2.5f, rows * 3)]);
        Assert.Equal(new WeightRecord("w", 2, 3, 0.5), measure.After());
    }

    [Fact]
    public void A_causal_model_does_not_see_the_future_and_one_without_a_mask_does()
    {
        int[] inputs = [.. Enumerable.Range(0, 24).Select(i => i % 7)], targets = [.. inputs.Select(i => (i + 1) % 7)];
        var gpt = new Gpt(new GptConfig { Layers = 2, Heads = 2, Width = 16, Context = 24, Vocabulary = 7 }, Random);
        Assert.Equal(new FutureRecord(0, 0), FutureProbe.Measure(ids => gpt.Forward(ids), inputs, targets, 7));
        Assert.Equal(new FutureRecord(0, 1), FutureProbe.Measure(ids => gpt.Forward(ids), inputs, inputs, 7));
        var open = new Trainings.UnmaskedModel(7, Random);
        Assert.InRange(FutureProbe.Measure(ids => open.Forward(ids), inputs, targets, 7).Influence, 1e-4, 2);
    }

    [Fact]
    public async Task What_a_run_recorded_is_read_back_and_is_the_same_on_every_number_of_threads()
    {
        var lines = new HashSet<string>();
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using var folder = new TemporaryFolder();
            await foreach (TrainingEvent _ in TrainerTests.NewTrainer(folder.Path, TrainerTests.Short, backend: new Backends.Cpu.CpuBackend(threads)).RunAsync()) continue;
            TrainingRecord record = TrainingRecord.Load(folder.Path);
            Assert.Equal(new RecordedSteps(40).Total, record.Snapshots.Count);
            Assert.Equal((1, 40), (record.Snapshots[0].Step, record.Snapshots[^1].Step));
            Assert.Equal(new FutureRecord(0, record.Snapshots[0].Future!.Copied), record.Snapshots[0].Future);
            Assert.All(record.Snapshots.Skip(1), s => Assert.Null(s.Future));
            Assert.Equal(["transformer.h.0.attn", "transformer.h.1.attn"], record.Snapshots[0].Attention.Select(a => a.Layer));
            Assert.Contains(record.Snapshots[0].Weights, w => w is { Layer: "transformer.h.1.mlp.c_fc", Weight: > 0.01 and < 0.03, Gradient: > 0, Update: > 0 });
            lines.Add(File.ReadAllText(folder["metrics.jsonl"]));
        }
        Assert.Single(lines);
    }

    [Fact]
    public void A_snapshot_survives_its_line()
    {
        var snapshot = new Snapshot(7)
        {
            Activations = [new("a \"b\"", ActivationKind.Tanh, 1.234, 0.5, 2, 0, 0.25), new("r", ActivationKind.Relu, 1e-30, double.PositiveInfinity, 0, 1, 0), new("x", ActivationKind.Linear, 1, 2, 3, 0, 0)],
            Attention = [new("a", 0.5, 1)],
            Weights = [new("w", 0.02, 1e-12, 0.0001)],
            Future = new FutureRecord(0, 0.03),
        };
        (List<Snapshot> read, string? diverged) = Metrics.ReadInside("log", [Metrics.Inside(snapshot), Metrics.Step(7, 1, 1, 1), Metrics.Diverged(8, "the loss")]);
        Snapshot back = Assert.Single(read);
        Assert.Equal(snapshot.Activations, back.Activations);
        Assert.Equal(snapshot.Attention, back.Attention);
        Assert.Equal(snapshot.Weights, back.Weights);
        Assert.Equal((7, snapshot.Future, "the loss"), (back.Step, back.Future, diverged));
    }

    [Fact]
    public void Damaged_lines_are_refused_in_one_line()
    {
        var snapshot = new Snapshot(7)
        {
            Activations = [new("a", ActivationKind.Gelu, 1.2, 0.5, 2, 0, 0)],
            Attention = [new("b", 0.5, 1)],
            Weights = [new("w", 0.02, 0.1, 0.0001)],
            Future = new FutureRecord(0, 0.03),
        };
        byte[] line = Encoding.UTF8.GetBytes(Metrics.Inside(snapshot));
        var random = new Random(1);
        for (int i = 0; i < 5000; i++)
        {
            byte[] damaged = [.. line];
            for (int n = random.Next(1, 4); n > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (i % 5 == 0) damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                (List<Snapshot> read, _) = Metrics.ReadInside("log", [Encoding.UTF8.GetString(damaged)]);
                var record = new TrainingRecord { Steps = [], Evaluations = [], Snapshots = read, StepsAsked = 10 };
                Assert.All(Doctor.Examine(record), f => Assert.DoesNotContain('\n', f.Evidence));
            }
            catch (BadFileException problem)
            {
                Assert.StartsWith("log: a line is no metric of ours", problem.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', problem.Message);
            }
        }
    }
}
