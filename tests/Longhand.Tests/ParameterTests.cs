using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class ParameterTests
{
    [Fact]
    public void Writing_changes_the_numbers_that_computations_see()
    {
        var parameter = new Parameter(Tensor.From([1f, 2], 2));
        Tensor trained = parameter.Value;
        parameter.IsTrainable = false;
        Tensor constant = parameter.Value;
        parameter.Write([3, 4]);
        Assert.Equal([3f, 4], trained.ToArray());
        Assert.Equal([3f, 4], constant.ToArray());
        Assert.True(trained.NeedsGradient);
        Assert.False(constant.NeedsGradient);
    }

    [Fact]
    public void Another_count_of_numbers_is_refused() =>
        Assert.Equal("Parameter (2) takes 2 numbers, not 3.",
            Assert.Throws<ShapeException>(() => new Parameter(Tensor.Zeros(2)).Write([1, 2, 3])).Message);

    [Fact]
    public void Gradients_add_up_until_they_are_set_to_null()
    {
        var parameter = new Parameter(Tensor.From([1f, 2], 2));
        for (int pass = 1; pass <= 2; pass++)
        {
            (parameter.Value * 3).Sum().Backward();
            Assert.Equal([3f * pass, 3 * pass], parameter.Gradient!.ToArray());
        }
        parameter.Gradient = null;
        Assert.Null(parameter.Gradient);
    }

    [Fact]
    public void Moving_to_a_backend_of_the_same_kind_copies_nothing()
    {
        var parameter = new Parameter(Tensor.From([1f, 2], 2));
        Floats memory = ((CpuStorage)parameter.Value.Storage).Floats;
        var backend = new CpuBackend(2);
        parameter.MoveTo(backend);
        Assert.Same(backend, parameter.Value.Backend);
        Assert.Same(memory, ((CpuStorage)parameter.Value.Storage).Floats);
        parameter.MoveTo(new ReferenceBackend());
        Assert.Equal([1f, 2], parameter.Value.ToArray());
    }
}
