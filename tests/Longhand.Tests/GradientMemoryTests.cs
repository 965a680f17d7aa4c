using Longhand.Backends.Cpu;
using Longhand.Tensors;

namespace Longhand.Tests;

/// <summary>What a backward walk may write into, what it gives back, and what it must leave.</summary>
public sealed class GradientMemoryTests
{
    [Fact]
    public void Leaves_that_were_handed_the_same_gradient_do_not_add_into_each_other()
    {
        Tensor a = Leaf(1), b = Leaf(2);
        (a + b).Backward();
        (a * 10).Backward();
        Assert.Equal((11, 1), (a.Gradient!.ToScalar(), b.Gradient!.ToScalar()));
        (b * 100).Backward();
        Assert.Equal((11, 101), (a.Gradient!.ToScalar(), b.Gradient!.ToScalar()));
    }

    [Fact]
    public void Gradients_add_up_in_the_memory_of_the_first()
    {
        Tensor x = Leaf(3);
        (x * 2).Backward();
        Tensor first = x.Gradient!;
        (x * 5).Backward();
        Assert.Same(first.Storage, x.Gradient!.Storage);
        Assert.Equal(7, first.ToScalar());
    }

    [Fact]
    public void A_gradient_that_the_caller_brought_is_never_written()
    {
        Tensor x = Leaf(3), given = Tensor.From(2), assigned = Tensor.From(5);
        x.Backward(given);
        x.Backward(given);
        Assert.Equal((4, 2), (x.Gradient!.ToScalar(), given.ToScalar()));
        x.Gradient = assigned;
        (x * 3).Backward();
        Assert.Equal((8, 5), (x.Gradient.ToScalar(), assigned.ToScalar()));

        Tensor used = x.Gradient;
        x.Gradient = null;
        (x * 2).Backward(used);                                      // made by an earlier walk, but the caller's now
        x.Backward(Leaf(1));
        Assert.Equal((17, 8), (x.Gradient!.ToScalar(), used.ToScalar()));

        Tensor a = Leaf(1), b = Leaf(2);
        (a + b).Backward();                                          // one memory for both
        Tensor taken = a.Gradient!;
        a.Gradient = null;
        (b * 10).Backward();
        Assert.Equal((11, 1), (b.Gradient!.ToScalar(), taken.ToScalar()));

        Tensor old = b.Gradient!;
        b.Gradient = null;
        a.Gradient = old;
        (a * 3).Backward();
        Assert.Equal((14, 11), (a.Gradient.ToScalar(), old.ToScalar()));
    }

    [Fact]
    public void A_rule_may_hand_one_tensor_to_several_inputs()
    {
        Tensor a = Leaf(1), b = Leaf(2);
        Tensor y = Tensor.Record(Tensor.From(0), [a, a, b], dy =>
        {
            Tensor d = dy * 3;
            return [d, d, d];
        });
        y.Backward();
        Assert.Equal((6, 3), (a.Gradient!.ToScalar(), b.Gradient!.ToScalar()));
        y.Backward();
        Assert.Equal((12, 6), (a.Gradient!.ToScalar(), b.Gradient!.ToScalar()));
    }

    [Fact]
    public void Walking_once_gives_back_what_the_walk_has_passed_and_leaves_the_gradients()
    {
        var backend = new CpuBackend(1);
        Tensor x = Tensor.From([1f, 2, 3], 3, backend).RequireGradient(), before, hidden, kept, loss;
        using (Workspace.Begin())
        {
            before = x.Detach() * 1;
            hidden = x.Tanh();
            kept = (hidden * hidden).Keep();
            loss = kept.Sum();
            loss.BackwardOnce();
            Assert.Equal("Tensor (): recycled", loss.ToString());
            Assert.Equal([1f, 2, 3], before.ToArray());
            x.Gradient!.Keep();
        }
        Assert.Throws<InvalidOperationException>(() => hidden.ToArray());
        Assert.Equal(MathF.Tanh(1) * MathF.Tanh(1), kept.ToArray()[0], 1e-6);
        Assert.Equal(2 * MathF.Tanh(1) * (1 - (MathF.Tanh(1) * MathF.Tanh(1))), x.Gradient!.ToArray()[0], 1e-6);
    }

    [Fact]
    public void A_deep_network_walked_once_needs_the_memory_of_the_forward_pass_and_no_more()
    {
        var backend = new CpuBackend(1);
        Tensor x = Tensor.Ones(1000, backend).RequireGradient();
        HashSet<Floats> forward = [], backward = [];
        using (Workspace.Begin())
        {
            Tensor y = x;
            for (int i = 0; i < 20; i++)
            {
                y = Tensor.Record((y * 0.5).Detach(), [y], dy =>
                {
                    Tensor dx = dy * 0.5;
                    backward.Add(((CpuStorage)dx.Storage).Floats);
                    return [dx];
                });
                forward.Add(((CpuStorage)y.Storage).Floats);
            }
            y.Sum().BackwardOnce();
            x.Gradient!.Keep();
        }
        Assert.InRange(backward.Except(forward).Count(), 1, 2);      // the others lie where the walk has passed
        Assert.Equal(MathF.Pow(0.5f, 20), x.Gradient!.ToArray()[7]);
    }

    [Fact]
    public void Losses_recorded_together_are_walked_once_each_the_newest_first()
    {
        Tensor w = Tensor.From([1f, 2], 2, new CpuBackend(1)).RequireGradient();
        using (Workspace.Begin())
        {
            Tensor older = (w * w).Sum(), newer = ((w.Exp() * 0) + (w * 10)).Sum();
            newer.BackwardOnce();
            Assert.Equal([10f, 10], w.Gradient!.ToArray());
            older.BackwardOnce();                                    // walks past the gradient that the newer loss left
            Assert.Equal([12f, 14], w.Gradient!.ToArray());
            w.Gradient = null;

            older = (w * w).Sum();
            newer = ((w.Exp() * 0) + (w * 10)).Sum();
            older.BackwardOnce();
            Assert.Contains("was recycled", Assert.Throws<InvalidOperationException>(newer.BackwardOnce).Message, StringComparison.Ordinal);
            w.Gradient = null;
            (w * 3).Sum().BackwardOnce();
            Assert.Equal([3f, 3], w.Gradient!.ToArray());
        }
    }

    [Fact]
    public void A_leaf_made_inside_the_step_outlives_a_walk_and_ends_with_the_workspace()
    {
        Tensor w = Tensor.From(2, new CpuBackend(1)).RequireGradient(), late;
        using (Workspace.Begin())
        {
            Tensor y = w * w;
            late = Tensor.From(5, w.Backend).RequireGradient();
            (y * late).BackwardOnce();
            Assert.Equal((5, 4, 20), (late.ToScalar(), late.Gradient!.ToScalar(), w.Gradient!.ToScalar()));
        }
        Assert.Throws<InvalidOperationException>(() => late.ToScalar());
    }

    [Fact]
    public void A_rule_that_fails_while_walking_once_leaves_gradients_and_later_walks_whole()
    {
        Tensor x = Tensor.From(3, new CpuBackend(1)).RequireGradient(), w = Tensor.From(2, x.Backend).RequireGradient();
        using (Workspace.Begin())
        {
            Tensor broken = Tensor.Record(x.Detach() * 2, [x], _ => throw new InvalidOperationException("rule"));
            Tensor loss = broken * w;
            Assert.Equal("rule", Assert.Throws<InvalidOperationException>(loss.BackwardOnce).Message);
            Assert.Equal(6, w.Gradient!.ToScalar());
            (x * w).BackwardOnce();
            Assert.Equal((2, 9), (x.Gradient!.ToScalar(), w.Gradient!.ToScalar()));
        }
    }

    [Fact]
    public void Walking_once_in_an_inner_workspace_leaves_the_outer_one_alone()
    {
        Tensor x = Tensor.From(3, new CpuBackend(1)).RequireGradient();
        using (Workspace.Begin())
        {
            Tensor outside = x * x;
            using (Workspace.Begin())
            {
                Tensor loss = outside * 2;
                loss.BackwardOnce();
                Assert.Equal("Tensor (): recycled", loss.ToString());
                x.Gradient!.Keep();
            }
            Assert.Equal((9, 12), (outside.ToScalar(), x.Gradient!.ToScalar()));
        }
    }

    [Fact]
    public void A_rule_may_walk_back_through_another_graph()
    {
        Tensor x = Leaf(3), w = Leaf(2);
        Tensor other = w * w;
        Tensor y = Tensor.Record(x.Detach() * 2, [x], dy =>
        {
            other.Backward(dy);
            Tensor d = dy * 2;
            Assert.False((w * d).NeedsGradient);                     // still inside a rule: nothing is recorded
            return [d];
        });
        (y * 5).Backward();
        Assert.Equal((10, 20), (x.Gradient!.ToScalar(), w.Gradient!.ToScalar()));
    }

    [Fact]
    public void Without_a_workspace_a_walk_hands_nothing_back()
    {
        Tensor x = Tensor.From(3, new CpuBackend(1)).RequireGradient(), y = x * x, loss = y * 2;
        List<Tensor> seen = [];
        Tensor top = Tensor.Record(loss.Detach() * 1, [loss], dy =>
        {
            Tensor scratch = dy * 7, d = dy * 1;
            seen.AddRange(dy, scratch, d);
            return [d];
        });
        top.BackwardOnce();
        Assert.Equal(12, x.Gradient!.ToScalar());
        Assert.Equal([1f, 7, 1], seen.Select(t => t.ToScalar()));
        Assert.Equal((9, 18), (y.ToScalar(), loss.ToScalar()));
        loss.BackwardOnce();
        Assert.Equal(24, x.Gradient!.ToScalar());
    }

    private static Tensor Leaf(float value) => Tensor.From(value).RequireGradient();
}
