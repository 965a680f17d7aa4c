using Longhand.Scalar;

namespace Longhand.Tests;

public sealed class ScalarValueTests
{
    private delegate Value Function(Value a, Value b);

    // Every operation, and the mixed forms with plain numbers, at points where all are smooth.
    private static readonly Dictionary<string, Function> Functions = new()
    {
        ["a + b"] = (a, b) => a + b,
        ["a - b"] = (a, b) => a - b,
        ["a * b"] = (a, b) => a * b,
        ["a / b"] = (a, b) => a / b,
        ["-a"] = (a, b) => -a,
        ["a³"] = (a, b) => a.Power(3),
        ["a⁰"] = (a, b) => a.Power(0),
        ["b⁻¹·⁵"] = (a, b) => (b * b).Power(-0.75),
        ["exp"] = (a, b) => a.Exp(),
        ["log"] = (a, b) => (a * a).Log(),
        ["tanh"] = (a, b) => b.Tanh(),
        ["sigmoid"] = (a, b) => a.Sigmoid(),
        ["relu"] = (a, b) => a.Relu() + b.Relu(),
        ["numbers on the right"] = (a, b) => ((a + 2) * 3 - 4) / 5,
        ["numbers on the left"] = (a, b) => 2 / (3 * (4 - (5 + a))),
        ["a twice in one operation"] = (a, b) => a * a + a / a - (a - a),
        ["a along many paths"] = (a, b) => (a * b + a).Tanh() * a + (b - a).Sigmoid() * (a * b),
    };

    public static TheoryData<string> Names => new(Functions.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_gradient_is_the_slope_that_is_measured(string name)
    {
        foreach ((double a, double b) in new[] { (0.7, -1.3), (-1.9, 2.4), (3.1, 0.6) })
        {
            (double da, double db) = Gradients(name, a, b);
            const double h = 1e-5;
            Assert.Equal((Result(name, a + h, b) - Result(name, a - h, b)) / (2 * h), da, 1e-7 * Math.Max(1, Math.Abs(da)));
            Assert.Equal((Result(name, a, b + h) - Result(name, a, b - h)) / (2 * h), db, 1e-7 * Math.Max(1, Math.Abs(db)));
        }
    }

    // Formula, value and both derivatives by algebra, at a = 3 and b = −2.
    [Theory]
    [InlineData("a + b", 1, 1, 1)]
    [InlineData("a - b", 5, 1, -1)]
    [InlineData("a * b", -6, -2, 3)]
    [InlineData("a / b", -1.5, -0.5, -0.75)]
    [InlineData("-a", -3, -1, 0)]
    [InlineData("a³", 27, 27, 0)]
    [InlineData("a⁰", 1, 0, 0)]
    [InlineData("relu", 3, 1, 0)]
    [InlineData("a twice in one operation", 10, 6, 0)]
    public void Algebra_agrees(string name, double y, double da, double db)
    {
        Assert.Equal(y, Result(name, 3, -2));
        Assert.Equal((da, db), Gradients(name, 3, -2));
    }

    [Fact]
    public void Curves_have_their_known_values_and_slopes()
    {
        var tape = new Tape();
        Value zero = tape.Variable(0), one = tape.Variable(1);
        Assert.Equal(Math.E, one.Exp().Data);
        Assert.Equal(0, one.Log().Data);
        Assert.Equal(0.5, zero.Sigmoid().Data);
        Assert.Equal(0, zero.Tanh().Data);
        Assert.Equal(0.25, Slope(zero, x => x.Sigmoid()));
        Assert.Equal(1, Slope(zero, x => x.Tanh()));
        Assert.Equal(1, Slope(zero, x => x.Exp()));
        Assert.Equal(1, Slope(one, x => x.Log()));
        Assert.Equal(0, Slope(zero, x => x.Relu()));                      // at the kink
        Assert.Equal(0, Slope(zero, x => x.Power(0)));
    }

    [Theory]
    [InlineData(800)]
    [InlineData(-800)]
    public void Saturated_curves_stay_finite(double x)
    {
        var tape = new Tape();
        Value a = tape.Variable(x);
        Assert.Equal(x > 0 ? 1 : 0, a.Sigmoid().Data);
        Assert.Equal(Math.Sign(x), a.Tanh().Data);
        Assert.Equal(0, Slope(a, v => v.Sigmoid() + v.Tanh()));
    }

    [Fact]
    public void What_is_not_a_number_stays_visible()
    {
        var tape = new Tape();
        Value a = tape.Variable(double.NaN);
        Assert.All([a + 1, a * 0, a.Relu(), a.Tanh(), a.Sigmoid(), a.Exp(), a.Log()], y => Assert.True(double.IsNaN(y.Data)));
    }

    public static TheoryData<string> Goldens => Golden.Names("scalar");

    private static readonly Dictionary<string, Func<Value[], Value>> Expressions = new()
    {
        ["tangled"] = v => Tangled(v[0], v[1]),
        ["neuron"] = v => (v[0] * v[2] + v[1] * v[3] + v[4]).Tanh(),
        ["logistic"] = v => -(v[0] * v[1] + v[2]).Sigmoid().Log(),
        ["softmax"] = v => -(v[1].Exp() / (v[0].Exp() + v[1].Exp() + v[2].Exp())).Log(),
        ["bell"] = v => (-((v[0] - v[1]) / v[2]).Power(2) / 2).Exp() / v[2],
        ["roots"] = v => (v[0].Power(2) + v[1].Power(2)).Power(0.5) - v[0].Power(-1.5) * v[1],
        ["hinge"] = v => (1 - (v[0] * v[2] + v[1] * v[3]).Relu()).Relu() + 0.125 * (v[0] * v[0] + v[1] * v[1]),
        ["fractions"] = v => v[0] / (v[1] / v[2]) - (v[2] / v[0] - v[1]) / (v[0] * v[2]),
    };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Expressions_equal_pytorch(string name)
    {
        GoldenCase golden = Golden.Case("scalar", name);
        var tape = new Tape();
        Value[] inputs = [.. golden.Inputs.Select(key => tape.Variable(golden[key].Value, key))];
        Value y = Expressions[golden.Op](inputs);
        y.Backward();
        AssertClose(golden["y"].Value, y.Data);
        foreach (Value x in inputs) AssertClose(golden.Gradient(x.Label!).Value, x.Gradient);

        static void AssertClose(double expected, double actual) => Assert.Equal(expected, actual, 2e-9 * Math.Max(1e-3, Math.Abs(expected)));
    }

    private static Value Tangled(Value a, Value b)
    {
        Value c = a + b, d = a * b + b.Power(3);
        c = c + c + 1;
        c = c + 1 + c - a;
        d = d + d * 2 + (b + a).Relu();
        d = d + 3 * d + (b - a).Relu();
        Value f = (c - d).Power(2);
        return f / 2 + 10 / f;
    }

    private static double Result(string name, double a, double b)
    {
        var tape = new Tape();
        return Functions[name](tape.Variable(a), tape.Variable(b)).Data;
    }

    private static (double, double) Gradients(string name, double a, double b)
    {
        var tape = new Tape();
        Value x = tape.Variable(a), z = tape.Variable(b);
        Functions[name](x, z).Backward();
        return (x.Gradient, z.Gradient);
    }

    private static double Slope(Value x, Func<Value, Value> function)
    {
        x.Tape.ClearGradients();
        function(x).Backward();
        return x.Gradient;
    }
}
