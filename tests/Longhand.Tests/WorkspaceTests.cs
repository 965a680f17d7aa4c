using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Models;
using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class WorkspaceTests
{
    private readonly CpuBackend _backend = new(1);

    [Fact]
    public void A_recycled_tensor_throws_and_says_how_to_keep_it()
    {
        Tensor x;
        using (Workspace.Begin()) x = Tensor.Ones((2, 3), _backend);
        const string expected = "This tensor (2, 3) belongs to a training step that is over, and its memory was recycled. "
            + "Hint: call Keep() on it inside the step, or read its values there.";
        foreach (Func<object> use in new Func<object>[] { () => x + 1, () => x.ToArray(), () => x.Keep(), () => x.Reshape(6), () => x.Sum() })
            Assert.Equal(expected, Assert.Throws<InvalidOperationException>(use).Message);
        Assert.Equal("Tensor (2, 3): recycled", x.ToString());
    }

    [Fact]
    public void What_was_made_before_or_kept_stays()
    {
        Tensor before = Tensor.Ones(3, _backend), kept, view;
        using (Workspace.Begin())
        {
            kept = (before + 1).Keep();
            view = (before * 3).Reshape((1, 3)).Keep();
        }
        Assert.Equal([1f, 1, 1], before.ToArray());
        Assert.Equal([2f, 2, 2], kept.ToArray());
        Assert.Equal([3f, 3, 3], view.ToArray());
    }

    [Fact]
    public void What_an_inner_workspace_keeps_belongs_to_the_outer_one()
    {
        Tensor inner, twice;
        using (Workspace.Begin())
        {
            using (Workspace.Begin())
            {
                inner = Tensor.Ones(2, _backend).Keep();
                twice = Tensor.Ones(2, _backend).Keep();
            }
            Assert.Equal([1f, 1], inner.ToArray());
            twice.Keep();
        }
        Assert.Throws<InvalidOperationException>(() => inner.ToArray());
        Assert.Equal([1f, 1], twice.ToArray());
    }

    [Fact]
    public void Keeping_memory_of_an_outer_workspace_in_an_inner_one_changes_nothing()
    {
        Tensor outer, kept;
        using (Workspace.Begin())
        {
            outer = Tensor.Ones(2, _backend);
            kept = Tensor.Ones(2, _backend).Keep();
            using (Workspace.Begin())
            {
                outer.Keep();
                kept.Keep();
            }
        }
        Assert.Throws<InvalidOperationException>(() => outer.ToArray());
        Assert.Equal([1f, 1], kept.ToArray());
    }

    [Fact]
    public void The_outer_workspace_goes_on_after_an_inner_one()
    {
        Tensor outer, late;
        using (Workspace.Begin())
        {
            outer = Tensor.Ones(2, _backend);
            using (Workspace.Begin()) Tensor.Ones(2, _backend);
            Assert.Equal([1f, 1], outer.ToArray());
            late = Tensor.Ones(2, _backend);
        }
        Assert.Throws<InvalidOperationException>(() => outer.ToArray());
        Assert.Throws<InvalidOperationException>(() => late.ToArray());
    }

    [Fact]
    public void Memory_is_used_again_by_the_next_step()
    {
        Floats first, second;
        using (Workspace.Begin()) first = Memory(Tensor.Ones(1000, _backend));
        using (Workspace.Begin()) second = Memory(Tensor.Zeros((10, 100), _backend));
        Assert.Same(first, second);
        Assert.NotSame(first, Memory(Tensor.Zeros(1000, new CpuBackend(1))));
    }

    [Fact]
    public void Memory_that_was_kept_is_not_used_again()
    {
        Tensor kept;
        using (Workspace.Begin()) kept = Tensor.Ones(1000, _backend).Keep();
        using (Workspace.Begin()) Assert.NotSame(Memory(kept), Memory(Tensor.Zeros(1000, _backend)));
        Assert.Equal(1000, kept.Sum().ToScalar());
    }

    [Fact]
    public void The_reference_backend_recycles_too()
    {
        Tensor x;
        using (Workspace.Begin()) x = Tensor.Ones(2, new ReferenceBackend());
        Assert.Throws<InvalidOperationException>(() => x.ToArray());
    }

    [Fact]
    public void Parameters_and_caches_made_inside_outlive_every_workspace()
    {
        Gpt model;
        KeyValueCache cache;
        var ids = new Indices([1, 2, 3], (1, 3));
        using (Workspace.Begin())
        using (Workspace.Begin())
        {
            model = new Gpt(new GptConfig { Layers = 1, Heads = 1, Width = 4, Context = 4, Vocabulary = 5, Positions = PositionKind.Sinusoidal }, new Rng("inside"));
            model.MoveTo(_backend);
            model.SetTrainable(false);
            cache = model.NewCache();
            model.Forward(ids, cache);
        }
        Assert.All(model.Forward(ids).ToArray(), logit => Assert.True(float.IsFinite(logit)));
        Assert.Equal(5, model.ForwardLast(new Indices([4], (1, 1)), cache).Shape.Length);
    }

    [Fact]
    public void Workspaces_must_end_in_the_opposite_order()
    {
        Workspace outer = Workspace.Begin(), inner = Workspace.Begin();
        Assert.Equal("Workspaces must end in the opposite order of their beginning.", Assert.Throws<InvalidOperationException>(outer.Dispose).Message);
        inner.Dispose();
        outer.Dispose();
        Assert.Equal([1f], Tensor.Ones(1, _backend).ToArray());
    }

    [Fact]
    public async Task A_workspace_spans_an_await_and_no_other_task()
    {
        Tensor x, elsewhere;
        Task<Tensor> other;
        var begin = new TaskCompletionSource();
        other = Task.Run(async () =>
        {
            await begin.Task;
            return Tensor.Ones(2, _backend);
        });
        using (Workspace.Begin())
        {
            begin.SetResult();
            elsewhere = await other;
            await Task.Yield();
            x = Tensor.Ones(2, _backend);
        }
        Assert.Throws<InvalidOperationException>(() => x.ToArray());
        Assert.Equal([1f, 1], elsewhere.ToArray());
    }

    [Fact]
    public void Gradients_can_be_taken_inside_and_kept()
    {
        Tensor x = Tensor.From([1f, 2], 2, _backend).RequireGradient();
        for (int step = 0; step < 3; step++)
        {
            using (Workspace.Begin())
            {
                (x * x).Sum().Backward();
                x.Gradient!.Keep();
            }
        }
        Assert.Equal([6f, 12], x.Gradient!.ToArray());
    }

    private static Floats Memory(Tensor x) => ((CpuStorage)x.Storage).Floats;
}
