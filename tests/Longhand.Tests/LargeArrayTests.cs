using Longhand.Backends.Cpu;

namespace Longhand.Tests;

public sealed class LargeArrayTests
{
    [Fact]
    public void Small_arrays_are_as_long_as_asked_and_large_ones_a_little_longer_and_whole_lines()
    {
        for (int count = 0; count < LargeArray.Least; count += 997) Assert.Equal(count, LargeArray.LengthFor(count));
        foreach (int count in (int[])[LargeArray.Least, LargeArray.Least + 1, 100_000, 1_048_576, 1_048_577, 600_000_000])
        {
            int length = LargeArray.LengthFor(count);
            Assert.InRange(length - count, 0, 15);
            Assert.Equal(0, (24 + (4L * length)) % 64);
            Assert.Equal(length, LargeArray.LengthFor(length));
        }
        Assert.Equal(Array.MaxLength, LargeArray.LengthFor(Array.MaxLength));
    }

    // Some other thread's object, or the first in a piece of the heap, may come between; without care one in eight begins at a line.
    [Fact]
    public void Most_large_arrays_begin_at_a_cache_line()
    {
        float[][] arrays = [.. Enumerable.Range(0, 40).Select(i => LargeArray.New(LargeArray.LengthFor(30_000 + (i * 1001))))];
        Assert.InRange(arrays.Count(a => LargeArray.BytesIntoALine(a) == 0), 25, 40);
    }

    // The array is longer than the storage: nothing may read, write or look up what lies behind.
    [Fact]
    public void A_storage_ends_before_its_array_does()
    {
        const int N = LargeArray.Least + 1;
        var backend = new CpuBackend(2);
        var storage = (CpuStorage)backend.Allocate(N);
        Assert.True(storage.Array.Length > N);
        storage.Array.AsSpan(N).Fill(float.NaN);
        backend.Fill(storage, 2);
        Assert.True(float.IsNaN(storage.Array[N]));
        Assert.Equal(4.0 * N, backend.SumOfSquares(storage));
        Assert.True(backend.AllFinite(storage));
        Assert.Equal(N, CpuStorage.Of(storage).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => backend.GatherRows(backend.Allocate(1), storage, [N], 1));
    }
}
