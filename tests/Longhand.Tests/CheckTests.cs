using System.Globalization;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>What a wrong call says: the operation, the shapes, the rule, a hint.</summary>
public sealed class CheckTests
{
    private static readonly Tensor X = Tensor.Zeros((4, 8));

    [Fact]
    public void Inner_sizes_of_a_product_must_agree()
    {
        const string hint = "Hint: the left side gives 8 features; the right side must take 8, for example Linear(8, …).";
        AssertRefused("MatMul: (4, 8) · (7, 3): inner sizes must agree (8 ≠ 7). " + hint, () => X.MatMul(Tensor.Zeros((7, 3))));
        AssertRefused("Linear: (4, 8) · (7, 3): inner sizes must agree (8 ≠ 7). " + hint, () => X.Linear(Tensor.Zeros((7, 3)), Tensor.Zeros(3)));
    }

    [Fact]
    public void Too_few_axes_are_refused()
    {
        AssertRefused("MatMul: (8) has 1 axes; at least 2 are needed.", () => X.MatMul(Tensor.Zeros(8)));
        AssertRefused("Softmax: () has 0 axes; at least 1 are needed.", () => Tensor.From(1).Softmax());
        AssertRefused("Transpose: (8) has 1 axes; at least 2 are needed.", () => Tensor.Zeros(8).Transpose());
    }

    [Fact]
    public void Parameters_have_one_number_per_feature()
    {
        AssertRefused("LayerNorm: weight is (7) but must be (8): one number per feature.", () => X.LayerNorm(Tensor.Ones(7), Tensor.Zeros(8)));
        AssertRefused("LayerNorm: bias is (8, 1) but must be (8): one number per feature.", () => X.LayerNorm(Tensor.Ones(8), Tensor.Zeros((8, 1))));
        AssertRefused("Linear: bias is (2) but must be (3): one number per feature.", () => X.Linear(Tensor.Zeros((8, 3)), Tensor.Zeros(2)));
        AssertRefused("LinearGelu: bias is (4) but must be (8): one number per feature.", () => X.LinearGelu(Tensor.Zeros((X.Shape[^1], 8)), Tensor.Zeros(4)));
        AssertRefused("BatchNorm: variance is (4) but must be (8): one number per feature.",
            () => X.BatchNorm(Tensor.Zeros(8), Tensor.Ones(4), Tensor.Ones(8), Tensor.Zeros(8)));
    }

    [Fact]
    public void Mixed_backends_are_refused_with_a_hint()
    {
        Tensor other = Tensor.Zeros((4, 8), new ReferenceBackend());
        foreach (Func<Tensor> mixed in new Func<Tensor>[]
        {
            () => X + other, () => other * X, () => X.MatMul(other, transposeOther: true), () => Tensor.Concatenate([X, other], 0),
            () => Tensor.Where(other, X, X), () => Tensor.Maximum(X, other), () => X.LayerNorm(Tensor.Ones(8), Tensor.Zeros(8, other.Backend)),
        })
        {
            string message = Assert.Throws<InvalidOperationException>(mixed).Message;
            Assert.Contains("Hint: move one with To(backend); a model and its inputs must share one backend object.", message, StringComparison.Ordinal);
        }
        Assert.StartsWith("Add: one side is on backend 'cpu' and the other on another 'reference'.",
            Assert.Throws<InvalidOperationException>(() => X + other).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => X + Tensor.Zeros((4, 8), new CpuBackend(1)));
    }

    [Fact]
    public void Indices_out_of_range_are_named_with_their_place()
    {
        Assert.StartsWith("GatherRows: index 4 at position 2 is outside 0 … 3.",
            Assert.Throws<ArgumentOutOfRangeException>(() => X.GatherRows(new Indices(0, 3, 4))).Message, StringComparison.Ordinal);
        Assert.StartsWith("CrossEntropy: index -1 at position 1 is outside 0 … 7.",
            Assert.Throws<ArgumentOutOfRangeException>(() => X.CrossEntropy(new Indices(0, -1, 2, 3))).Message, StringComparison.Ordinal);
        Assert.True(float.IsFinite(X.CrossEntropy(new Indices(0, -1, 2, 3), ignored: -1).ToScalar()));
        AssertRefused("CrossEntropy: (4) and (3) must be the same shape.", () => X.CrossEntropy(new Indices(0, 1, 2)));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.5f)]
    [InlineData(float.NaN)]
    public void Probabilities_are_from_0_to_below_1(float p)
    {
        var problem = Assert.Throws<ArgumentOutOfRangeException>(() => X.Dropout(p, new Rng("x")));
        Assert.StartsWith(FormattableString.Invariant($"Dropout: p is {p} but must be at least 0 and below 1."), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.StartsWith("Dropout: p is -0.5 but", Assert.Throws<ArgumentOutOfRangeException>(() => X.Dropout(-0.5f, new Rng("x"))).Message, StringComparison.Ordinal);
            Assert.Equal("Clamp: low is 1.5 but must not exceed high, which is -0.5.", Assert.Throws<ArgumentException>(() => X.Clamp(1.5f, -0.5f)).Message);
            Assert.StartsWith("GatherRows: index -1 at position 0", Assert.Throws<ArgumentOutOfRangeException>(() => X.GatherRows(new Indices(-1))).Message, StringComparison.Ordinal);
            Assert.Equal("Tensor (1): -1.5", Tensor.Full(1, -1.5f).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static void AssertRefused(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ShapeException>(action).Message);
}
