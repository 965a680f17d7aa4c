using Longhand.Backends.Reference;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class AutogradTests
{
    [Fact]
    public void Gradients_add_up_over_backward_passes_until_they_are_cleared()
    {
        Tensor x = Leaf(3);
        Tensor y = x * x;
        y.Backward();
        Assert.Equal(6, x.Gradient!.ToScalar());
        y.Backward();
        Assert.Equal(12, x.Gradient!.ToScalar());
        (x * 2).Backward();
        Assert.Equal(14, x.Gradient!.ToScalar());
        x.Gradient = null;
        y.Backward();
        Assert.Equal(6, x.Gradient!.ToScalar());
    }

    [Fact]
    public void A_tensor_used_twice_gets_both_gradients()
    {
        Tensor x = Leaf(5);
        (x + x).Backward();
        Assert.Equal(2, x.Gradient!.ToScalar());
        x.Gradient = null;
        ((x * x) + (3 * x)).Backward();
        Assert.Equal(13, x.Gradient!.ToScalar());
    }

    [Fact]
    public void A_diamond_calls_each_rule_once()
    {
        int calls = 0;
        Tensor x = Leaf(2);
        Tensor middle = Tensor.Record(x.Detach() * 3, [x], dy =>
        {
            calls++;
            return [dy * 3];
        });
        ((middle * middle) + (middle * 5) - middle).Backward();
        Assert.Equal(1, calls);
        Assert.Equal(48, x.Gradient!.ToScalar());                    // 3·(2·6 + 5 − 1)
    }

    [Fact]
    public void A_chain_of_diamonds_visits_each_node_once()
    {
        Tensor x = Leaf(1), a = x, b = x;
        for (int i = 0; i < 30; i++) (a, b) = (b, a + b);
        b.Backward();
        Assert.Equal(2_178_309, x.Gradient!.ToScalar());             // the 32nd Fibonacci number of paths, each node visited once
    }

    [Fact]
    public void A_chain_100_000_operations_deep_does_not_overflow_the_stack()
    {
        Tensor x = Leaf(1), y = x;
        for (int i = 0; i < 100_000; i++) y += 1;
        y.Backward();
        Assert.Equal(100_001, y.ToScalar());
        Assert.Equal(1, x.Gradient!.ToScalar());
    }

    [Fact]
    public void Detach_stops_the_gradient()
    {
        Tensor x = Leaf(3);
        (x * x.Detach()).Backward();
        Assert.Equal(3, x.Gradient!.ToScalar());
        Assert.False((x * x).Detach().NeedsGradient);
        Assert.Equal(9, (x * x).Detach().ToScalar());
    }

    [Fact]
    public void Constants_record_nothing()
    {
        Tensor c = Tensor.From(2);
        Assert.False(((c * c) + 1).Tanh().NeedsGradient);
        Tensor x = Leaf(1);
        Tensor y = c * x;
        Assert.True(y.NeedsGradient);
        y.Backward();
        Assert.Null(c.Gradient);
        Assert.Null(y.Gradient);
    }

    [Fact]
    public void A_gradient_has_no_history_of_its_own()
    {
        Tensor x = Leaf(2);
        (x * x).Backward();
        Assert.False(x.Gradient!.NeedsGradient);
    }

    [Fact]
    public void A_leaf_can_be_walked_back_from_directly()
    {
        Tensor x = Leaf(2);
        x.Backward();
        Assert.Equal(1, x.Gradient!.ToScalar());
    }

    [Fact]
    public void Any_shape_can_be_walked_back_from_with_its_gradient()
    {
        Tensor x = Tensor.From([1f, 2, 3], 3).RequireGradient();
        (x * x).Backward(Tensor.From([1f, 10, 100], 3));
        Assert.Equal([2f, 40, 600], x.Gradient!.ToArray());
        Assert.Equal("Backward: (3) and (2) must be the same shape.",
            Assert.Throws<ShapeException>(() => (x * x).Backward(Tensor.Ones(2))).Message);
    }

    [Fact]
    public void A_loss_that_is_not_one_number_is_refused() =>
        Assert.Equal("Backward: the loss must be one number, but it is (2, 3). Hint: take its Mean() or Sum(), or pass the gradient of it.",
            Assert.Throws<ShapeException>(() => Tensor.Ones((2, 3)).RequireGradient().Backward()).Message);

    [Fact]
    public void A_loss_without_anything_to_differentiate_is_refused() =>
        Assert.Equal("Backward: nothing in this tensor's history needs a gradient. Hint: call RequireGradient() on a leaf.",
            Assert.Throws<InvalidOperationException>(() => (Tensor.From(1) * 2).Backward()).Message);

    [Fact]
    public void A_rule_with_the_wrong_shape_is_named()
    {
        Tensor x = Tensor.Ones((2, 3)).RequireGradient();
        Tensor y = Tensor.Record(Tensor.Ones(2), [x], dy => [dy], "RowSums");
        Assert.Equal("RowSums: its gradient rule gave (2) for input 0, which is (2, 3).",
            Assert.Throws<ShapeException>(() => y.Backward(Tensor.Ones(2))).Message);
    }

    [Fact]
    public void A_walk_that_failed_leaves_nothing_behind()
    {
        Tensor x = Leaf(3);
        bool fail = true;
        Tensor broken = Tensor.Record(x.Detach() * 2, [x], dy => fail ? throw new InvalidOperationException("rule") : [dy * 2]);
        Tensor y = broken + (broken * 4);
        Assert.Throws<InvalidOperationException>(() => y.Backward());
        fail = false;
        y.Backward();
        Assert.Equal(10, x.Gradient!.ToScalar());
        Assert.True((x * 2).NeedsGradient);
    }

    [Fact]
    public void A_walk_that_failed_leaves_no_half_sums_in_older_nodes()
    {
        Tensor x = Leaf(3);
        bool fail = true;
        Tensor middle = x * 2;
        Tensor broken = Tensor.Record(middle.Detach() * 1, [middle], dy => fail ? throw new InvalidOperationException("rule") : [dy * 1]);
        Tensor y = broken + (middle * 4);                            // newest first: middle has its share of the product when the rule fails
        Assert.Throws<InvalidOperationException>(() => y.Backward());
        fail = false;
        y.Backward();
        Assert.Equal(10, x.Gradient!.ToScalar());
    }

    [Theory]
    [InlineData(7, 3)]                                               // a table larger than the batch: rows are passed back alone
    [InlineData(3, 7)]
    public void A_table_that_is_looked_up_and_multiplied_by_gets_both_gradients_with_the_bits_of_their_sum(int rows, int count)
    {
        var rng = new Rng("tied");
        Tensor table = Tensor.Normal((rows, 5), rng.Fork("table")), factor = Tensor.Normal((2, 5), rng.Fork("factor")), weight = Tensor.Normal((count, 5), rng.Fork("weight"));
        var ids = new Indices([.. Enumerable.Range(0, count).Select(i => i * i % 3)]);
        Tensor Lookup(Tensor t) => (t.GatherRows(ids) * weight).Sum();
        Tensor Product(Tensor t) => factor.MatMul(t, transposeOther: true).Tanh().Sum();

        Tensor both = table.RequireGradient(), one = table.RequireGradient(), other = table.RequireGradient();
        (Lookup(both) + Product(both)).Backward();
        Lookup(one).Backward();
        Product(other).Backward();
        Assert.Equal((other.Gradient! + one.Gradient!).ToArray(), both.Gradient!.ToArray());

        float[] expected = ((other.Gradient! + one.Gradient!) * 1).ToArray();
        Product(one).Backward();
        Assert.Equal(expected, one.Gradient!.ToArray());
        other.Gradient = other.Gradient!.Detach() * 1;               // memory that is not the walk's to write
        Lookup(other).Backward();
        Assert.Equal(expected, other.Gradient!.ToArray());
    }

    [Fact]
    public void Inputs_that_need_no_gradient_may_be_left_out_of_a_rule()
    {
        Tensor x = Leaf(3), c = Tensor.From(2);
        Tensor y = Tensor.Record(c * 3, [x, c], dy => [dy * 2, null]);
        y.Backward();
        Assert.Equal(2, x.Gradient!.ToScalar());
    }

    [Fact]
    public void The_first_number_that_is_not_finite_is_found()
    {
        var backend = new ReferenceBackend();
        Tensor x = Tensor.From([1.0, -1], 2, backend).RequireGradient();
        Tensor loss = (x.Log().Exp() * 2).Sum();
        Assert.Equal("the output (2) of Log with x", loss.FirstNotFinite(t => ReferenceEquals(t, x) ? "x" : null));
        Assert.Null((x * 2).Sum().FirstNotFinite(_ => null));
        Tensor bad = Tensor.From([double.NaN], 1, backend).RequireGradient();
        Assert.Equal("an input (1)", (bad * 2).FirstNotFinite(_ => null));
    }

    private static Tensor Leaf(float value) => Tensor.From(value).RequireGradient();
}
