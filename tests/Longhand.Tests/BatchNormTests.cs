using Longhand.Backends;
using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class BatchNormTests
{
    private static readonly Rng Random = new("training");

    public static IEnumerable<object[]> Goldens =>
        from c in Golden.Load("ops")
        where c.Op == "batch_norm"
        from backend in new IBackend[] { new ReferenceBackend(), new CpuBackend(1) }
        select new object[] { c.Name, backend };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Values_and_running_averages_equal_PyTorchs(string name, IBackend backend)
    {
        GoldenCase c = Golden.Case("ops", name);
        var layer = new BatchNorm(c["weight"].Length, (float)c.Number("epsilon"), (float)c.Number("momentum"));
        layer.MoveTo(backend);
        layer.Weight.Write(c["weight"].Floats());
        layer.Bias.Write(c["bias"].Floats());
        layer.RunningMean.Write(c["running_mean"].Floats());
        layer.RunningVariance.Write(c["running_variance"].Floats());
        bool training = c.Flag("training");
        int axis = c.Integer("axis");

        Tensor x = Tensor.From(c["x"].Doubles(), new Shape([.. c["x"].Shape]), backend);
        Tensor y = layer.Forward(x.Transpose(axis, ^1), training ? Random : null).Transpose(axis, ^1);
        OperationTests.AssertClose($"{name}: y", c["y"].Doubles(), y.ToDoubles(), 2e-5);
        GoldenArray mean = c[training ? "updated_mean" : "running_mean"], variance = c[training ? "updated_variance" : "running_variance"];
        OperationTests.AssertClose($"{name}: mean", mean.Doubles(), layer.RunningMean.Value.ToDoubles(), 1e-6);
        OperationTests.AssertClose($"{name}: variance", variance.Doubles(), layer.RunningVariance.Value.ToDoubles(), 1e-6);
    }

    [Fact]
    public void Gradients_in_training_equal_measured_slopes()
    {
        var layer = new BatchNorm(3);
        ModuleCheck.Gradients(layer, x => layer.Forward(x[0], Random), ModuleCheck.Input((2, 4, 3)));
    }

    [Fact]
    public void Gradients_in_use_equal_measured_slopes()
    {
        var layer = new BatchNorm(3);
        layer.RunningMean.Write([0.5f, -1, 2]);
        layer.RunningVariance.Write([0.25f, 4, 1]);
        ModuleCheck.Gradients(layer, x => layer.Forward(x[0]), ModuleCheck.Input((2, 4, 3)));
    }

    [Fact]
    public void In_use_a_row_does_not_depend_on_the_others()
    {
        var layer = new BatchNorm(3);
        for (int step = 0; step < 20; step++) layer.Forward((ModuleCheck.Input((16, 3), $"step {step}") * 2) + 5, Random);
        Tensor x = ModuleCheck.Input((4, 3));
        float[] running = layer.RunningMean.Value.ToArray();
        Assert.Equal(layer.Forward(x)[1..2].ToArray(), layer.Forward(x[1..2]).ToArray());
        Assert.Equal(running, layer.RunningMean.Value.ToArray());
        Assert.All(running, m => Assert.InRange(m, 3.5, 5.5));             // on the way from 0 to 5
    }

    [Fact]
    public void A_single_row_has_no_variance_to_train_on()
    {
        var layer = new BatchNorm(3);
        Assert.Equal("BatchNorm: (1, 3) has 1 row; training needs at least 2 to have a variance.",
            Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Ones((1, 3)), Random)).Message);
        Assert.Equal((Shape)(1, 3), layer.Forward(Tensor.Ones((1, 3))).Shape);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(0)]
    public void A_wrong_count_of_features_is_refused_before_the_averages_move(int features)
    {
        var layer = new BatchNorm(3);
        Assert.Equal($"BatchNorm: weight is (3) but must be ({features}): one number per feature.",
            Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Ones((5, features)), Random)).Message);
        Assert.Equal([0f, 0, 0], layer.RunningMean.Value.ToArray());
    }
}
