using System.Runtime.Intrinsics;
using Longhand.Bits;
using Longhand.Numerics;

namespace Longhand.Tests;

/// <summary>
/// Each function against double precision: those with an error in ULP on every 61st float of all 2³², the others on every
/// 4099th, which still meets every exponent some 4,000 times. The bounds are those of the doc comments; what
/// <c>dotnet run -c Release --project tests/Longhand.Bits ulp</c> measures on all floats.
/// </summary>
public sealed class VectorMathTests
{
    public static TheoryData<string> Measured { get; } = [.. UlpScan.Functions.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Measured))]
    public void The_error_is_what_the_documentation_says(string name)
    {
        UlpFunction function = UlpScan.Functions.Single(f => f.Name == name);
        (double error, float at) = UlpScan.Worst(function, stride: 61);
        Assert.True(error <= function.Bound, $"{name}: the error {error:g4} at {at:r} is above {function.Bound:g4}");
        Assert.True(error >= function.Bound / 1.3, $"{name}: the error is only {error:g4}; the bound {function.Bound:g4} promises too little");
    }

    // These multiply a rounded argument or cancel in the left tail, so the bound is relative to 1 + |x| instead.
    [Fact] public void Gelu_is_close() => Scan(VectorMath.Gelu, x => x * GeluSigmoid(x), absolute: 1.5e-7);
    [Fact] public void Gelu_gradient_is_close() => Scan(VectorMath.GeluGradient, GeluGradient, absolute: 6e-7);

    [Fact]
    public void Gelu_with_its_gradient_has_the_bits_of_each()
    {
        float[] numbers = [0, -0f, 1e-40f, -1e-40f, 12, -12, 11.999f, 12.001f, -12.001f, 104, 1e20f, -1e20f, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        for (float x = -15; x < 15; x += 0.01f) AssertBoth(Vector512.Create(x) + (Vector512.CreateSequence(0f, 1f) * 0.0006f));
        AssertBoth(Vector512.Create<float>(numbers));

        static void AssertBoth(Vector512<float> x)
        {
            Vector512<float> y = VectorMath.GeluWithGradient(x, out Vector512<float> gradient);
            Assert.Equal(VectorMath.Gelu(x).AsInt32(), y.AsInt32());
            Assert.Equal(VectorMath.GeluGradient(x).AsInt32(), gradient.AsInt32());
        }
    }

    [Fact] public void Exact_gelu_is_close() => Scan(VectorMath.GeluExact, x => x * Normal(x), absolute: 1.5e-7);

    [Fact]
    public void Exact_gelu_gradient_is_close() =>
        Scan(VectorMath.GeluExactGradient, x => Normal(x) + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)), absolute: 1.5e-7);
    [Fact] public void Silu_is_close() => Scan(VectorMath.Silu, x => x / (1 + Math.Exp(-x)), absolute: 1.5e-7);
    [Fact] public void Silu_gradient_is_close() => Scan(VectorMath.SiluGradient, SiluGradient, absolute: 1.5e-7);

    [Theory]
    [InlineData("exp", float.NegativeInfinity, 0f)]
    [InlineData("exp", -104f, 0f)]
    [InlineData("exp", 88.8f, float.PositiveInfinity)]
    [InlineData("exp", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("exp", 0f, 1f)]
    [InlineData("log", 0f, float.NegativeInfinity)]
    [InlineData("log", 1f, 0f)]
    [InlineData("log", -1e-40f, float.NaN)]
    [InlineData("log", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("log1p", -1f, float.NegativeInfinity)]
    [InlineData("log1p", -1.5f, float.NaN)]
    [InlineData("log1p", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("log1p", 1e-42f, 1e-42f)]
    [InlineData("tanh", float.NegativeInfinity, -1f)]
    [InlineData("tanh", -1e-42f, -1e-42f)]
    [InlineData("sigmoid", float.NegativeInfinity, 0f)]
    [InlineData("sigmoid", float.PositiveInfinity, 1f)]
    [InlineData("softplus", float.NegativeInfinity, 0f)]
    [InlineData("softplus", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("erf", float.NegativeInfinity, -1f)]
    [InlineData("erf", float.PositiveInfinity, 1f)]
    [InlineData("gelu", float.NegativeInfinity, 0f)]
    [InlineData("gelu", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("gelu", 1e30f, 1e30f)]
    [InlineData("gelu gradient", float.PositiveInfinity, 1f)]
    [InlineData("gelu gradient", -1e30f, 0f)]
    [InlineData("exact gelu", float.NegativeInfinity, 0f)]
    [InlineData("silu", float.NegativeInfinity, 0f)]
    public void The_edges_are_the_mathematical_ones(string name, float x, float expected)
    {
        Function function = Named(name);
        float y = function(Vector512.Create(x)).GetElement(5);
        Assert.True(y == expected || (float.IsNaN(y) && float.IsNaN(expected)), $"{name}({x}) = {y}, expected {expected}");
        Assert.True(float.IsNaN(function(Vector512.Create(float.NaN)).GetElement(15)));
    }

    [Fact]
    public void The_sum_of_lanes_is_the_fixed_tree()
    {
        float[] x = [.. Enumerable.Range(0, 16).Select(i => new Rng("lanes").Normal(i))], tree = (float[])x.Clone();
        for (int half = 8; half >= 1; half /= 2)
            for (int lane = 0; lane < half; lane++) tree[lane] += tree[lane + half];
        Assert.Equal(tree[0], VectorMath.SumLanes(Vector512.Create(x)));
        Assert.Equal(x.Max(), VectorMath.MaxLanes(Vector512.Create(x)));
        for (int lane = 0; lane < 16; lane++)
            Assert.True(float.IsNaN(VectorMath.MaxLanes(Vector512.Create(x).WithElement(lane, float.NaN))), $"lane {lane}");
    }

    private delegate Vector512<float> Function(Vector512<float> x);

    private static Function Named(string name) => name switch
    {
        "exp" => VectorMath.Exp,
        "log" => VectorMath.Log,
        "log1p" => VectorMath.Log1p,
        "tanh" => VectorMath.Tanh,
        "sigmoid" => VectorMath.Sigmoid,
        "softplus" => VectorMath.Softplus,
        "erf" => VectorMath.Erf,
        "gelu" => VectorMath.Gelu,
        "gelu gradient" => VectorMath.GeluGradient,
        "exact gelu" => VectorMath.GeluExact,
        "silu" => VectorMath.Silu,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    // The error allowed relative to 1 + |x|.
    private static void Scan(Function function, Func<double, double> exact, double absolute)
    {
        const uint Stride = 4099;
        float[] x = new float[16], y = new float[16];
        double worst = 0;
        float at = 0;
        for (ulong bits = 7; bits < 1UL << 32;)
        {
            for (int lane = 0; lane < 16; lane++, bits += Stride) x[lane] = BitConverter.UInt32BitsToSingle((uint)Math.Min(bits, uint.MaxValue));
            function(Vector512.Create(x)).CopyTo(y);
            for (int lane = 0; lane < 16; lane++)
            {
                double expected = exact(x[lane]);
                if (double.IsNaN(expected) || double.IsInfinity(x[lane])) continue;
                double error = Math.Abs(y[lane] - expected) / (1 + Math.Abs(x[lane]));
                if (!(error <= worst)) (worst, at) = (error, x[lane]);
            }
        }
        Assert.True(worst <= absolute, $"the worst error {worst:g4} at {at:r} is above {absolute:g4}");
    }

    private static double Normal(double x) => 0.5 * (1 + UlpScan.Erf(x * Math.Sqrt(0.5)));

    private static double GeluSigmoid(double x) => 1 / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static double GeluGradient(double x)
    {
        double y = Math.Clamp(x, -30, 30), sigmoid = GeluSigmoid(y);
        return sigmoid + (y * sigmoid * (1 - sigmoid) * 2 * Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * y * y)));
    }

    private static double SiluGradient(double x)
    {
        double y = Math.Clamp(x, -700, 700), sigmoid = 1 / (1 + Math.Exp(-y));
        return sigmoid * (1 + (y * (1 - sigmoid)));
    }
}
