using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>Sequential, and Activation inside it.</summary>
public sealed class SequentialTests
{
    private static readonly Rng Random = new("sequential");

    public static TheoryData<string> Activations => new(Named.Keys);

    private static readonly Dictionary<string, (Activation Layer, Func<Tensor, Tensor> Function)> Named = new()
    {
        ["relu"] = (Activation.Relu(), x => x.Relu()),
        ["leaky relu"] = (Activation.LeakyRelu(0.2f), x => x.LeakyRelu(0.2f)),
        ["tanh"] = (Activation.Tanh(), x => x.Tanh()),
        ["sigmoid"] = (Activation.Sigmoid(), x => x.Sigmoid()),
        ["gelu"] = (Activation.Gelu(), x => x.Gelu()),
        ["gelu, exact"] = (Activation.GeluExact(), x => x.GeluExact()),
        ["silu"] = (Activation.Silu(), x => x.Silu()),
        ["softplus"] = (Activation.Softplus(), x => x.Softplus()),
        ["own"] = (new Activation(x => x * x), x => x * x),
    };

    [Theory]
    [MemberData(nameof(Activations))]
    public void An_activation_is_its_function(string name)
    {
        (Activation layer, Func<Tensor, Tensor> function) = Named[name];
        Tensor x = ModuleCheck.Input((3, 4));
        Assert.Equal(function(x).ToArray(), layer.Forward(x).ToArray());
        Assert.Empty(layer.Parameters);
    }

    [Fact]
    public void Layers_run_in_order_and_are_named_by_position()
    {
        Linear first = new(3, 4, Random.Fork(0)), second = new(4, 2, Random.Fork(1));
        var model = new Sequential(first, Activation.Tanh(), second);
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], model.Parameters.Select(p => p.Name));
        Tensor x = ModuleCheck.Input((5, 3));
        Assert.Equal(second.Forward(first.Forward(x).Tanh()).ToArray(), model.Forward(x).ToArray());
    }

    [Fact]
    public void Names_nest_and_ten_layers_keep_their_order()
    {
        var model = new Sequential([.. Enumerable.Range(0, 11).Select(i => new Sequential(new Linear(2, 2, Random.Fork(i), bias: false)))]);
        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"{i}.0.weight"), model.Parameters.Select(p => p.Name));
    }

    [Fact]
    public void Gradients_equal_measured_slopes()
    {
        var model = new Sequential(new Linear(3, 5, Random), Activation.Tanh(), new Dropout(0.3f), new LayerNorm(5), new Linear(5, 2, Random, bias: false));
        ModuleCheck.Gradients(model, x => model.Forward(x[0], Random), ModuleCheck.Input((4, 3)));
    }

    [Fact]
    public void Each_layer_draws_for_itself()
    {
        Tensor once = new Sequential(new Dropout(0.5f)).Forward(Tensor.Ones(1000), Random);
        Tensor twice = new Sequential(new Dropout(0.5f), new Dropout(0.5f)).Forward(Tensor.Ones(1000), Random);
        Assert.InRange(once.ToArray().Count(v => v != 0), 440, 560);
        Assert.InRange(twice.ToArray().Count(v => v != 0), 200, 300);
    }

    [Fact]
    public void No_layers_pass_the_input_on()
    {
        Tensor x = ModuleCheck.Input((2, 2));
        Assert.Same(x, new Sequential().Forward(x));
    }
}
