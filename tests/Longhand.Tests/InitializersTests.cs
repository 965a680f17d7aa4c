using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class InitializersTests
{
    private static readonly Rng Random = new("initializers");

    public static TheoryData<string, double> Deviations => new()
    {
        { "normal", 0.3 },
        { "glorot", Math.Sqrt(2.0 / (300 + 100)) },
        { "he", Math.Sqrt(2.0 / 300) },
        { "gpt", 0.02 },
        { "gpt residual", 0.02 / Math.Sqrt(2 * 12) },
        { "orthogonal", Math.Sqrt(1.0 / 300) },
    };

    [Theory]
    [MemberData(nameof(Deviations))]
    public void Numbers_have_mean_0_and_the_deviation_of_the_formula(string name, double deviation)
    {
        float[] w = Named(name)((300, 100), Random).ToArray();
        double mean = w.Average(v => (double)v), variance = w.Average(v => (v - mean) * (v - mean));
        Assert.InRange(mean / deviation, -0.025, 0.025);                      // 4 standard errors of 30,000 draws
        Assert.InRange(Math.Sqrt(variance) / deviation, 0.98, 1.02);
    }

    [Theory]
    [MemberData(nameof(Deviations))]
    public void The_same_generator_gives_the_same_numbers(string name, double _)
    {
        Assert.Equal(Named(name)((20, 30), Random).ToArray(), Named(name)((20, 30), Random).ToArray());
        Assert.NotEqual(Named(name)((20, 30), Random).ToArray(), Named(name)((20, 30), Random.Fork(1)).ToArray());
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(5, 12)]
    [InlineData(12, 5)]
    [InlineData(64, 64)]
    [InlineData(1, 3)]
    public void Orthogonal_rows_or_columns_have_length_1_and_right_angles(int rows, int columns)
    {
        Tensor w = Initializers.Orthogonal((rows, columns), Random);
        Tensor products = rows <= columns ? w.MatMul(w, transposeOther: true) : w.MatMul(w, transpose: true);
        int n = Math.Min(rows, columns);
        float[] p = products.ToArray();
        for (int i = 0; i < n * n; i++) Assert.InRange(p[i] - (i / n == i % n ? 1 : 0), -1e-6, 1e-6);
    }

    [Fact]
    public void Glorots_draws_are_even_and_within_the_limit()
    {
        double limit = Math.Sqrt(6.0 / 400);
        float[] w = Initializers.Glorot((300, 100), Random).ToArray();
        Assert.InRange(w.Max(), 0.999 * limit, limit);
        Assert.InRange(w.Min(), -limit, -0.999 * limit);
        Assert.InRange(w.Count(v => v > limit / 2) / 30_000.0, 0.24, 0.26);
    }

    [Fact]
    public void Zeros_and_ones_are_what_they_say()
    {
        Assert.All(Initializers.Zeros((2, 3), Random).ToArray(), v => Assert.Equal(0, v));
        Assert.All(Initializers.Ones((2, 3), Random).ToArray(), v => Assert.Equal(1, v));
    }

    [Fact]
    public void Schemes_that_need_fans_refuse_vectors()
    {
        foreach (string name in new[] { "glorot", "he" })
            Assert.Equal("This initializer needs a matrix (in, out), not (5).", Assert.Throws<ShapeException>(() => Named(name)(5, Random)).Message);
        Assert.Throws<ShapeException>(() => Initializers.Orthogonal((2, 3, 4), Random));
    }

    [Fact]
    public void Activations_keep_their_size_through_twenty_layers()
    {
        Tensor tanh = ModuleCheck.Input((64, 128)) * 0.1, relu = ModuleCheck.Input((64, 128));
        for (int i = 0; i < 20; i++)
        {
            tanh = tanh.MatMul(Initializers.Orthogonal((128, 128), Random.Fork(i)));
            relu = relu.MatMul(Initializers.He((128, 128), Random.Fork(i))).Relu();
        }
        Assert.InRange((tanh * tanh).Mean().ToScalar(), 0.0095f, 0.0105f);
        Assert.InRange((relu * relu).Mean().ToScalar(), 0.2f, 5);
    }

    private static Initializer Named(string name) => name switch
    {
        "normal" => Initializers.Normal(0.3),
        "glorot" => Initializers.Glorot,
        "he" => Initializers.He,
        "gpt" => Initializers.Gpt,
        "gpt residual" => Initializers.GptResidual(12),
        _ => Initializers.Orthogonal,
    };
}
