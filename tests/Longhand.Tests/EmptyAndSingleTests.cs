using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>Axes of size 0 and 1 in every kind of operation: the two backends agree on values and gradients, and nothing is left unwritten.</summary>
public sealed class EmptyAndSingleTests
{
    private static readonly IReadOnlyDictionary<string, Func<Tensor, Tensor>> Cases = new Dictionary<string, Func<Tensor, Tensor>>
    {
        ["add"] = x => x + x,
        ["exp"] = x => x.Exp(),
        ["sum of all"] = x => x.Sum(),
        ["sum of rows"] = x => x.Sum(1),
        ["sum of columns"] = x => x.Sum(0, keepAxes: true),
        ["product with the transpose"] = x => x.MatMul(x, transposeOther: true),
        ["product, inner axis first"] = x => x.MatMul(x, transpose: true),
        ["product with a wide matrix"] = x => x.MatMul(Tensor.Ones((x.Shape[1], 5), x.Backend)),
        ["linear"] = x => x.Linear(Tensor.Ones((x.Shape[1], 5), x.Backend), Tensor.Ones(5, x.Backend)),
        ["softmax"] = x => x.Softmax(),
        ["log-softmax"] = x => x.LogSoftmax(),
        ["softmax of columns"] = x => x.Softmax(0),
        ["linear and gelu"] = x => x.LinearGelu(Tensor.Ones((x.Shape[1], 5), x.Backend), Tensor.Ones(5, x.Backend)),
        ["transpose"] = x => x.Transpose(),
        ["concatenate"] = x => Tensor.Concatenate([x, x, x], 1),
        ["stack"] = x => Tensor.Stack([x, x]),
        ["slice"] = x => x[.., (x.Shape[1] / 2)..],
        ["broadcast"] = x => x + Tensor.Ones((3, 1, x.Shape[1]), x.Backend),
        ["where"] = x => Tensor.Where(Tensor.Greater(x, x), x, -x),
        ["no ids"] = x => x.GatherRows(new Indices()),
        ["reshape"] = x => x.Reshape((x.Shape[1], x.Shape[0])),
        ["attention"] = x => Tensor.Attention(Batch(x), Batch(x), Batch(x), 1, causal: true),
        ["attention to nothing"] = x => Tensor.Attention(Batch(x), Batch(x)[.., ..0], Batch(x)[.., ..0], 1, causal: false),
        ["cross-entropy of each row"] = x => x.CrossEntropyRows(new Indices(new int[x.Shape[0]], x.Shape[0])),
    };

    public static IEnumerable<object[]> Rows =>
        from name in Cases.Keys
        from shape in new (int, int)[] { (0, 3), (3, 0), (0, 0), (1, 1), (1, 7), (7, 1) }
        where !(name.Contains("entropy", StringComparison.Ordinal) && shape.Item2 == 0)             // no class to be the target
        where !(name.StartsWith("attention", StringComparison.Ordinal) && shape.Item2 == 0)         // no features to scale by
        select new object[] { name, shape.Item1, shape.Item2 };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Backends_agree(string name, int rows, int columns)
    {
        (double[] y, double[]? dx) = Run(name, (rows, columns), new ReferenceBackend());
        (double[] fastY, double[]? fastDx) = Run(name, (rows, columns), Dirty());
        OperationTests.AssertClose($"{name}: y", y, fastY, 1e-6);
        Assert.Equal(dx is null, fastDx is null);
        if (dx is not null) OperationTests.AssertClose($"{name}: dx", dx, fastDx!, 1e-5);
        Assert.DoesNotContain(double.NaN, y);
    }

    [Fact]
    public void A_sum_of_nothing_is_0_and_a_product_of_nothing_is_0()
    {
        Assert.Equal([0f, 0, 0], Tensor.Zeros((3, 0)).Sum(1).ToArray());
        Assert.Equal(0, Tensor.Zeros((3, 0)).Sum().ToScalar());
        Assert.Equal(new float[6], Tensor.Zeros((3, 0)).MatMul(Tensor.Zeros((0, 2))).ToArray());
        Assert.Contains("nothing is the largest of nothing", Assert.Throws<ShapeException>(() => Tensor.Zeros((3, 0)).Max(1)).Message, StringComparison.Ordinal);
        Assert.Contains("no features", Assert.Throws<ShapeException>(() => Tensor.Zeros((3, 0)).LayerNorm(Tensor.Ones(0), Tensor.Ones(0))).Message, StringComparison.Ordinal);
    }

    private static (double[] Y, double[]? Dx) Run(string name, Shape shape, IBackend backend)
    {
        Tensor x = Numbers(shape, 5, backend).RequireGradient();
        Tensor y = Cases[name](x);
        if (y.NeedsGradient) y.Backward(Numbers(y.Shape, 3, backend));
        return (y.ToDoubles(), x.Gradient?.ToDoubles());
    }

    private static Tensor Numbers(Shape shape, int period, IBackend backend)
    {
        double[] values = new double[shape.Length];
        for (int i = 0; i < values.Length; i++) values[i] = (i % period) - 1.75;
        return Tensor.From(values, shape, backend);
    }

    // Memory that was used before, so that an element a kernel forgets to write shows.
    private static CpuBackend Dirty()
    {
        var backend = new CpuBackend(1);
        using (Workspace.Begin())
        {
            for (int length = 1; length <= 64; length++)
            {
                for (int i = 0; i < 4; i++) Tensor.Full(length, float.NaN, backend);
            }
        }
        return backend;
    }

    private static Tensor Batch(Tensor x) => x.Reshape((1, x.Shape[0], x.Shape[1]));
}
