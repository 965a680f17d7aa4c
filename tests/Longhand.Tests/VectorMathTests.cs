using System.Runtime.Intrinsics;
using Longhand.Numerics;

namespace Longhand.Tests;

/// <summary>
/// Each function against double precision on every 4099th float of all 2³², which meets every exponent some 4,000 times. The
/// bounds are those of the doc comments, which were measured on all floats.
/// </summary>
public sealed class VectorMathTests
{
    [Fact] public void Exp_is_close_everywhere() => Scan(VectorMath.Exp, Math.Exp, ulps: 1.05);
    [Fact] public void Log_is_close_everywhere() => Scan(VectorMath.Log, Math.Log, ulps: 0.8);
    [Fact] public void Log1p_is_close_everywhere() => Scan(VectorMath.Log1p, Log1p, ulps: 1.4);
    [Fact] public void Tanh_is_close_everywhere() => Scan(VectorMath.Tanh, Math.Tanh, ulps: 1.5);
    [Fact] public void Sigmoid_is_close_everywhere() => Scan(VectorMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), ulps: 2.4);

    [Fact]
    public void Softplus_is_close_everywhere() =>
        Scan(VectorMath.Softplus, x => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))), ulps: 1.7);

    [Fact] public void Erf_is_close_everywhere() => Scan(VectorMath.Erf, Erf, ulps: 1);

    // These multiply a rounded argument or cancel in the left tail, so the bound is relative to 1 + |x| instead.
    [Fact] public void Gelu_is_close() => Scan(VectorMath.Gelu, x => x * GeluSigmoid(x), absolute: 1.5e-7);
    [Fact] public void Gelu_gradient_is_close() => Scan(VectorMath.GeluGradient, GeluGradient, absolute: 6e-7);
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

    // absolute = 0: the error in units in the last place of the true value; else the error allowed relative to 1 + |x|.
    private static void Scan(Function function, Func<double, double> exact, double ulps = 0, double absolute = 0)
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
                if (absolute > 0 && (double.IsNaN(expected) || double.IsInfinity(x[lane]))) continue;
                double error = Error(y[lane], expected) / (absolute > 0 ? (1 + Math.Abs(x[lane])) / UnitInTheLastPlace(expected) : 1);
                if (error > worst) (worst, at) = (error, x[lane]);
            }
        }
        double bound = absolute > 0 ? absolute : ulps;
        Assert.True(worst <= bound, $"the worst error {worst:g4} at {at:r} is above {bound:g4}");
    }

    private static double Error(float actual, double expected)
    {
        if (float.IsNaN(actual) || double.IsNaN(expected)) return float.IsNaN(actual) && double.IsNaN(expected) ? 0 : double.PositiveInfinity;
        if (float.IsInfinity(actual) || float.IsInfinity((float)expected)) return actual == (float)expected ? 0 : double.PositiveInfinity;
        return Math.Abs(actual - expected) / UnitInTheLastPlace(expected);
    }

    private static double UnitInTheLastPlace(double x) => Math.ScaleB(1, Math.Clamp(x == 0 ? -200 : Math.ILogB(x), -126, 127) - 23);

    private static double Log1p(double x)
    {
        if (x <= -1 || x > 1e300) return x < -1 ? double.NaN : x == -1 ? double.NegativeInfinity : x;
        double u = 1 + x;                                    // Kahan: log(u) times the relative error of u − 1
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }

    // 2/√π·e^(−x²)·Σ 2ⁿx²ⁿ⁺¹/(1·3·5···(2n+1)): all terms positive.
    private static double Erf(double x)
    {
        double size = Math.Abs(x);
        if (!(size < 6)) return double.IsNaN(x) ? x : Math.Sign(x);
        double term = size, sum = size;
        for (int n = 1; term > sum * 1e-18; n++) sum += term *= 2 * size * size / ((2 * n) + 1);
        return Math.CopySign(2 / Math.Sqrt(Math.PI) * Math.Exp(-size * size) * sum, x);
    }

    private static double Normal(double x) => 0.5 * (1 + Erf(x * Math.Sqrt(0.5)));

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
