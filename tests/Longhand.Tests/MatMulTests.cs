using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Numerics;

namespace Longhand.Tests;

/// <summary>
/// Products are compared bit for bit with the plainest loop that follows the documented order of accumulation, and with a
/// sum in double precision. y is longer than needed, so that a write past its end shows.
/// </summary>
public sealed class MatMulTests
{
    private const int Guard = 40;
    private const float Untouched = 12345;

    // Around the tiles (4, 6, 8, 12 rows; 4 to 128 columns), the column block (256) and the block of the inner size (384).
    private static readonly int[] s_sizes =
        [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 128, 131];
    private static readonly int[] s_large = [255, 256, 257, 383, 384, 385, 509, 769];

    public static TheoryData<bool, bool> Layouts => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_layout_gives_the_bits_of_the_plain_loop(bool transposeA, bool transposeB)
    {
        var rng = new Rng($"sizes {transposeA} {transposeB}");
        for (int i = 0; i < 120; i++)
        {
            int Draw(int k) => s_sizes[rng.Below(s_sizes.Length, 5 * i + k)];
            var sizes = new MatMulSizes(
                Batch: 1 + rng.Below(3, 5 * i),
                M: Draw(1), N: Draw(2), K: Draw(3), transposeA, transposeB);
            int choice = rng.Below(8, 5 * i + 4);
            sizes = sizes with { ShareA = choice % 4 == 1, ShareB = choice % 4 == 2, Accumulate = choice / 4 % 2 == 1 };
            AssertExact(sizes);
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Sizes_beyond_a_block_give_the_bits_of_the_plain_loop(bool transposeA, bool transposeB)
    {
        foreach (int large in s_large)
        {
            var sizes = new MatMulSizes(Batch: 1, M: 13, N: 35, K: large, transposeA, transposeB);
            AssertExact(sizes);
            AssertExact(sizes with { Accumulate = true });
            AssertExact(sizes with { N = large, K = 35 });
            AssertExact(sizes with { M = large, K = 35 });
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Rows_a_multiple_of_4_KB_apart_give_the_bits_of_the_plain_loop(bool transposeA, bool transposeB)
    {
        // More columns than rows are read in place for, on three threads as on one; 31 rows are two tiles and an edge.
        var sizes = new MatMulSizes(Batch: 1, M: 31, N: 165, K: 1024, transposeA, transposeB);
        AssertExact(sizes);
        AssertExact(sizes with { M = 300, N = 500, K = 2048, Accumulate = true });
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Rows_and_columns_give_the_bits_of_the_plain_loop(bool transposeA, bool transposeB)
    {
        foreach (int n in (int[])[1, 2, 7, 16, 100, 129, 300, 1000])
            foreach (int k in (int[])[1, 3, 64, 385, 800])
            {
                var sizes = new MatMulSizes(Batch: 1, M: 1, N: n, K: k, transposeA, transposeB);
                AssertExact(sizes);
                AssertExact(sizes with { Accumulate = true });
                AssertExact(sizes with { M = n, N = 1 });
                AssertExact(sizes with { M = n, N = 1, Batch = 3, ShareB = true });
            }
    }

    [Fact]
    public void Every_combination_of_sharing_works()
    {
        foreach (bool shareA in (bool[])[false, true])
            foreach (bool shareB in (bool[])[false, true])
                foreach (int n in (int[])[1, 9])
                    AssertExact(new(Batch: 17, M: 6, N: n, K: 5, ShareA: shareA, ShareB: shareB));
    }

    [Fact]
    public void Empty_products()
    {
        foreach (var sizes in (MatMulSizes[])[new(0, 2, 3, 4), new(2, 0, 3, 4), new(2, 3, 0, 4), new(2, 3, 4, 0), new(0, 0, 0, 0)])
        {
            AssertExact(sizes);
            AssertExact(sizes with { Accumulate = true });
        }
    }

    [Fact]
    public void A_product_is_near_the_sum_in_double_precision()
    {
        var sizes = new MatMulSizes(Batch: 2, M: 37, N: 41, K: 1000, TransposeB: true);
        float[] a = Numbers("a", 2 * 37 * 1000), b = Numbers("b", 2 * 41 * 1000);
        float[] y = Compute(new CpuBackend(2), sizes, a, b);
        for (int entry = 0; entry < 2; entry++)
            for (int i = 0; i < 37; i++)
                for (int j = 0; j < 41; j++)
                {
                    double sum = 0;
                    for (int k = 0; k < 1000; k++) sum += (double)a[(entry * 37 + i) * 1000 + k] * b[(entry * 41 + j) * 1000 + k];
                    Assert.Equal(sum, y[(entry * 37 + i) * 41 + j], 5e-4);
                }
    }

    [Fact]
    public void Storages_that_are_too_short_are_refused()
    {
        var cpu = new CpuBackend(1);
        var error = Assert.Throws<ArgumentException>(() =>
            cpu.MatMul(cpu.Allocate(6), cpu.Allocate(8), cpu.Allocate(11), new MatMulSizes(1, 2, 3, 4)));
        Assert.Contains("b holds 11 numbers", error.Message);
    }

    [Fact]
    public void A_product_allocates_nothing()
    {
        var cpu = new CpuBackend(2);
        Storage y = cpu.Allocate(65 * 70), a = cpu.Allocate(65 * 400), b = cpu.Allocate(400 * 70);
        cpu.Fill(a, 1);
        cpu.Fill(b, 1);
        var sizes = new MatMulSizes(1, 65, 70, 400);
        for (int i = 0; i < 3; i++) cpu.MatMul(y, a, b, sizes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) cpu.MatMul(y, a, b, sizes);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void AssertExact(in MatMulSizes sizes)
    {
        float[] a = Numbers("a", (sizes.ShareA ? 1 : sizes.Batch) * sizes.M * sizes.K);
        float[] b = Numbers("b", (sizes.ShareB ? 1 : sizes.Batch) * sizes.K * sizes.N);
        float[] expected = Plain(sizes, a, b);
        foreach (int width in (int[])[128, 256, 512])
            for (int threads = 1; threads <= 3; threads++)
            {
                float[] y = Compute(new CpuBackend(threads) { MatMulVectorWidth = width }, sizes, a, b);
                for (int i = 0; i < y.Length; i++)
                    if (BitConverter.SingleToInt32Bits(y[i]) != BitConverter.SingleToInt32Bits(expected[i]))
                        Assert.Fail($"{sizes}, {width} bits, {threads} threads: element {i} is {y[i]:R}, expected {expected[i]:R}.");
            }
    }

    private static float[] Compute(CpuBackend cpu, in MatMulSizes sizes, float[] a, float[] b)
    {
        float[] y = Start(sizes);
        Storage storageY = cpu.Allocate(y.Length), storageA = cpu.Allocate(a.Length), storageB = cpu.Allocate(b.Length);
        cpu.Write(storageY, y);
        cpu.Write(storageA, a);
        cpu.Write(storageB, b);
        cpu.MatMul(storageY, storageA, storageB, sizes);
        cpu.Read(storageY, y);
        return y;
    }

    private static float[] Plain(in MatMulSizes sizes, float[] a, float[] b)
    {
        float[] y = Start(sizes);
        (int M, int N, int K) = (sizes.M, sizes.N, sizes.K);
        for (int entry = 0; entry < sizes.Batch; entry++)
            for (int i = 0; i < M; i++)
                for (int j = 0; j < N; j++)
                {
                    int offsetA = sizes.ShareA ? 0 : entry * M * K, offsetB = sizes.ShareB ? 0 : entry * K * N;
                    ref float result = ref y[(entry * M + i) * N + j];
                    if (K == 0 && !sizes.Accumulate) result = 0;
                    for (int first = 0; first < K; first += CpuBackend.MatMulBlock)
                    {
                        float sum = 0;
                        for (int k = first; k < Math.Min(K, first + CpuBackend.MatMulBlock); k++)
                        {
                            float left = a[offsetA + (sizes.TransposeA ? k * M + i : i * K + k)];
                            float right = b[offsetB + (sizes.TransposeB ? j * K + k : k * N + j)];
                            sum = MathF.FusedMultiplyAdd(left, right, sum);
                        }
                        result = first == 0 && !sizes.Accumulate ? sum : result + sum;
                    }
                }
        return y;
    }

    /// <summary>What y holds before: numbers that only an accumulating product may show, and guards behind.</summary>
    private static float[] Start(in MatMulSizes sizes)
    {
        float[] y = Numbers("y", sizes.Batch * sizes.M * sizes.N + Guard);
        y.AsSpan(^Guard..).Fill(Untouched);
        return y;
    }

    private static float[] Numbers(string name, int count)
    {
        var rng = new Rng(name);
        var numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = (float)rng.Uniform(i) * 2 - 1;
        return numbers;
    }
}
