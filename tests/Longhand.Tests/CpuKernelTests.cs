using System.Runtime.Intrinsics;
using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Numerics;

namespace Longhand.Tests;

/// <summary>
/// Each kernel of the processor backend against the reference backend on the same single-precision inputs, at sizes around
/// every vector width, with outputs that held NaN before; and the same bits for 1, 2 and 3 threads.
/// </summary>
public sealed class CpuKernelTests
{
    private static readonly ReferenceBackend Reference = new();
    private static readonly CpuBackend[] Cpus = [new(threads: 1), new(threads: 2), new(threads: 3)];

    public static TheoryData<int> Lengths => [0, 1, 2, 15, 16, 17, 31, 33, 64, 65, 257, 20_011];
    public static TheoryData<int, int> Rows => new()
    {
        { 0, 5 }, { 1, 1 }, { 3, 2 }, { 5, 15 }, { 5, 16 }, { 7, 17 }, { 3, 31 }, { 2, 33 }, { 130, 64 }, { 200, 65 }, { 3, 257 }, { 2, 5000 }, { 1000, 96 },
    };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Map_applies_the_operation_also_in_place(int n)
    {
        Same(1e-6, b => [New(b, n)], (b, o) => b.Map(new Square(), o[0], Given(b, n, "x")));
        Same(1e-6, b => [New(b, n)], (b, o) => b.Map(new Subtract(), o[0], Given(b, n, "a"), Given(b, n, "b")));
        Same(1e-6, b => [New(b, n)], (b, o) => b.Map(new MultiplyAdd(), o[0], Given(b, n, "a"), Given(b, n, "b"), Given(b, n, "c")));
        Same(1e-6, b => [Given(b, n, "x")], (b, o) => b.Map(new Square(), o[0], o[0]));
        Same(1e-6, b => [Given(b, n, "x")], (b, o) => b.Map(new Subtract(), o[0], Given(b, n, "a"), o[0]));
        Same(1e-6, b => [Given(b, n, "x")], (b, o) => b.Map(new MultiplyAdd(), o[0], o[0], Given(b, n, "a"), o[0]));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Dropout_keeps_what_its_draws_keep(int n)
    {
        foreach (float p in new[] { 0f, 0.1f, 0.5f, 0.9999999f })
            Same(1e-6, b => [New(b, n)], (b, o) => b.Dropout(o[0], Given(b, n, "x"), new Rng("drop"), p));
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(3, 0, 17)]
    [InlineData(1, 1, 1)]
    [InlineData(5, 17, 1)]
    [InlineData(300, 65, 1)]
    [InlineData(2, 9001, 1)]
    [InlineData(1, 64, 33)]
    [InlineData(2, 65, 15)]
    [InlineData(3, 129, 64)]
    [InlineData(1, 1000, 257)]
    [InlineData(40, 3, 100)]
    public void Sum_and_max_run_over_the_middle_axis(int outer, int n, int inner)
    {
        Same(1e-6, b => [New(b, outer * inner)], (b, o) => b.Sum(o[0], Given(b, outer * n * inner, "x"), outer, n, inner), sums: n);
        if (n == 0) return;
        Same(0, b => [New(b, outer * inner)], (b, o) => b.Max(o[0], Given(b, outer * n * inner, "x"), outer, n, inner));
        foreach (int at in new[] { 0, n / 2, n - 1 })
        {
            float[] x = Draw(outer * n * inner, "x");
            x[at * inner] = float.NaN;
            Same(0, b => [New(b, outer * inner)], (b, o) => b.Max(o[0], Given(b, x), outer, n, inner));
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sum_of_squares_and_finiteness_see_every_element(int n)
    {
        float[] x = Draw(n, "x");
        double expected = x.Sum(value => (double)value * value);
        foreach (CpuBackend cpu in Cpus)
        {
            Assert.Equal(expected, cpu.SumOfSquares(Given(cpu, x)), 1e-6 * expected);
            Assert.Equal(Cpus[0].SumOfSquares(Given(Cpus[0], x)), cpu.SumOfSquares(Given(cpu, x)));
            Assert.True(cpu.AllFinite(Given(cpu, x)));
        }
        foreach (int at in new[] { 0, n / 2, n - 1 })
        {
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                if (n == 0) continue;
                float[] broken = [.. x];
                broken[at] = bad;
                Assert.False(Cpus[0].AllFinite(Given(Cpus[0], broken)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Softmax_and_its_logarithm_work_on_rows(int rows, int n)
    {
        Same(1e-6, b => [New(b, rows * n)], (b, o) => b.Softmax(o[0], Given(b, rows * n, "x"), rows, n));
        Same(1e-6, b => [New(b, rows * n)], (b, o) => b.LogSoftmax(o[0], Given(b, rows * n, "x"), rows, n), sums: 10);
        Same(1e-6, b => [New(b, rows * n)],
            (b, o) => b.SoftmaxBackward(o[0], Given(b, rows * n, "dy"), Given(b, rows * n, "y"), rows, n), sums: n);
        Same(1e-6, b => [New(b, rows * n)], (b, o) =>
        {
            Storage y = New(b, rows * n);
            b.LogSoftmax(y, Given(b, rows * n, "x"), rows, n);
            b.LogSoftmaxBackward(o[0], Given(b, rows * n, "dy"), y, rows, n);
        }, sums: n);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(37)]
    public void Softmax_survives_huge_logits_and_a_masked_row(int n)
    {
        float[] x = new float[3 * n];
        for (int i = 0; i < n; i++) (x[i], x[n + i], x[(2 * n) + i]) = (i == 1 ? 1e4f : -1e4f, 1e4f, float.NegativeInfinity);
        Storage y = New(Cpus[0], 3 * n);
        Cpus[0].Softmax(y, Given(Cpus[0], x), 3, n);
        float[] ys = Values(Cpus[0], y);
        for (int i = 0; i < n; i++)
        {
            Assert.Equal(i == 1 ? 1 : 0, ys[i]);
            Assert.Equal(1f / n, ys[n + i], 1e-7f);
            Assert.Equal(0, ys[(2 * n) + i]);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Cross_entropy_ignores_and_smooths(int rows, int n)
    {
        int[] targets = [.. Enumerable.Range(0, rows).Select(i => i % 7 == 3 ? -100 : new Rng("targets").Below(n, i))];
        foreach (float smoothing in new[] { 0f, 0.1f })
        {
            Same(1e-6, b => [New(b, rows), New(b, rows)],
                (b, o) => b.CrossEntropy(o[0], o[1], Given(b, rows * n, "x"), targets, n, -100, smoothing), sums: 10);
            Same(1e-6, b => [New(b, rows * n)], (b, o) =>
            {
                Storage x = Given(b, rows * n, "x"), lse = New(b, rows);
                b.CrossEntropy(New(b, rows), lse, x, targets, n, -100, smoothing);
                b.CrossEntropyBackward(o[0], Given(b, rows, "dLoss"), lse, x, targets, n, -100, smoothing);
            }, sums: 10);
        }
        if (rows > 0)
            Assert.Throws<ArgumentOutOfRangeException>(() => Cpus[0].CrossEntropy(New(Cpus[0], 1), New(Cpus[0], 1), New(Cpus[0], n), [n], n, -100, 0));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Norms_and_their_gradients_agree(int rows, int n)
    {
        int size = rows * n;
        Same(2e-6, b => [New(b, size), New(b, rows), New(b, rows)],
            (b, o) => b.LayerNorm(o[0], o[1], o[2], Given(b, size, "x"), Given(b, n, "w"), Given(b, n, "b"), rows, n, 1e-5f), sums: 10);
        Same(2e-6, b => [New(b, size), New(b, n), New(b, n)], (b, o) =>
        {
            Storage x = Given(b, size, "x"), mean = New(b, rows), rstd = New(b, rows), w = Given(b, n, "w");
            b.LayerNorm(New(b, size), mean, rstd, x, w, Given(b, n, "b"), rows, n, 1e-5f);
            b.LayerNormBackward(o[0], o[1], o[2], Given(b, size, "dy"), x, mean, rstd, w, rows, n);
        }, sums: rows + 300);
        Same(2e-6, b => [New(b, size), New(b, rows)],
            (b, o) => b.RmsNorm(o[0], o[1], Given(b, size, "x"), Given(b, n, "w"), rows, n, 1e-5f), sums: 10);
        Same(2e-6, b => [New(b, size), New(b, n)], (b, o) =>
        {
            Storage x = Given(b, size, "x"), rstd = New(b, rows), w = Given(b, n, "w");
            b.RmsNorm(New(b, size), rstd, x, w, rows, n, 1e-5f);
            b.RmsNormBackward(o[0], o[1], Given(b, size, "dy"), x, rstd, w, rows, n);
        }, sums: rows + 300);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Bias_and_gelu_are_fused(int rows, int n)
    {
        Same(2e-6, b => [New(b, rows * n)], (b, o) => b.BiasGelu(o[0], null, Given(b, rows * n, "x"), Given(b, n, "b"), rows, n));
        Same(2e-6, b => [New(b, rows * n), New(b, rows * n)],
            (b, o) => b.BiasGelu(o[0], o[1], Given(b, rows * n, "x"), Given(b, n, "b"), rows, n));
        Same(2e-6, b => [New(b, rows * n), Given(b, rows * n, "x")], (b, o) => b.BiasGelu(o[0], o[1], o[1], Given(b, n, "b"), rows, n));
    }

    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(3, 16, false)]
    [InlineData(2, 34, true)]
    [InlineData(4, 64, true)]
    public void Rotary_turns_pairs(int heads, int headSize, bool inverse) =>
        Same(2e-6, b => [New(b, 150 * heads * headSize)],
            (b, o) => b.Rotary(o[0], Given(b, 150 * heads * headSize, "x"), rows: 150, period: 50, firstPosition: 3, heads, headSize, inverse));

    [Theory]
    [MemberData(nameof(Lengths))]
    public void AdamW_steps_in_place(int n)
    {
        var step = new AdamWStep(1e-2, 0.9, 0.99, 1e-8, 0.1, Correction1: 0.271, Correction2: 0.0297, GradientScale: 0.7);
        float[] squares = [.. Draw(n, "v").Select(value => value * value)];
        Same(1e-5, b => [Given(b, n, "w"), Given(b, n, "m"), Given(b, squares)], (b, o) => b.AdamW(o[0], Given(b, n, "g"), o[1], o[2], step));
    }

    private readonly struct Square : IUnary
    {
        public double Apply(double x) => x * x;
        public Vector512<float> Apply(Vector512<float> x) => x * x;
    }

    private readonly struct Subtract : IBinary
    {
        public double Apply(double a, double b) => a - b;
        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b) => a - b;
    }

    private readonly struct MultiplyAdd : ITernary
    {
        public double Apply(double a, double b, double c) => (a * b) + c;
        public Vector512<float> Apply(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);
    }

    // The outputs of one call on every backend. sums: how many numbers of size 1 may have been added up on the way.
    internal static void Same(double tolerance, Func<IBackend, Storage[]> outputs, Action<IBackend, Storage[]> run, double sums = 0)
    {
        double[][] expected = Run(Reference);
        double[][] single = Run(Cpus[0]);
        for (int output = 0; output < expected.Length; output++)
        {
            for (int i = 0; i < expected[output].Length; i++)
            {
                (double e, double a) = (expected[output][i], single[output][i]);
                bool close = e.Equals(a) || Math.Abs(e - a) <= tolerance * (Math.Abs(e) + Math.Max(1, Math.Sqrt(sums)));
                Assert.True(close, $"output {output}[{i}] is {a:r}, expected {e:r}");
            }
        }
        foreach (CpuBackend cpu in Cpus.Skip(1)) Assert.Equal(single, Run(cpu));

        double[][] Run(IBackend backend)
        {
            Storage[] storages = outputs(backend);
            run(backend, storages);
            return [.. storages.Select(storage => Array.ConvertAll(Values(backend, storage), value => (double)value))];
        }
    }

    internal static float[] Draw(int n, string seed)
    {
        var rng = new Rng(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) values[i] = rng.Normal(i);
        return values;
    }

    internal static Storage Given(IBackend backend, int n, string seed) => Given(backend, Draw(n, seed));

    internal static Storage Given(IBackend backend, float[] values)
    {
        Storage storage = backend.Allocate(values.Length);
        backend.Write(storage, values);
        return storage;
    }

    internal static Storage New(IBackend backend, int n)
    {
        Storage storage = backend.Allocate(n);
        backend.Fill(storage, double.NaN);
        return storage;
    }

    internal static float[] Values(IBackend backend, Storage storage)
    {
        float[] values = new float[storage.Length];
        backend.Read(storage, values);
        return values;
    }
}
