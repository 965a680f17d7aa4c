using Longhand.Scalar;

namespace Longhand.Tests;

public sealed class ScalarTraceTests
{
    // L = (a·b + c)·f, worked by hand: d = −6, e = 4, L = −8.
    [Fact]
    public void The_walk_of_a_worked_example()
    {
        (Value L, _) = Worked();
        Trace trace = Trace.Of(L);
        Assert.Equal(
            [
                "The walk starts with dL/dL = 1.00. L = e · f gives e 1.00 · (−2.00) = −2.00 and f 1.00 · 4.00 = 4.00.",
                "Everything that uses e has been visited, so dL/de = −2.00 is complete. e = d + c gives d −2.00 · 1.00 = −2.00 and c −2.00 · 1.00 = −2.00.",
                "Everything that uses d has been visited, so dL/dd = −2.00 is complete. d = a · b gives a −2.00 · (−3.00) = 6.00 and b −2.00 · 2.00 = −4.00.",
            ],
            trace.Steps.Select(step => step.Text));
        Assert.Equal([6, 5, 4], trace.Steps.Select(step => step.Node));
        Assert.Equal([new Contribution(0, Local: -3, Amount: 6, Total: 6), new Contribution(1, Local: 2, Amount: -4, Total: -4)], trace.Steps[^1].Contributions);
        Assert.Equal([6, -4, -2, 4, -2, -2, 1], trace.Gradients);
    }

    [Theory]
    [InlineData("a", "dL/da = dL/dd · dd/da = −2.00 · (−3.00) = 6.00", "a acts on L through d = a · b, where dd/da = b = −3.00.")]
    [InlineData("c", "dL/dc = dL/de · de/dc = −2.00 · 1.00 = −2.00", "c acts on L through e = d + c, where de/dc = 1.")]
    [InlineData("f", "dL/df = dL/dL · ∂L/∂f = 1.00 · 4.00 = 4.00", "f acts on L through L = e · f, where ∂L/∂f = e = 4.00.")]
    [InlineData("L", "dL/dL = 1.00", "L is where the walk starts: it grows by one for each one that it grows.")]
    public void The_derivations_of_a_worked_example(string name, string equation, string words)
    {
        (Value L, Dictionary<string, Value> values) = Worked();
        Derivation derivation = Trace.Of(L).Derive(values[name]);
        Assert.Equal(equation, derivation.Equation);
        Assert.Equal(words, derivation.Words);
        Assert.Equal(values[name].Gradient, derivation.Gradient);
    }

    // d = a·b, e = a + d, L = d·e with a = 2, b = −3: a is used in d and in e.
    [Fact]
    public void Paths_add_up()
    {
        var tape = new Tape();
        Value a = tape.Variable(2, "a"), b = tape.Variable(-3, "b");
        Value d = (a * b).Named("d"), e = (a + d).Named("e"), L = (d * e).Named("L");
        Trace trace = Trace.Of(L);
        Assert.Equal("dL/da = dL/dd · dd/da + dL/de · de/da = −10.00 · (−3.00) + (−6.00) · 1.00 = 30.00 + (−6.00) = 24.00", trace.Derive(a).Equation);
        Assert.Equal(
            "a acts on L in 2 ways, whose parts add up: through d = a · b, where dd/da = b = −3.00; through e = a + d, where de/da = 1.",
            trace.Derive(a).Words);
        Assert.Equal("dL/dd = dL/de · de/dd + dL/dL · ∂L/∂d = −6.00 · 1.00 + 1.00 · (−4.00) = −6.00 + (−4.00) = −10.00", trace.Derive(d).Equation);
        Assert.EndsWith("gives a −10.00 · (−3.00) = 30.00 (24.00 in all) and b −10.00 · 2.00 = −20.00.", trace.Steps[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_used_twice_in_one_operation_has_a_sum_as_its_local_derivative()
    {
        var tape = new Tape();
        Value a = tape.Variable(3, "a"), q = (a * a).Named("q"), L = (2 * q).Named("L");
        Trace trace = Trace.Of(L);
        Assert.Equal("dL/da = dL/dq · dq/da = 2.00 · (3.00 + 3.00) = 12.00", trace.Derive(a).Equation);
        Assert.Equal("a acts on L through q = a · a, where dq/da = a + a = 6.00.", trace.Derive(a).Words);
        Assert.Equal("q acts on L through L = 2 · q, where ∂L/∂q = 2.", trace.Derive(q).Words);
    }

    [Theory]
    [InlineData("subtract", "y = a − b, where dy/db = −1.")]
    [InlineData("divide", "y = a / b, where dy/db = −a / b² = −0.50.")]
    [InlineData("negate", "y = −b, where dy/db = −1.")]
    [InlineData("square", "y = b^2, where dy/db = 2 · b = 4.00.")]
    [InlineData("cube", "y = b^3, where dy/db = 3 · b^2 = 12.00.")]
    [InlineData("reciprocal", "y = b^(−1), where dy/db = −1 · b^(−2) = −0.25.")]
    [InlineData("exp", "y = exp(b), where dy/db = y = 7.39.")]
    [InlineData("log", "y = log(b), where dy/db = 1 / b = 0.50.")]
    [InlineData("tanh", "y = tanh(b), where dy/db = 1 − y² = 0.07.")]
    [InlineData("sigmoid", "y = sigmoid(b), where dy/db = y · (1 − y) = 0.10.")]
    [InlineData("relu", "y = relu(b), where dy/db = 1 as b > 0.")]
    public void Every_rule_is_said(string operation, string words)
    {
        var tape = new Tape();
        Value a = tape.Variable(2, "a"), b = tape.Variable(2, "b");
        Value y = operation switch
        {
            "subtract" => a - b,
            "divide" => a / b,
            "negate" => -b,
            "square" => b.Power(2),
            "cube" => b.Power(3),
            "reciprocal" => b.Power(-1),
            "exp" => b.Exp(),
            "log" => b.Log(),
            "tanh" => b.Tanh(),
            "sigmoid" => b.Sigmoid(),
            _ => b.Relu(),
        };
        Value L = (y.Named("y") * 5).Named("L");
        Assert.Equal("b acts on L through " + words, Trace.Of(L).Derive(b).Words);
    }

    [Fact]
    public void Negative_constants_stand_in_brackets_and_have_no_derivation()
    {
        var tape = new Tape();
        Value b = tape.Variable(2, "b"), c = tape.Constant(-3);
        Value y = (c / b).Named("y"), L = (y * 5).Named("L");
        Assert.Equal("b acts on L through y = (−3) / b, where dy/db = −(−3) / b² = 0.75.", Trace.Of(L).Derive(b).Words);
        Assert.Contains("−3 is a constant", Assert.Throws<ArgumentException>(() => Trace.Of(L).Derive(c)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_terms_are_cut_short_and_still_sum_to_all()
    {
        var tape = new Tape();
        Value w = tape.Variable(1, "w"), sum = tape.Variable(0);
        for (int i = 0; i < 100; i++) sum += w * tape.Constant(i);
        Derivation derivation = Trace.Of(sum.Named("L")).Derive(w);
        Assert.Equal(4950, derivation.Gradient);
        Assert.Contains(" + … (95 more) = 4950.00", derivation.Equation, StringComparison.Ordinal);
        Assert.EndsWith("; and so on.", derivation.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_trace_equals_the_walk_and_leaves_the_tape_alone()
    {
        var tape = new Tape();
        int index = 0;
        double[] weights = [0.3, -0.8, 1.1, 0.4, -0.2, 0.9];
        var model = new Mlp(tape, 1, [3, 1], Activation.Tanh, () => weights[index++ % weights.Length]);
        Value L = (model.Forward([tape.Variable(0.7)])[0] - 1).Power(2);
        Trace trace = Trace.Of(L);
        Assert.All(model.Parameters, p => Assert.Equal(0, p.Gradient));
        L.Backward();
        Assert.All(model.Parameters, p => Assert.Equal(p.Gradient, trace.Gradients[trace.Graph.IndexOf(p)]));
        Assert.Equal(trace.Graph.Nodes.Count(n => n.IsComputed), trace.Steps.Count);
    }

    [Theory]
    [InlineData(-3, "−3.00")]
    [InlineData(0, "0.00")]
    [InlineData(-0.0, "0.00")]
    [InlineData(0.005, "0.01")]
    [InlineData(0.004, "4.00·10⁻³")]
    [InlineData(-1234567, "−1.23·10⁶")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Numbers_are_written_as_in_books(double x, string text) => Assert.Equal(text, ScalarText.Number(x, decimals: 2));

    [Theory]
    [InlineData(2, "2")]
    [InlineData(-0.5, "−0.5")]
    [InlineData(1e-9, "1.00·10⁻⁹")]
    [InlineData(-1e300, "−1.00·10³⁰⁰")]
    [InlineData(double.PositiveInfinity, "∞")]
    public void Constants_are_written_short(double x, string text) => Assert.Equal(text, ScalarText.Constant(x));

    private static (Value L, Dictionary<string, Value> Values) Worked()
    {
        var tape = new Tape();
        Value a = tape.Variable(2, "a"), b = tape.Variable(-3, "b"), c = tape.Variable(10, "c"), f = tape.Variable(-2, "f");
        Value d = (a * b).Named("d"), e = (d + c).Named("e"), L = (e * f).Named("L");
        L.Backward();
        return (L, new() { ["a"] = a, ["b"] = b, ["c"] = c, ["d"] = d, ["e"] = e, ["f"] = f, ["L"] = L });
    }
}
