using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>Every operation against PyTorch's values and gradients, on both backends, and against measured slopes.</summary>
public sealed class OperationTests
{
    private static readonly IBackend Reference = new ReferenceBackend();
    private static readonly IBackend Cpu = new CpuBackend();

    public static IEnumerable<object[]> Rows =>
        from row in Operations.Table.Keys
        from c in Golden.Load("ops")
        where c.Op == Op(row)
        select new object[] { row, c.Name };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Reference_equals_PyTorch(string row, string name) => Compare(row, name, Reference, relative: 1e-7);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Cpu_equals_PyTorch(string row, string name) => Compare(row, name, Cpu, SinglePrecision(name));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Gradient_equals_the_measured_slope(string row, string name)
    {
        GoldenCase c = Golden.Case("ops", name);
        string[] tensors = TensorInputs(c);
        string[] smooth = [.. tensors.Where(input => c.Has("grad." + input))];
        GradientReport report = GradientCheck.Run(
            $"{row} ({name})",
            x => Operations.Table[row](c, [.. tensors.Select(input =>
                Array.IndexOf(smooth, input) is >= 0 and int i ? x[i] : Input(c, input, x[0].Backend))]),
            [.. smooth.Select(input => Input(c, input, Reference))]);
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void Every_golden_operation_has_a_row() =>
        Assert.Empty(Golden.Load("ops").Select(c => c.Op).Except(Operations.Table.Keys.Select(Op)));

    private static void Compare(string row, string name, IBackend backend, double relative)
    {
        GoldenCase c = Golden.Case("ops", name);
        string[] names = TensorInputs(c);
        Tensor[] inputs = [.. names.Select(input => c.Has("grad." + input) ? Input(c, input, backend).RequireGradient() : Input(c, input, backend))];
        Tensor y = Operations.Table[row](c, inputs);
        Assert.Equal(c["y"].Shape, y.Shape.Sizes.ToArray());
        AssertClose($"{name}: y", c["y"].Doubles(), y.ToDoubles(), relative);
        y.Backward(Input(c, "grad.y", backend));
        for (int i = 0; i < names.Length; i++)
        {
            if (c.Has("grad." + names[i]))
                AssertClose($"{name}: gradient of {names[i]}", c.Gradient(names[i]).Doubles(), inputs[i].Gradient!.ToDoubles(), relative);
        }
    }

    // Two cases lose digits in any single-precision arithmetic: one feature normalised by itself, where dx is a difference of almost equal
    // numbers, and logits of 10⁴, whose own spacing is 10⁻³.
    private static double SinglePrecision(string name) =>
        name.Contains("logits of 1e4", StringComparison.Ordinal) ? 2e-3 : name.StartsWith("rms_norm: (3, 1)", StringComparison.Ordinal) ? 2e-4 : 2e-5;

    // Relative to the number itself, or to a tenth of the largest one beside it where that is more, as rounding errors are.
    internal static void AssertClose(string what, double[] expected, double[] actual, double relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        double floor = expected.Select(Math.Abs).Where(double.IsFinite).DefaultIfEmpty(0).Max() * 0.1;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i].Equals(actual[i])) continue;
            double allowed = (relative * Math.Max(Math.Abs(expected[i]), floor)) + 1e-30;
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, $"{what}[{i}]: expected {expected[i]:r}, got {actual[i]:r}");
        }
    }

    private static string[] TensorInputs(GoldenCase c) => [.. c.Inputs.Where(input => !Operations.IsNumbersOnly(input))];

    private static Tensor Input(GoldenCase c, string name, IBackend backend) =>
        Tensor.From(c[name].Doubles(), new Shape([.. c[name].Shape]), backend);

    private static string Op(string row) => row.Split(',')[0];
}
