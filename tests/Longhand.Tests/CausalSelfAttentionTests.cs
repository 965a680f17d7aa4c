using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class CausalSelfAttentionTests
{
    private static readonly Rng Random = new("attention");

    [Theory]
    [InlineData(false, 0f)]
    [InlineData(true, 0f)]
    [InlineData(false, 0.3f)]
    [InlineData(true, 0.3f)]
    public void Gradients_equal_measured_slopes(bool rotary, float dropout)
    {
        var layer = new CausalSelfAttention(width: 8, heads: 2, layers: 1, Random, rotary, dropout);
        ModuleCheck.Gradients(layer, x => layer.Forward(x[0], dropout > 0 ? Random : null), ModuleCheck.Input((2, 3, 8)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_later_position_never_changes_an_earlier_one(bool rotary)
    {
        const int T = 9;
        var layer = new CausalSelfAttention(width: 12, heads: 3, layers: 1, Random, rotary);
        ModuleCheck.Randomise(layer);
        Tensor x = ModuleCheck.Input((1, T, 12));
        float[] before = layer.Forward(x).ToArray();
        for (int changed = 1; changed < T; changed++)
        {
            Tensor other = Tensor.Concatenate([x[.., ..changed], ModuleCheck.Input((1, T - changed, 12), "other")], 1);
            float[] after = layer.Forward(other).ToArray();
            Assert.Equal(before[..(changed * 12)], after[..(changed * 12)]);
            Assert.NotEqual(before[(changed * 12)..((changed + 1) * 12)], after[(changed * 12)..((changed + 1) * 12)]);
        }
    }

    [Fact]
    public void The_fused_operation_equals_the_composed_one_with_gradients()
    {
        foreach ((int T, int heads) in new[] { (1, 1), (5, 2), (17, 3), (33, 1) })
        {
            const int C = 12;
            Tensor fused = ModuleCheck.Input((2, T, 3 * C)).RequireGradient(), composed = fused.Detach().RequireGradient();
            Tensor y = fused.CausalSelfAttention(heads);
            Tensor expected = Tensor.AttentionComposed(composed[.., .., ..C], composed[.., .., C..(2 * C)], composed[.., .., (2 * C)..], heads, causal: true);
            OperationTests.AssertClose("y", expected.ToDoubles(), y.ToDoubles(), 2e-6);
            Tensor dy = ModuleCheck.Input(y.Shape, "dy");
            y.Backward(dy);
            expected.Backward(dy);
            OperationTests.AssertClose("dx", composed.Gradient!.ToDoubles(), fused.Gradient!.ToDoubles(), 1e-5);
        }
    }

    [Fact]
    public void The_layer_equals_its_formula()
    {
        const int C = 6;
        var layer = new CausalSelfAttention(C, heads: 2, layers: 3, Random);
        layer.MoveTo(new ReferenceBackend());
        Dictionary<string, Tensor> p = layer.Parameters.ToDictionary(named => named.Name, named => named.Parameter.Value);
        Tensor x = ModuleCheck.Input((2, 4, C), backend: p["c_attn.weight"].Backend);
        Tensor qkv = x.MatMul(p["c_attn.weight"]) + p["c_attn.bias"];
        Tensor mixed = Tensor.AttentionComposed(qkv[.., .., ..C], qkv[.., .., C..(2 * C)], qkv[.., .., (2 * C)..], 2, causal: true);
        OperationTests.AssertClose("attention", (mixed.MatMul(p["c_proj.weight"]) + p["c_proj.bias"]).ToDoubles(), layer.Forward(x).ToDoubles(), 1e-9);
    }

    [Fact]
    public void Rotary_attention_sees_distances_and_not_places()
    {
        // The same two vectors, once at positions 0 and 1 and once at 3 and 4: their scores are equal.
        Tensor q = ModuleCheck.Input((1, 2, 8), "q"), k = ModuleCheck.Input((1, 2, 8), "k");
        double[] near = q.Rotary(2, 0).MatMul(k.Rotary(2, 0), transposeOther: true).ToDoubles();
        OperationTests.AssertClose("scores", near, q.Rotary(2, 3).MatMul(k.Rotary(2, 3), transposeOther: true).ToDoubles(), 1e-5);
    }

    [Fact]
    public void Rotary_attention_depends_on_the_order_and_plain_attention_does_not()
    {
        Tensor x = ModuleCheck.Input((1, 3, 8));
        Tensor swapped = Tensor.Concatenate([x[.., 1..2], x[.., ..1], x[.., 2..]], 1);
        double Moved(bool rotary)
        {
            var layer = new CausalSelfAttention(8, 2, 1, Random, rotary);
            ModuleCheck.Randomise(layer);
            return (layer.Forward(x)[.., 2..] - layer.Forward(swapped)[.., 2..]).Abs().Max().ToScalar();
        }
        Assert.InRange(Moved(rotary: false), 0, 1e-5);
        Assert.InRange(Moved(rotary: true), 1e-3, double.MaxValue);
    }

    [Fact]
    public void Dropout_is_drawn_anew_for_weights_and_outputs_and_absent_in_use()
    {
        var layer = new CausalSelfAttention(8, 2, 1, Random, dropout: 0.5f);
        ModuleCheck.Randomise(layer);
        Tensor x = ModuleCheck.Input((2, 16, 8));
        Assert.Equal(layer.Forward(x).ToArray(), layer.Forward(x).ToArray());
        Assert.Equal(layer.Forward(x, Random).ToArray(), layer.Forward(x, Random).ToArray());
        Assert.NotEqual(layer.Forward(x, Random).ToArray(), layer.Forward(x, Random.Fork(1)).ToArray());
        Assert.InRange(layer.Forward(x, Random).ToArray().Count(v => v == 0), 80, 176);
    }

    [Fact]
    public void Heads_that_do_not_divide_the_width_are_refused() =>
        Assert.Equal("Attention: 8 features do not split into 3 equal heads. Hint: width must be a multiple of heads.",
            Assert.Throws<ShapeException>(() => new CausalSelfAttention(8, 3, 1, Random).Forward(Tensor.Ones((1, 2, 8)))).Message);
}
