using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class GptTests
{
    private static readonly IBackend Reference = new ReferenceBackend();
    private static readonly IBackend Cpu = new CpuBackend();

    public static IEnumerable<object[]> GoldenRuns => [["gpt"], ["gpt-b"]];

    [Theory]
    [MemberData(nameof(GoldenRuns))]
    public void Reference_equals_PyTorch(string file) => Compare(file, Reference, relative: 1e-6);

    [Theory]
    [MemberData(nameof(GoldenRuns))]
    public void Cpu_equals_PyTorch(string file) => Compare(file, Cpu, relative: 5e-5);

    [Theory]
    [InlineData(PositionKind.Learned, NormPlacement.Pre)]
    [InlineData(PositionKind.Sinusoidal, NormPlacement.Post)]
    [InlineData(PositionKind.Rotary, NormPlacement.Pre)]
    public void The_cache_gives_the_logits_of_the_full_pass(PositionKind positions, NormPlacement norm)
    {
        var config = new GptConfig { Layers = 2, Heads = 2, Width = 20, Context = 9, Vocabulary = 11, Positions = positions, Norm = norm };
        var model = new Gpt(config, new Rng("cache"));
        model.SetTrainable(false);
        int[] ids = [3, 1, 4, 1, 5, 9, 2, 6, 5];
        float[] full = model.Forward(new Indices(ids, (1, 9))).ToArray();
        KeyValueCache cache = model.NewCache();
        var stepped = new List<float>(model.Forward(new Indices(ids[..4], (1, 4)), cache).ToArray());
        for (int t = 4; t < 9; t++) stepped.AddRange(model.ForwardLast(new Indices([ids[t]], (1, 1)), cache).ToArray());
        Assert.Equal(full, stepped);
    }

    [Fact]
    public void The_configuration_counts_what_the_model_holds()
    {
        foreach (GptConfig config in new[] { new GptConfig(), new GptConfig { Layers = 1, Heads = 2, Width = 12, Vocabulary = 7, Positions = PositionKind.Rotary, Context = 5 } })
            Assert.Equal(config.ParameterCount, new Gpt(config, new Rng("count")).ParameterCount);
        Assert.Equal(124_439_808, new GptConfig { Layers = 12, Heads = 12, Width = 768, Context = 1024, Vocabulary = 50_257 }.ParameterCount);
    }

    [Fact]
    public void A_wrong_configuration_names_the_field_and_the_range()
    {
        Assert.Contains("heads is 3 but must divide the width, 64", Assert.Throws<ArgumentException>(() => new GptConfig { Heads = 3 }.Validate()).Message);
        Assert.Contains("layers is 0 but must be from 1 to 1000", Assert.Throws<ArgumentException>(() => new GptConfig { Layers = 0 }.Validate()).Message);
        Assert.Contains("dropout", Assert.Throws<ArgumentException>(() => new GptConfig { Dropout = float.NaN }.Validate()).Message);
    }

    [Fact]
    public void A_text_longer_than_the_context_is_refused() =>
        Assert.Contains("context of 4", Assert.Throws<ShapeException>(() =>
            new Gpt(new GptConfig { Layers = 1, Context = 4 }, new Rng("x")).Forward(new Indices([1, 2, 3, 4, 5], (1, 5)))).Message);

    private static void Compare(string file, IBackend backend, double relative)
    {
        GoldenCase c = Golden.Case(file, Golden.Load(file)[0].Name);
        var config = new GptConfig
        {
            Layers = c.Integer("layers"),
            Heads = c.Integer("heads"),
            Width = c.Integer("width"),
            Context = c.Integer("context"),
            Vocabulary = c.Integer("vocabulary"),
        };
        var model = new Gpt(config, new Rng("any"));
        model.MoveTo(backend);
        Assert.Equal(c.Inputs.Where(i => i.StartsWith("transformer.", StringComparison.Ordinal)).Order(), model.Parameters.Select(p => p.Name).Order());
        foreach ((string name, Parameter parameter) in model.Parameters) parameter.Write(c[name].Floats());

        var shape = new Shape([.. c["ids"].Shape]);
        Indices ids = new(c["ids"].Integers(), shape), targets = new(c["targets"].Integers(), shape);
        OperationTests.AssertClose("logits", c["logits"].Doubles(), model.Forward(ids).ToDoubles(), relative);
        Tensor loss = model.Loss(ids, targets);
        OperationTests.AssertClose("loss", c["loss"].Doubles(), loss.ToDoubles(), relative);
        loss.Backward();
        foreach ((string name, Parameter parameter) in model.Parameters)
            OperationTests.AssertClose(name, c.Gradient(name).Doubles(), parameter.Gradient!.ToDoubles(), relative);

        var optimizer = new AdamW(ParameterGroup.Split(model, c.Number("weight_decay")), c.Number("beta1"), c.Number("beta2"), c.Number("epsilon"));
        var losses = new List<double>();
        for (int step = 0; step <= c.Integer("steps"); step++)
        {
            model.ClearGradients();
            loss = model.Loss(ids, targets);
            losses.Add(loss.ToDoubles()[0]);
            loss.Backward();
            optimizer.Step(c.Number("learning_rate"), GradientClipping.ByNorm(optimizer.Parameters, c.Number("clip_norm")).Factor);
        }
        OperationTests.AssertClose("losses", c["losses"].Doubles(), [.. losses], relative);
    }
}
