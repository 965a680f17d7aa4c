using Longhand.Backends.Cpu;
using Longhand.Backends.Reference;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class TensorTests
{
    private static readonly Tensor Counting = Tensor.From([0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], (3, 4));

    [Fact]
    public void Tensors_are_made_from_numbers_and_read_back()
    {
        Assert.Equal([1f, 2, 3, 4], Tensor.From([1f, 2, 3, 4], (2, 2)).ToArray());
        Assert.Equal([0.5, -2], Tensor.From([0.5, -2], 2).ToDoubles());
        Assert.Equal(3, Tensor.From(3).ToScalar());
        Assert.Equal([0f, 0], Tensor.Zeros(2).ToArray());
        Assert.Equal([1f, 1], Tensor.Ones(2).ToArray());
        Assert.Equal([7f, 7], Tensor.Full(2, 7).ToArray());
    }

    [Fact]
    public async Task Numbers_can_be_read_asynchronously_and_into_the_callers_memory()
    {
        float[] read = await Tensor.From([1f, 2], 2).ReadAsync(), room = new float[2];
        Assert.Equal([1f, 2], read);
        Tensor.From([1f, 2], 2).Read(room);
        Assert.Equal([1f, 2], room);
        Assert.Equal("Read: (2) has 2 elements but there is room for 3.",
            Assert.Throws<ShapeException>(() => Tensor.From([1f, 2], 2).Read(new float[3])).Message);
    }

    [Fact]
    public void The_numbers_are_copied_in_and_out()
    {
        float[] numbers = [1, 2];
        Tensor x = Tensor.From(numbers, 2);
        numbers[0] = 9;
        x.ToArray()[1] = 9;
        Assert.Equal([1f, 2], x.ToArray());
    }

    [Fact]
    public void Too_few_numbers_for_a_shape_are_refused()
    {
        const string expected = "Tensor.From: 3 numbers do not fill the shape (2, 2), which has 4.";
        Assert.Equal(expected, Assert.Throws<ShapeException>(() => Tensor.From([1f, 2, 3], (2, 2))).Message);
        Assert.Equal(expected, Assert.Throws<ShapeException>(() => Tensor.From([1.0, 2, 3], (2, 2))).Message);
        Assert.Equal("ToScalar: (2) has 2 elements, not one.", Assert.Throws<ShapeException>(() => Tensor.Zeros(2).ToScalar()).Message);
    }

    [Fact]
    public void Random_tensors_are_functions_of_the_generator()
    {
        var rng = new Rng("tensors");
        Assert.Equal(Tensor.Normal(100, rng).ToArray(), Tensor.Normal(100, rng).ToArray());
        Assert.Equal(Tensor.Normal(1000, rng).ToArray()[..100], Tensor.Normal(100, rng).ToArray());
        Assert.Equal(rng.Uniform(999), Tensor.Uniform(1000, rng).ToArray()[999]);
        Assert.NotEqual(Tensor.Normal(100, rng).ToArray(), Tensor.Normal(100, rng.Fork(1)).ToArray());
        float[] even = Tensor.Uniform(1000, rng, -2, 3).ToArray();
        Assert.True(even.All(v => v is >= -2 and < 3));
        Assert.InRange(even.Average(), 0.3, 0.7);
        Assert.InRange(Tensor.Normal(10_000, rng, mean: 5, deviation: 2).Mean().ToScalar(), 4.9f, 5.1f);
    }

    [Fact]
    public void Text_shows_the_shape_and_the_first_numbers()
    {
        Assert.Equal("Tensor (2): 1, -0.5", Tensor.From([1f, -0.5f], 2).ToString());
        Assert.Equal("Tensor (): 3", Tensor.From(3).ToString());
        Assert.Equal("Tensor (3, 4): 0, 1, 2, 3, 4, 5, 6, 7, …", Counting.ToString());
        Assert.Equal("Tensor (0): ", Tensor.Zeros(0).ToString());
    }

    [Fact]
    public void Slices_take_ranges_from_both_ends()
    {
        Assert.Equal([4f, 5, 6, 7], Counting[1..2].ToArray());
        Assert.Equal((Shape)(1, 4), Counting[1..2].Shape);
        Assert.Equal([3f, 7, 11], Counting[.., ^1..].ToArray());
        Assert.Equal([5f, 6, 9, 10], Counting[1.., 1..^1].ToArray());
        Assert.Equal((Shape)(3, 0), Counting[.., 2..2].Shape);
        Assert.Equal(Counting.ToArray(), Counting[.., ..].ToArray());
    }

    [Fact]
    public void A_slice_of_everything_is_the_tensor_itself() => Assert.Same(Counting, Counting[0..3, ..]);

    [Fact]
    public void A_row_added_to_each_equals_the_row_written_out_and_gets_the_same_gradient()
    {
        var rng = new Rng("rows");
        Tensor x = Tensor.Normal((3, 5, 17), rng.Fork(0)), weight = Tensor.Normal((3, 5, 17), rng.Fork(1)), row = Tensor.Normal((5, 17), rng.Fork(2));
        (Tensor Row, Tensor X, float[] Y) Run(Func<Tensor, Tensor, Tensor> add)
        {
            Tensor leaf = row.RequireGradient(), other = x.RequireGradient(), y = add(other, leaf);
            (y * weight).Sum().Backward();
            return (leaf.Gradient!, other.Gradient!, y.ToArray());
        }
        var expected = Run((a, b) => a + b.BroadcastTo(a.Shape));
        foreach (var actual in new[] { Run((a, b) => a + b), Run((a, b) => b + a) })
        {
            Assert.Equal(expected.Y, actual.Y);
            Assert.Equal(expected.X.ToArray(), actual.X.ToArray());
            Assert.Equal(expected.Row.ToArray(), actual.Row.ToArray());
        }
    }

    [Fact]
    public void Slices_outside_an_axis_are_refused()
    {
        AssertRefused("Slice: the range 2..5 does not lie in axis 0 of (3, 4), which has size 3.", () => Counting[2..5]);
        AssertRefused("Slice: the range ^5..^0 does not lie in axis 1 of (3, 4), which has size 4.", () => Counting[.., ^5..]);
        AssertRefused("Slice: the range 2..1 does not lie in axis 0 of (3, 4), which has size 3.", () => Counting[2..1]);
        AssertRefused("Slice: 3 ranges for (3, 4), which has 2 axes.", () => Counting[.., .., ..]);
    }

    [Fact]
    public void Reshaping_keeps_the_numbers_and_their_count()
    {
        Assert.Equal(Counting.ToArray(), Counting.Reshape((2, 6)).ToArray());
        Assert.Equal(Shape.Scalar, Tensor.Ones((1, 1)).Reshape(Shape.Scalar).Shape);
        AssertRefused("Reshape: (3, 4) has 12 elements and (5, 2) has 10; they must be equal.", () => Counting.Reshape((5, 2)));
    }

    [Fact]
    public void An_axis_named_twice_is_refused()
    {
        AssertRefused("Sum: axis 0 of (3, 4) is named twice.", () => Counting.Sum([0, ^2]));
        AssertRefused("Mean: axis 1 of (3, 4) is named twice.", () => Counting.Mean([1, 1], keepAxes: true));
        AssertRefused("Max: axis 1 of (3, 4) is named twice.", () => Counting.Max([1, ^1]));
        AssertRefused("Variance: axis 0 of (3, 4) is named twice.", () => Counting.Variance([0, 0]));
        AssertRefused("Permute: axis 1 is named twice; each axis of (3, 4) must appear once.", () => Counting.Permute(1, 1));
    }

    [Fact]
    public void A_single_axis_is_an_axis_in_every_reduction()
    {
        foreach (Func<Tensor, Tensor> reduce in new Func<Tensor, Tensor>[] { x => x.Sum(0), x => x.Mean(0), x => x.Max(0), x => x.Min(0), x => x.Variance(0) })
            Assert.Equal((Shape)4, reduce(Counting).Shape);
        Assert.Equal([1.25f, 1.25f, 1.25f], Counting.Variance(1).ToArray());
        Assert.Equal(143 / 12f, Counting.Variance().ToScalar(), 1e-5f);
    }

    [Fact]
    public void A_tensor_moves_to_another_backend_in_full_precision()
    {
        var reference = new ReferenceBackend();
        Tensor x = Tensor.From([1.0 / 3], 1, reference);
        Assert.Equal(1.0 / 3, x.To(new ReferenceBackend()).ToDoubles()[0]);
        Assert.Equal((float)(1.0 / 3), x.To(new CpuBackend(1)).ToScalar());
    }

    private static void AssertRefused(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ShapeException>(action).Message);
}
