using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Numerics;
using static Longhand.Tests.CpuKernelTests;

namespace Longhand.Tests;

/// <summary>Attention on the processor: against the reference, and a row alone against the same row among others.</summary>
public sealed class CpuAttentionTests
{
    public static TheoryData<AttentionSizes, bool> Cases => new()
    {
        { new(Batch: 1, Heads: 1, HeadSize: 1, Queries: 1, Keys: 1, Scale: 1, Causal: false), false },
        { new(Batch: 2, Heads: 3, HeadSize: 5, Queries: 7, Keys: 7, Scale: 0.4, Causal: true), false },
        { new(Batch: 2, Heads: 4, HeadSize: 16, Queries: 64, Keys: 64, Scale: 0.25, Causal: true), false },
        { new(Batch: 3, Heads: 2, HeadSize: 16, Queries: 33, Keys: 33, Scale: 0.25, Causal: false), true },
        { new(Batch: 3, Heads: 2, HeadSize: 17, Queries: 31, Keys: 31, Scale: 0.3, Causal: true), true },
        { new(Batch: 1, Heads: 2, HeadSize: 64, Queries: 70, Keys: 70, Scale: 0.125, Causal: true), false },
        { new(Batch: 2, Heads: 2, HeadSize: 33, Queries: 5, Keys: 40, Scale: 0.2, Causal: true), false },
        { new(Batch: 2, Heads: 1, HeadSize: 8, Queries: 1, Keys: 100, Scale: 0.3, Causal: true), false },
        { new(Batch: 2, Heads: 2, HeadSize: 12, Queries: 19, Keys: 4, Scale: 0.3, Causal: false), false },
        { new(Batch: 2, Heads: 2, HeadSize: 12, Queries: 9, Keys: 4, Scale: 0.3, Causal: true), false },      // the first see nothing
        { new(Batch: 3, Heads: 2, HeadSize: 16, Queries: 40, Keys: 40, Scale: 0.25, Causal: true, Dropout: 0.2f), true },
        { new(Batch: 1, Heads: 2, HeadSize: 16, Queries: 257, Keys: 257, Scale: 0.25, Causal: true), false },
        { new(Batch: 2, Heads: 2, HeadSize: 20, Queries: 70, Keys: 150, Scale: 0.2, Causal: true), true },    // three blocks of keys
        { new(Batch: 2, Heads: 1, HeadSize: 16, Queries: 90, Keys: 70, Scale: 0.25, Causal: true), false },   // whole tiles see nothing
        { new(Batch: 0, Heads: 2, HeadSize: 16, Queries: 4, Keys: 4, Scale: 0.25, Causal: true), false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_and_backward_agree(AttentionSizes sizes, bool padded)
    {
        // Three heads' rows behind each other as a fused projection leaves them; the last batch entry has no visible key at all.
        int[] lengths = padded ? [.. Enumerable.Range(0, sizes.Batch).Select(b => b == sizes.Batch - 1 ? 0 : sizes.Keys - 3 - b)] : [];
        var rng = new Rng("attention");
        int features = sizes.Heads * sizes.HeadSize, rows = Math.Max(sizes.Queries, sizes.Keys);
        HeadRows Part(Storage data, int part) => new(data, part * features, rows * 3 * features, 3 * features);

        Same(2e-6, b => [Given(b, sizes.Batch * rows * 3 * features, "y"), New(b, sizes.Batch * sizes.Heads * sizes.Queries)], (b, o) =>
        {
            Storage qkv = Given(b, sizes.Batch * rows * 3 * features, "qkv");
            b.Attention(Part(o[0], 1), o[1], Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), sizes, lengths, rng);
        }, sums: 10);

        Same(2e-6, b => [Given(b, sizes.Batch * rows * 3 * features, "dqkv")], (b, o) =>
        {
            Storage qkv = Given(b, sizes.Batch * rows * 3 * features, "qkv"), lse = New(b, sizes.Batch * sizes.Heads * sizes.Queries);
            HeadRows y = Part(New(b, sizes.Batch * rows * 3 * features), 0), dy = Part(Given(b, sizes.Batch * rows * 3 * features, "dy"), 2);
            b.Attention(y, lse, Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), sizes, lengths, rng);
            b.AttentionBackward(Part(o[0], 0), Part(o[0], 1), Part(o[0], 2), dy, y, lse,
                Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), sizes, lengths, rng);
        }, sums: 100);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(21)]
    [InlineData(64)]
    public void A_row_computed_with_a_cache_has_the_bits_of_the_full_pass(int headSize)
    {
        const int Heads = 2, T = 50;
        var cpu = new CpuBackend(threads: 1);
        int features = Heads * headSize;
        Storage q = Given(cpu, T * features, "q"), k = Given(cpu, T * features, "k"), v = Given(cpu, T * features, "v");
        HeadRows Rows(Storage data, int first) => new(data, first * features, T * features, features);

        Storage full = New(cpu, T * features), lse = New(cpu, Heads * T);
        var sizes = new AttentionSizes(Batch: 1, Heads, headSize, Queries: T, Keys: T, Scale: 0.3, Causal: true);
        cpu.Attention(Rows(full, 0), lse, Rows(q, 0), Rows(k, 0), Rows(v, 0), sizes, [], default);
        foreach (int step in new[] { 1, 3, 7 })
        {
            Storage parts = New(cpu, T * features);
            for (int t = 0; t < T; t += step)
            {
                int count = Math.Min(step, T - t);
                cpu.Attention(Rows(parts, t), New(cpu, Heads * count), Rows(q, t), Rows(k, 0), Rows(v, 0),
                    sizes with { Queries = count, Keys = t + count }, [], default);
            }
            Assert.Equal(Values(cpu, full), Values(cpu, parts));
        }
    }

    [Fact]
    public void A_value_that_is_not_yet_visible_touches_nothing()
    {
        var cpu = new CpuBackend(threads: 1);
        float[] kv = Draw(30 * 16, "kv");
        kv.AsSpan(20 * 16).Fill(float.NaN);
        Storage y = New(cpu, 30 * 16), x = Given(cpu, kv), q = Given(cpu, 30 * 16, "q");
        HeadRows Rows(Storage data) => new(data, 0, 30 * 16, 16);
        var sizes = new AttentionSizes(Batch: 1, Heads: 1, HeadSize: 16, Queries: 30, Keys: 30, Scale: 0.25, Causal: true);
        cpu.Attention(Rows(y), New(cpu, 30), Rows(q), Rows(x), Rows(x), sizes, [], default);
        Assert.All(Values(cpu, y)[..(20 * 16)], value => Assert.True(float.IsFinite(value)));
        Assert.All(Values(cpu, y)[(20 * 16)..], value => Assert.True(float.IsNaN(value)));
    }
}
