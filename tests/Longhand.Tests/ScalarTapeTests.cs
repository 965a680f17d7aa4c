using Longhand.Scalar;

namespace Longhand.Tests;

public sealed class ScalarTapeTests
{
    [Fact]
    public void A_chain_of_a_hundred_thousand_is_walked_without_recursion()
    {
        var tape = new Tape();
        Value x = tape.Variable(1), y = x;
        for (int i = 0; i < 100_000; i++) y += x;
        y.Backward();
        Assert.Equal(100_001, y.Data);
        Assert.Equal(100_001, x.Gradient);
        Assert.Equal(100_001, Graph.Of(y).Nodes.Count);
    }

    [Fact]
    public void Gradients_of_variables_add_up_over_walks_until_cleared_and_others_begin_anew()
    {
        var tape = new Tape();
        Value a = tape.Variable(3), d = a * a, y = d * 2;
        y.Backward();
        y.Backward();
        Assert.Equal(24, a.Gradient);
        Assert.Equal(2, d.Gradient);
        tape.ClearGradients();
        Assert.Equal(0, a.Gradient);
        y.Backward();
        Assert.Equal(12, a.Gradient);
    }

    [Fact]
    public void Numbers_that_the_result_does_not_depend_on_get_nothing()
    {
        var tape = new Tape();
        Value a = tape.Variable(2), other = tape.Variable(0), aside = 1 / other, y = a * a;
        Value later = y * aside;
        y.Backward();
        Assert.Equal((4, 0, 0, 0), (a.Gradient, other.Gradient, aside.Gradient, later.Gradient));
    }

    [Fact]
    public void A_walk_leaves_nothing_of_an_earlier_one_behind_itself()
    {
        var tape = new Tape();
        Value a = tape.Variable(2), y = a * a, later = y * 3;
        later.Backward();
        y.Backward();
        Assert.Equal((0, 1), (later.Gradient, y.Gradient));
    }

    [Fact]
    public void A_variable_alone_has_gradient_one()
    {
        Value a = new Tape().Variable(5);
        a.Backward();
        Assert.Equal(1, a.Gradient);
    }

    [Fact]
    public void Rewinding_keeps_the_beginning_and_writes_over_the_rest()
    {
        var tape = new Tape();
        Value w = tape.Variable(2, "w");
        int kept = tape.Count;
        Value first = (w * w).Named("first");
        tape.Rewind(kept);
        Value second = w + w;
        Assert.Equal((2, 4), (w.Data, second.Data));
        Assert.Equal(first.Index, second.Index);
        Assert.Null(second.Label);
        Assert.Equal("w", w.Label);
        InvalidOperationException forgotten = Assert.Throws<InvalidOperationException>(() => first.Data);
        Assert.Contains("Rewind", forgotten.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => first + w);
        Assert.Throws<InvalidOperationException>(first.Backward);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Rewind(99));
    }

    [Fact]
    public void Steps_of_training_allocate_no_tape()
    {
        var tape = new Tape();
        Value w = tape.Variable(0.5);
        int kept = tape.Count;
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Step();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);

        void Step()
        {
            Value y = w;
            for (int i = 0; i < 1000; i++) y = (y * w).Tanh();
            tape.ClearGradients();
            y.Backward();
            tape.Rewind(kept);
        }
    }

    [Fact]
    public void Only_variables_can_be_set()
    {
        var tape = new Tape();
        Value a = tape.Variable(1);
        a.Data = 7;
        Assert.Equal(8, (a + 1).Data);
        Value y = a + 1;
        string message = Assert.Throws<InvalidOperationException>(() => y.Data = 0).Message;
        Assert.Contains("Add", message, StringComparison.Ordinal);
        Value two = tape.Constant(2);
        Assert.Contains("a constant cannot be set", Assert.Throws<InvalidOperationException>(() => two.Data = 3).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_are_named()
    {
        Value a = new Tape().Variable(1), b = new Tape().Variable(2);
        Assert.Contains("different tapes", Assert.Throws<ArgumentException>(() => a * b).Message, StringComparison.Ordinal);
        Assert.Contains("never made", Assert.Throws<InvalidOperationException>(() => default(Value).Exp()).Message, StringComparison.Ordinal);
        Assert.Equal("Value(none)", default(Value).ToString());
        Assert.Equal("Value(data: 1, gradient: 0)", a.ToString());
    }
}
