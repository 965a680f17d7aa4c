using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class ShapeTests
{
    [Fact]
    public void A_shape_is_made_from_a_number_or_a_tuple_and_taken_apart_the_same_way()
    {
        Shape one = 5, three = (2, 3, 4);
        Assert.Equal((1, 5, "(5)"), (one.Rank, one.Length, one.ToString()));
        Assert.Equal((3, 24, "(2, 3, 4)"), (three.Rank, three.Length, three.ToString()));
        var (B, T, C) = three;
        Assert.Equal((2, 3, 4), (B, T, C));
        var (rows, columns) = (Shape)(6, 7);
        Assert.Equal((6, 7), (rows, columns));
        var (a, b, c, d) = (Shape)(1, 2, 3, 4);
        Assert.Equal((1, 2, 3, 4), (a, b, c, d));
        Assert.Equal([1, 2, 3, 4, 5], ((Shape)(1, 2, 3, 4, 5)).Sizes.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], ((Shape)(1, 2, 3, 4, 5, 6)).Sizes.ToArray());
    }

    [Fact]
    public void No_axes_is_a_scalar_with_one_element()
    {
        Assert.Equal((0, 1, "()"), (Shape.Scalar.Rank, Shape.Scalar.Length, Shape.Scalar.ToString()));
        Assert.Equal(1, default(Shape).Length);
        Assert.True(default(Shape) == Shape.Scalar);
        Assert.Equal(default(Shape).GetHashCode(), Shape.Scalar.GetHashCode());
        Assert.Empty(default(Shape).Strides());
    }

    [Fact]
    public void Taking_apart_the_wrong_rank_says_what_was_expected() =>
        AssertRefused("A shape with 3 axes was expected, but this one is (2, 3).", () => { var (_, _, _) = (Shape)(2, 3); });

    [Fact]
    public void Impossible_sizes_are_refused()
    {
        AssertRefused("An axis cannot have size -1: sizes start at 0.", () => new Shape(3, -1));
        AssertRefused("A tensor has at most 8 axes, not 9.", () => new Shape(1, 1, 1, 1, 1, 1, 1, 1, 1));
        AssertRefused("A tensor (65536, 65536) would have more than 2³¹ − 1 elements.", () => new Shape(65_536, 65_536));
        AssertRefused("A tensor (2147483647, 2147483647, 2147483647, 2147483647) would have more than 2³¹ − 1 elements.",
            () => new Shape(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue));
        Assert.Equal(int.MaxValue, new Shape(int.MaxValue).Length);
        Assert.Equal(0, new Shape(5, 0, 7).Length);
    }

    [Fact]
    public void Axes_count_from_the_front_or_the_back()
    {
        Shape shape = (2, 3, 4);
        Assert.Equal((2, 4, 3), (shape[0], shape[^1], shape[^2]));
        Assert.Equal(1, shape.Axis(^2));
        AssertRefused("Axis 3 does not exist in (2, 3, 4): it has 3 axes.", () => shape[3]);
        AssertRefused("Axis ^4 does not exist in (2, 3, 4): it has 3 axes.", () => shape[^4]);
        AssertRefused("Axis ^1 does not exist in (): it has 0 axes.", () => Shape.Scalar[^1]);
    }

    [Fact]
    public void Sizes_can_be_replaced_and_strides_are_row_major()
    {
        Shape shape = (2, 3, 4);
        Assert.Equal((Shape)(2, 3, 9), shape.With(^1, 9));
        Assert.Equal([12, 4, 1], shape.Strides());
    }

    [Fact]
    public void Equality_is_that_of_the_sizes()
    {
        Assert.Equal((Shape)(2, 3), new Shape(2, 3));
        Assert.Equal(((Shape)(2, 3)).GetHashCode(), new Shape(2, 3).GetHashCode());
        Assert.NotEqual((Shape)(2, 3), (Shape)(3, 2));
        Assert.False(((Shape)6).Equals((object)6));
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 2, 3 }, new[] { 2, 3 })]
    [InlineData(new[] { 2, 3 }, new[] { 3 }, new[] { 2, 3 })]
    [InlineData(new[] { 2, 1 }, new[] { 1, 3 }, new[] { 2, 3 })]
    [InlineData(new int[0], new[] { 4, 5 }, new[] { 4, 5 })]
    [InlineData(new[] { 1 }, new[] { 0 }, new[] { 0 })]
    [InlineData(new[] { 7, 1, 5 }, new[] { 6, 1 }, new[] { 7, 6, 5 })]
    public void Broadcasting_aligns_the_last_axes_and_repeats_ones(int[] a, int[] b, int[] expected)
    {
        Assert.Equal(expected, Shape.Broadcast(new Shape(a), new Shape(b), "Add").Sizes.ToArray());
        Assert.Equal(expected, Shape.Broadcast(new Shape(b), new Shape(a), "Add").Sizes.ToArray());
    }

    [Fact]
    public void Shapes_that_do_not_fit_name_the_operation_the_axis_and_a_hint()
    {
        AssertRefused(
            "Add: (2, 3) and (2, 4) do not fit: axis ^1 has size 3 on the left and 4 on the right. "
            + "Sizes must be equal or 1, aligned at the last axis. Hint: Reshape one side so that equal axes line up.",
            () => Tensor.Zeros((2, 3)) + Tensor.Zeros((2, 4)));
        AssertRefused(
            "Multiply: (5, 1, 2) and (4, 3, 2) do not fit: axis ^3 has size 5 on the left and 4 on the right. "
            + "Sizes must be equal or 1, aligned at the last axis. Hint: Reshape one side so that equal axes line up.",
            () => Tensor.Zeros((5, 1, 2)) * Tensor.Zeros((4, 3, 2)));
    }

    private static void AssertRefused(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ShapeException>(action).Message);

    private static void AssertRefused(string message, Action action) => Assert.Equal(message, Assert.Throws<ShapeException>(action).Message);
}
