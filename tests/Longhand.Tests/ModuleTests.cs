using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class ModuleTests
{
    private static readonly Rng Random = new("module");

    [Fact]
    public void Parameters_come_in_the_order_of_declaration_with_dotted_names()
    {
        var block = new TransformerBlock(width: 4, heads: 2, layers: 1, Random);
        Assert.Equal(
            [
                "ln_1.weight", "ln_1.bias", "attn.c_attn.weight", "attn.c_attn.bias", "attn.c_proj.weight", "attn.c_proj.bias",
                "ln_2.weight", "ln_2.bias", "mlp.c_fc.weight", "mlp.c_fc.bias", "mlp.c_proj.weight", "mlp.c_proj.bias",
            ],
            block.Parameters.Select(p => p.Name));
        Assert.Equal((12 * 16) + (13 * 4), block.ParameterCount);
    }

    [Fact]
    public void The_summary_shows_names_shapes_counts_and_state()
    {
        var model = new Sequential(new Linear(1000, 3, Random), new BatchNorm(3));
        Assert.Equal(
            """
            0.weight            (1000, 3)                 3,000
            0.bias              (3)                           3
            1.weight            (3)                           3
            1.bias              (3)                           3
            1.running_mean      (3)                           3  (state)
            1.running_variance  (3)                           3  (state)
            total                                         3,009

            """.ReplaceLineEndings("\n"),
            model.Summary());
    }

    [Fact]
    public void A_module_without_parameters_has_a_summary_too()
    {
        Assert.Equal(0, new Dropout(0.5f).ParameterCount);
        Assert.Equal("total" + new string(' ', 32) + "0\n", new Dropout(0.5f).Summary());
    }

    [Fact]
    public void State_is_saved_but_neither_counted_nor_trained()
    {
        var norm = new BatchNorm(3);
        Assert.Equal(6, norm.ParameterCount);
        Assert.Equal(4, norm.Parameters.Count);
        norm.SetTrainable(true);
        Assert.False(norm.RunningMean.IsTrainable);
        Assert.False(norm.RunningMean.Value.NeedsGradient);
        norm.Forward(ModuleCheck.Input((5, 3)), Random).Sum().Backward();
        Assert.Null(norm.RunningVariance.Gradient);
        Assert.NotNull(norm.Weight.Gradient);
    }

    [Fact]
    public void A_module_that_is_not_trainable_records_nothing()
    {
        var model = new Sequential(new Linear(3, 4, Random), Activation.Gelu(), new LayerNorm(4));
        Tensor x = ModuleCheck.Input((2, 3));
        Assert.True(model.Forward(x).NeedsGradient);
        model.SetTrainable(false);
        Assert.False(model.Forward(x).NeedsGradient);
        model.SetTrainable(true);
        Assert.True(model.Forward(x).NeedsGradient);
    }

    [Fact]
    public void Parameters_as_constants_for_one_computation_end_as_they_were()
    {
        var model = new Sequential(new Linear(3, 4, Random), new Linear(4, 2, Random));
        model.Parameters[0].Parameter.IsTrainable = false;
        Tensor x = ModuleCheck.Input((2, 3));
        Assert.False(model.AsConstants(() => model.Forward(x)).NeedsGradient);
        Assert.Equal([false, true, true, true], model.Parameters.Select(p => p.Parameter.IsTrainable));
        Assert.Throws<ShapeException>(() => model.AsConstants(() => model.Forward(ModuleCheck.Input((2, 5)))));
        Assert.Equal([false, true, true, true], model.Parameters.Select(p => p.Parameter.IsTrainable));
    }

    [Fact]
    public void Gradients_can_be_cleared()
    {
        var layer = new Linear(3, 2, Random);
        layer.Forward(ModuleCheck.Input((2, 3))).Sum().Backward();
        Assert.NotNull(layer.Weight.Gradient);
        layer.ClearGradients();
        Assert.All(layer.Parameters, p => Assert.Null(p.Parameter.Gradient));
    }

    [Fact]
    public void A_name_declared_twice_is_refused() =>
        Assert.Equal("Twice declares 'weight' twice.", Assert.Throws<ArgumentException>(() => new Twice()).Message);

    [Fact]
    public void Moving_to_another_backend_keeps_the_numbers()
    {
        var layer = new Linear(3, 2, Random);
        float[] before = layer.Weight.Value.ToArray();
        var reference = new ReferenceBackend();
        layer.MoveTo(reference);
        Assert.Same(reference, layer.Weight.Value.Backend);
        Assert.Equal(before, layer.Weight.Value.ToArray());
        Assert.True(layer.Weight.Value.NeedsGradient);
    }

    private sealed class Twice : Module
    {
        public Twice()
        {
            Declare("weight", Tensor.Zeros(1));
            Declare("weight", new Dropout(0));
        }
    }
}
