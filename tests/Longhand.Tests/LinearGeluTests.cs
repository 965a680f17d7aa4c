using Longhand.Backends.Cpu;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>A hidden layer as one operation, against its parts.</summary>
public sealed class LinearGeluTests
{
    private static readonly Rng Random = new("linear gelu");

    [Fact]
    public void Gradients_equal_measured_slopes()
    {
        foreach (bool bias in (bool[])[true, false])
        {
            var layer = new Linear(3, 4, Random, bias);
            ModuleCheck.Gradients(layer, x => layer.ForwardGelu(x[0]), ModuleCheck.Input((2, 5, 3)));
            ModuleCheck.Gradients(layer, x => layer.ForwardGelu(x[0]), ModuleCheck.Input(3));
        }
    }

    [Fact]
    public void It_and_its_gradients_are_those_of_its_parts()
    {
        Tensor[] fused = Leaves(), parts = Leaves();
        Tensor y = fused[0].LinearGelu(fused[1], fused[2]), twin = (parts[0].MatMul(parts[1]) + parts[2]).Gelu();
        OperationTests.AssertClose("value", twin.ToDoubles(), y.ToDoubles(), 1e-6);
        Project(y).Backward();
        Project(twin).Backward();
        for (int i = 0; i < fused.Length; i++)
            OperationTests.AssertClose($"gradient {i}", parts[i].Gradient!.ToDoubles(), fused[i].Gradient!.ToDoubles(), 1e-5);
    }

    [Fact]
    public void Its_value_has_the_same_bits_whether_or_not_a_gradient_is_wanted()
    {
        Tensor[] leaves = Leaves();
        Assert.Equal(
            leaves[0].Detach().LinearGelu(leaves[1].Detach(), leaves[2].Detach()).ToArray(),
            leaves[0].LinearGelu(leaves[1], leaves[2]).ToArray());
    }

    [Fact]
    public void A_second_walk_adds_the_same_gradients_and_changes_nobodys_numbers()
    {
        Tensor[] leaves = Leaves();
        Tensor y = leaves[0].LinearGelu(leaves[1], leaves[2]), dy = ModuleCheck.Input(y.Shape).To(y.Backend), sum = y + y;
        float[] given = dy.ToArray();
        sum.Backward(dy);
        double[][] first = [.. leaves.Select(leaf => leaf.Gradient!.ToDoubles())];
        sum.Backward(dy);
        Assert.Equal(given, dy.ToArray());
        for (int i = 0; i < leaves.Length; i++)
            OperationTests.AssertClose($"gradient {i}", [.. first[i].Select(g => 2 * g)], leaves[i].Gradient!.ToDoubles(), 1e-6);
    }

    [Fact]
    public void A_gradient_that_another_operation_receives_too_is_left_alone()
    {
        // The sum hands one and the same gradient to both its inputs.
        Tensor[] fused = Leaves(square: true), parts = Leaves(square: true);
        Project((fused[0] * 2) + (fused[0] * 2).LinearGelu(fused[1], fused[2])).Backward();
        Project((parts[0] * 2) + ((parts[0] * 2).MatMul(parts[1]) + parts[2]).Gelu()).Backward();
        for (int i = 0; i < fused.Length; i++)
            OperationTests.AssertClose($"gradient {i}", parts[i].Gradient!.ToDoubles(), fused[i].Gradient!.ToDoubles(), 1e-5);
    }

    private static Tensor[] Leaves(bool square = false)
    {
        var cpu = new CpuBackend(2);
        Tensor Leaf(string name, Shape shape) =>
            Tensor.From([.. Enumerable.Range(0, shape.Length).Select(i => Random.Fork(name).Uniform(i) - 0.5f)], shape, cpu).RequireGradient();
        int inputs = square ? 21 : 6;
        return [Leaf("x", (2, 9, inputs)), Leaf("W", (inputs, 21)), Leaf("b", 21)];
    }

    private static Tensor Project(Tensor y) => (y * y).Sum() + y.Sum();
}
