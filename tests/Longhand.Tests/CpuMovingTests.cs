using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Numerics;
using Longhand.Tensors;
using static Longhand.Tests.CpuKernelTests;

namespace Longhand.Tests;

/// <summary>The processor's kernels that move numbers, against the reference: exactly equal, in every layout.</summary>
public sealed class CpuMovingTests
{
    private static readonly CpuBackend Cpu = new(threads: 1);

    public static TheoryData<int[], int, int[], int, int[]> Layouts => new()
    {
        { [], 3, [], 2, [] },
        { [0, 5], 0, [5, 1], 0, [5, 1] },
        { [300], 1, [1], 5, [1] },
        { [7, 19], 0, [19, 1], 0, [19, 1] },                       // one run
        { [7, 17], 3, [40, 1], 2, [33, 1] },                       // a slice placed in a larger tensor
        { [50, 100], 0, [100, 1], 0, [0, 1] },                     // a row repeated
        { [50, 100], 0, [100, 1], 0, [1, 0] },                     // a number repeated
        { [33, 65], 0, [65, 1], 0, [1, 33] },                      // a transposition
        { [1, 3], 0, [3, 1], 0, [1, 1] },
        { [3, 18, 35], 0, [18 * 35, 35, 1], 0, [18 * 35, 1, 18] }, // a batch of them
        { [2, 4, 9, 16], 0, [4 * 9 * 16, 9 * 16, 16, 1], 0, [9 * 64, 16, 64, 1] },     // (B, T, H, D) to (B, H, T, D)
        { [5, 6, 7], 0, [42, 7, 1], 0, [1, 5, 30] },               // all axes reversed
        { [5, 6, 7], 0, [1, 5, 30], 0, [42, 7, 1] },
        { [4, 5], 0, [5, 1], 0, [20, 3] },                         // gaps on both axes
        { [2, 2, 2, 2, 2, 2, 2, 3], 0, [192, 96, 48, 24, 12, 6, 3, 1], 0, [1, 2, 4, 8, 16, 32, 64, 128] },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Copy_follows_any_strides(int[] sizes, int yOffset, int[] yStrides, int xOffset, int[] xStrides) =>
        Same(0, b => [Given(b, 7000, "y")],
            (b, o) => b.Copy(o[0], Given(b, 7000, "x"), new CopyLayout(sizes, yOffset, yStrides, xOffset, xStrides)));

    [Fact]
    public void Copy_refuses_to_leave_its_storages()
    {
        CpuBackend cpu = Cpu;
        Assert.Throws<ArgumentException>(() => cpu.Copy(New(cpu, 11), New(cpu, 12), new CopyLayout([3, 4], 0, [4, 1], 0, [4, 1])));
        Assert.Throws<ArgumentException>(() => cpu.Copy(New(cpu, 12), New(cpu, 12), new CopyLayout([3, 4], 0, [4, 1], 1, [1, 3])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(300)]
    public void Gather_and_scatter_follow_the_ids(int n)
    {
        int[] ids = [.. Enumerable.Range(0, 500).Select(i => new Rng("ids").Below(n, i))];
        Same(0, b => [New(b, 500 * n)], (b, o) => b.GatherRows(o[0], Given(b, n * n, "table"), ids, n));
        Same(1e-5, b => [Given(b, n * n, "table")], (b, o) => b.ScatterAddRows(o[0], Given(b, 500 * n, "dy"), ids, n));
        Same(0, b => [New(b, 500)], (b, o) => b.Pick(o[0], Given(b, 500 * n, "x"), ids, n));
        Same(0, b => [New(b, 500 * n)], (b, o) => b.Place(o[0], Given(b, 500, "dy"), ids, n));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cpu.GatherRows(New(Cpu, n), New(Cpu, n * n), [n], n));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cpu.ScatterAddRows(New(Cpu, n * n), New(Cpu, n), [-1], n));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(100_003)]
    public void Filling_reaches_every_number(int n) =>
        Assert.All(Tensor.Full(n, 3, new CpuBackend(3)).ToArray(), value => Assert.Equal(3, value));
}
