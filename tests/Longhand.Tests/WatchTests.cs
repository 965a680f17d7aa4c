using Longhand.Backends;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class WatchTests
{
    private static readonly Rng Random = new("watch");

    [Fact]
    public void A_sequence_shows_every_layers_output_under_its_parameters_name()
    {
        var model = new Sequential(
            new Linear(3, 4, Random), Activation.Relu(), new Sequential(new LayerNorm(4), Activation.Tanh()), new Dropout(0.5f), new Linear(4, 2, Random, bias: false));
        var seen = new Seen();
        Tensor y = model.Forward(ModuleCheck.Input((5, 3)), watch: new Watch(seen));
        Assert.Equal(
            [("0", ActivationKind.Linear), ("1", ActivationKind.Relu), ("2.0", ActivationKind.Linear), ("2.1", ActivationKind.Tanh), ("4", ActivationKind.Linear)],
            seen.Outputs.Select(o => (o.Layer, o.Kind)));
        Assert.Same(y, seen.Outputs[^1].Y);
    }

    [Theory]
    [InlineData(PositionKind.Learned, NormPlacement.Pre)]
    [InlineData(PositionKind.Rotary, NormPlacement.Post)]
    public void A_gpt_shows_its_stream_its_hidden_layers_and_what_attention_compares_and_computes_the_same_bits(PositionKind positions, NormPlacement norm)
    {
        var config = new GptConfig { Layers = 2, Heads = 2, Width = 8, Context = 6, Vocabulary = 11, Dropout = 0.1f, Positions = positions, Norm = norm };
        var model = new Gpt(config, Random);
        var ids = new Indices([.. Enumerable.Range(0, 12).Select(i => i * 5 % 11)], (2, 6));
        var seen = new Seen();
        Tensor watched = model.Forward(ids, Random, watch: new Watch(seen));
        Assert.Equal(model.Forward(ids, Random).ToArray(), watched.ToArray());
        Assert.Equal(
            ["embeddings", "transformer.h.0.mlp", "transformer.h.0", "transformer.h.1.mlp", "transformer.h.1", "logits"], seen.Outputs.Select(o => o.Layer));
        Assert.Equal(["transformer.h.0.attn", "transformer.h.1.attn"], seen.Attentions.Select(a => a.Layer));
        Assert.All(seen.Attentions, a =>
        {
            Assert.Equal((1, 6, 8), (a.Q.Shape[0], a.Q.Shape[1], a.Q.Shape[2]));
            Assert.Equal(a.Q.Shape, a.K.Shape);
            Assert.False(a.Q.NeedsGradient || a.K.NeedsGradient);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1f)]
    public void A_recurrent_model_shows_its_layers_and_computes_the_same_bits_and_gradients(float dropout)
    {
        var model = new RecurrentModel(new RecurrentConfig(RecurrentCell.Lstm) { Width = 8, Context = 6, Vocabulary = 5, Dropout = dropout }, Random);
        var ids = new Indices([.. Enumerable.Range(0, 12).Select(i => i * 3 % 5)], (2, 6));
        var seen = new Seen();
        Assert.Equal(Gradients(null), Gradients(new Watch(seen)));
        Assert.Equal(["embedding", "lstm", "logits"], seen.Outputs.Select(o => o.Layer));
        Assert.Equal((2, 6, 8), (seen.Outputs[0].Y.Shape[0], seen.Outputs[0].Y.Shape[1], seen.Outputs[0].Y.Shape[2]));

        float[] Gradients(Watch? watch)
        {
            model.ClearGradients();
            model.Loss(ids, ids, Random, watch: watch).Backward();
            return [.. model.Parameters.SelectMany(p => p.Parameter.Value.Gradient!.ToArray())];
        }
    }

    [Fact]
    public void What_attention_is_said_to_compare_is_what_it_compares()
    {
        const int C = 4, T = 3;
        var layer = new CausalSelfAttention(C, heads: 1, layers: 1, Random.Fork("attention"));
        Tensor x = ModuleCheck.Input((1, T, C));
        var seen = new Seen();
        layer.Forward(x, watch: new Watch(seen));
        Parameter weight = layer.Parameters.Single(p => p.Name == "c_attn.weight").Parameter, bias = layer.Parameters.Single(p => p.Name == "c_attn.bias").Parameter;
        Tensor qkv = x.Linear(weight.Value, bias.Value);
        Assert.Equal(qkv[.., .., ..C].ToArray(), seen.Attentions[0].Q.ToArray());
        Assert.Equal(qkv[.., .., C..(2 * C)].ToArray(), seen.Attentions[0].K.ToArray());
    }

    private sealed class Seen : IObserver
    {
        public List<(string Layer, Tensor Y, ActivationKind Kind)> Outputs { get; } = [];

        public List<(string Layer, Tensor Q, Tensor K)> Attentions { get; } = [];

        public void Output(string layer, Tensor y, ActivationKind kind) => Outputs.Add((layer, y, kind));

        public void Attention(string layer, Tensor q, Tensor k, int heads, bool causal) => Attentions.Add((layer, q, k));
    }
}
