using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>TransformerBlock and its FeedForward.</summary>
public sealed class TransformerBlockTests
{
    private static readonly Rng Random = new("block");

    [Theory]
    [InlineData(NormPlacement.Pre, false, 0f)]
    [InlineData(NormPlacement.Post, false, 0f)]
    [InlineData(NormPlacement.Pre, true, 0.2f)]
    [InlineData(NormPlacement.Post, true, 0.2f)]
    public void Gradients_equal_measured_slopes(NormPlacement norm, bool rotary, float dropout)
    {
        var block = new TransformerBlock(width: 4, heads: 2, layers: 1, Random, norm, rotary, dropout);
        ModuleCheck.Gradients(block, x => block.Forward(x[0], dropout > 0 ? Random : null), ModuleCheck.Input((2, 3, 4)));
    }

    [Fact]
    public void The_feed_forward_layer_equals_its_formula()
    {
        var layer = new FeedForward(6, layers: 2, Random);
        layer.MoveTo(new ReferenceBackend());
        ModuleCheck.Randomise(layer);
        Dictionary<string, Tensor> p = layer.Parameters.ToDictionary(named => named.Name, named => named.Parameter.Value);
        Assert.Equal((Shape)(6, 24), p["c_fc.weight"].Shape);
        Tensor x = ModuleCheck.Input((2, 3, 6), backend: p["c_fc.weight"].Backend);
        Tensor expected = (x.MatMul(p["c_fc.weight"]) + p["c_fc.bias"]).Gelu().MatMul(p["c_proj.weight"]) + p["c_proj.bias"];
        OperationTests.AssertClose("feed forward", expected.ToDoubles(), layer.Forward(x).ToDoubles(), 1e-12);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.3f)]
    public void Gradients_of_the_feed_forward_layer_equal_measured_slopes(float dropout)
    {
        var layer = new FeedForward(4, layers: 2, Random, dropout);
        ModuleCheck.Gradients(layer, x => layer.Forward(x[0], dropout > 0 ? Random : null), ModuleCheck.Input((2, 3, 4)));
    }

    [Fact]
    public void A_post_norm_block_gives_normalised_rows_and_a_pre_norm_block_keeps_the_stream()
    {
        Tensor x = (ModuleCheck.Input((2, 5, 16)) * 9) + 4;
        Tensor post = new TransformerBlock(16, 4, 1, Random, NormPlacement.Post).Forward(x);
        foreach (float mean in post.Mean(^1).ToArray()) Assert.InRange(mean, -1e-5, 1e-5);
        foreach (float variance in post.Variance(^1).ToArray()) Assert.InRange(variance, 0.99, 1.01);

        Tensor pre = new TransformerBlock(16, 4, 1, Random).Forward(x);
        Assert.InRange((pre - x).Abs().Max().ToScalar(), 1e-4f, 1);           // small first weights change the stream a little
    }

    [Fact]
    public void A_block_is_causal()
    {
        foreach (NormPlacement norm in Enum.GetValues<NormPlacement>())
        {
            var block = new TransformerBlock(8, 2, 1, Random, norm);
            Tensor x = ModuleCheck.Input((1, 6, 8)), other = Tensor.Concatenate([x[.., ..4], ModuleCheck.Input((1, 2, 8), "other")], 1);
            Assert.Equal(block.Forward(x)[.., ..4].ToArray(), block.Forward(other)[.., ..4].ToArray());
        }
    }

    [Fact]
    public void The_two_halves_draw_their_dropout_apart()
    {
        var block = new TransformerBlock(8, 2, 1, Random, dropout: 0.5f);
        Tensor x = ModuleCheck.Input((1, 6, 8));
        Assert.Equal(block.Forward(x, Random).ToArray(), block.Forward(x, Random).ToArray());
        Assert.NotEqual(block.Forward(x, Random).ToArray(), block.Forward(x, Random.Fork(1)).ToArray());
    }
}
