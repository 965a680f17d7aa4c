using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>The four ways to look back at a memory, against the papers' formulas computed by PyTorch.</summary>
public sealed class AlignmentTests
{
    public static TheoryData<string> Cases => Golden.Names("alignment");

    public static TheoryData<string> Kinds => ["additive", "dot", "general", "concat"];

    [Theory, MemberData(nameof(Cases))]
    public void Equals_PyTorch_in_double_precision(string name) => Compare(name, new ReferenceBackend(), 1e-7);

    [Theory, MemberData(nameof(Cases))]
    public void Equals_PyTorch_on_the_processor(string name) => Compare(name, new CpuBackend(), 2e-5);

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_equal_measured_slopes(string kind)
    {
        Alignment alignment = New(kind, 4, 4, 5, null);
        ModuleCheck.Gradients(
            alignment,
            x =>
            {
                (Tensor context, Tensor weights) = alignment.Forward(x[0], x[1], new Indices([3, 2], 2));
                return context.Sum() + (weights * weights).Sum();
            },
            ModuleCheck.Input((2, 2, 4)), ModuleCheck.Input((2, 3, 4), "memory"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Weights_add_up_to_one_over_what_counts(string kind)
    {
        (_, Tensor weights) = New(kind, 3, 3, 4, new Rng("sum")).Forward(
            ModuleCheck.Input((2, 5, 3)), ModuleCheck.Input((2, 4, 3), "memory"), new Indices([2, 4], 2));
        Assert.All(weights.Sum(^1).ToArray(), sum => Assert.Equal(1, sum, 1e-6f));
        Assert.All(weights[..1, .., 2..].ToArray(), w => Assert.Equal(0, w));
    }

    [Fact]
    public void A_memory_of_nothing_gives_zeros()
    {
        (Tensor context, _) = new DotAlignment().Forward(ModuleCheck.Input((1, 2, 3)), ModuleCheck.Input((1, 4, 3), "memory"), new Indices([0], 1));
        Assert.All(context.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        var dot = new DotAlignment();
        Assert.Throws<ShapeException>(() => dot.Forward(ModuleCheck.Input((2, 2, 3)), ModuleCheck.Input((1, 4, 3))));
        Assert.Throws<ShapeException>(() => dot.Forward(ModuleCheck.Input((1, 2, 3)), ModuleCheck.Input((1, 4, 2))));
        Assert.Throws<ShapeException>(() => dot.Forward(ModuleCheck.Input((1, 2, 3)), ModuleCheck.Input((1, 4, 3)), new Indices([1, 2], 2)));
        foreach (int length in new[] { -1, 5 })
        {
            Assert.Contains("0 … 4", Assert.Throws<ShapeException>(
                () => dot.Forward(ModuleCheck.Input((1, 2, 3)), ModuleCheck.Input((1, 4, 3)), new Indices([length], 1))).Message, StringComparison.Ordinal);
        }
    }

    private static Alignment New(string kind, int query, int memory, int width, Rng? rng) => kind switch
    {
        "additive" => new AdditiveAlignment(query, memory, width, rng),
        "dot" => new DotAlignment(),
        "general" => new GeneralAlignment(query, memory, rng),
        _ => new ConcatAlignment(query, memory, width, rng),
    };

    private static void Compare(string name, IBackend backend, double relative)
    {
        GoldenCase c = Golden.Case("alignment", name);
        Alignment alignment = New(c.Op, c["queries"].Shape[2], c["memory"].Shape[2], c.Integer("width"), null);
        alignment.MoveTo(backend);
        foreach ((string key, Parameter parameter) in alignment.Parameters) backend.Write(parameter.Value.Storage, c[key].Doubles());
        Tensor queries = Input("queries").RequireGradient(), memory = Input("memory").RequireGradient();
        Indices? lengths = c.Has("lengths") ? new Indices(c["lengths"].Integers(), c["lengths"].Length) : null;
        (Tensor context, Tensor weights) = alignment.Forward(queries, memory, lengths);
        Close("context", context);
        Close("weights", weights);
        context.Backward(Input("grad.context"));
        Close("grad.queries", queries.Gradient!);
        Close("grad.memory", memory.Gradient!);
        foreach ((string key, Parameter parameter) in alignment.Parameters) Close("grad." + key, parameter.Gradient!);

        Tensor Input(string key) => Tensor.From(c[key].Doubles(), new Shape([.. c[key].Shape]), backend);
        void Close(string key, Tensor actual) =>
            OperationTests.AssertClose($"{name}: {key}", c[key].Doubles(), actual.ToDoubles(), relative);
    }
}
