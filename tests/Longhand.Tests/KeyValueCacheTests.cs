using Longhand.Backends.Cpu;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class KeyValueCacheTests
{
    private static readonly CpuBackend Backend = new(1);
    private static readonly CausalSelfAttention Layer = Make();

    [Fact]
    public void Attention_in_pieces_equals_attention_at_once()
    {
        Tensor x = ModuleCheck.Input((2, 7, 8), backend: Backend);
        float[] whole = Layer.Forward(x).ToArray();
        foreach (int[] pieces in new int[][] { [7], [1, 1, 1, 1, 1, 1, 1], [3, 1, 3], [6, 1] })
        {
            var cache = new KeyValueCache(layers: 1, batch: 2, capacity: 7, width: 8, Backend);
            var parts = new List<Tensor>();
            foreach (int piece in pieces) parts.Add(Layer.Forward(x[.., cache.Length..(cache.Length + piece)], cache: cache));
            Assert.Equal(7, cache.Length);
            Assert.Equal(whole, Tensor.Concatenate([.. parts], 1).ToArray());
        }
    }

    [Fact]
    public void A_cleared_cache_starts_over()
    {
        Tensor x = ModuleCheck.Input((1, 3, 8), backend: Backend);
        var cache = new KeyValueCache(1, 1, 4, 8, Backend);
        float[] first = Layer.Forward(x, cache: cache).ToArray();
        cache.Clear();
        Assert.Equal(0, cache.Length);
        Assert.Equal(first, Layer.Forward(x, cache: cache).ToArray());
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused_and_change_nothing()
    {
        Tensor x = ModuleCheck.Input((1, 3, 8), backend: Backend);
        var cache = new KeyValueCache(1, 1, 4, 8, Backend);
        Layer.Forward(x, cache: cache);
        Assert.Equal("The key/value cache holds 4 positions; 3 are filled and 3 more do not fit.",
            Assert.Throws<InvalidOperationException>(() => Layer.Forward(x, cache: cache)).Message);
        Assert.Equal(3, cache.Length);
    }

    [Fact]
    public void A_cache_made_for_another_batch_width_backend_or_depth_is_refused()
    {
        Tensor x = ModuleCheck.Input((2, 3, 8), backend: Backend);
        Assert.Equal("KeyValueCache: made for a batch of 1 and 8 features, but the keys are (2, 3, 8).",
            Assert.Throws<ShapeException>(() => Layer.Forward(x, cache: new KeyValueCache(1, 1, 4, 8, Backend))).Message);
        Assert.Equal("KeyValueCache: made for a batch of 2 and 16 features, but the keys are (2, 3, 8).",
            Assert.Throws<ShapeException>(() => Layer.Forward(x, cache: new KeyValueCache(1, 2, 4, 16, Backend))).Message);
        Assert.Throws<InvalidOperationException>(() => Layer.Forward(x, cache: new KeyValueCache(1, 2, 4, 8, new CpuBackend(1))));
        Assert.Equal("KeyValueCache: made for 1 layers; there is no layer 1.",
            Assert.Throws<ArgumentException>(() => Layer.Forward(x, cache: new KeyValueCache(1, 2, 4, 8, Backend), layer: 1)).Message);
    }

    private static CausalSelfAttention Make()
    {
        var layer = new CausalSelfAttention(8, 2, 1, new Rng("cache"));
        ModuleCheck.Randomise(layer);
        layer.MoveTo(Backend);
        layer.SetTrainable(false);
        return layer;
    }
}
