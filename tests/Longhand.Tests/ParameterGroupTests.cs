using Longhand.Backends.Reference;
using Longhand.Nn;
using Longhand.Optim;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class ParameterGroupTests
{
    [Fact]
    public void Split_decays_matrices_only_and_leaves_state_out()
    {
        var groups = ParameterGroup.Split(new Mixed(), weightDecay: 0.1);
        Assert.Equal([0.1, 0.0], groups.Select(g => g.WeightDecay!.Value));
        Assert.Equal(["table", "kernel"], groups[0].Parameters.Select(p => p.Name));
        Assert.Equal(["bias", "gain"], groups[1].Parameters.Select(p => p.Name));
        Assert.Equal(["bias", "table", "gain", "kernel"], ParameterGroup.All(new Mixed())[0].Parameters.Select(p => p.Name));
    }

    [Fact]
    public void A_group_has_its_own_rate_and_decay()
    {
        var slow = new Parameter(Tensor.Ones(1, new ReferenceBackend()));
        var fast = new Parameter(Tensor.Ones(1, slow.Value.Backend));
        var optimizer = new Sgd(
            [new([("slow", slow)]) { LearningRateFactor = 0.5, WeightDecay = 0 }, new([("fast", fast)])], weightDecay: 0.25);
        slow.Gradient = Tensor.Ones(1, slow.Value.Backend);
        fast.Gradient = Tensor.Ones(1, slow.Value.Backend);
        optimizer.Step(0.5);
        Assert.Equal(0.75, slow.Value.ToScalar());              // 1 − 0.5·0.5·1
        Assert.Equal(0.375, fast.Value.ToScalar());             // 1 − 0.5·(1 + 0.25·1)
    }

    [Fact]
    public void Rates_and_decays_out_of_range_are_named()
    {
        Refuse("ParameterGroup: LearningRateFactor is -1 but must be a finite number, 0 or more.", () => new([]) { LearningRateFactor = -1 });
        Refuse("ParameterGroup: WeightDecay is NaN but", () => new([]) { WeightDecay = double.NaN });

        static void Refuse(string message, Func<ParameterGroup> make) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
    }

    private sealed class Mixed : Module
    {
        public Mixed()
        {
            Declare("bias", Tensor.Zeros(3));
            Declare("table", Tensor.Zeros((4, 3)));
            Declare("running_mean", Tensor.Zeros((2, 3)), isState: true);
            Declare("gain", Tensor.Zeros(3));
            Declare("kernel", Tensor.Zeros((2, 3, 4)));
        }
    }
}
