using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class IndicesTests
{
    [Fact]
    public void Numbers_have_a_shape_and_can_be_given_another()
    {
        var ids = new Indices([1, 2, 3, 4, 5, 6], (2, 3));
        Assert.Equal((Shape)(2, 3), ids.Shape);
        Assert.Equal((Shape)(3, 2), ids.Reshape((3, 2)).Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], ids.Reshape(6).Values.ToArray());
        Assert.Equal((Shape)3, new Indices(7, 8, 9).Shape);
        Assert.Equal((Shape)0, new Indices().Shape);
    }

    [Fact]
    public void Too_few_numbers_are_refused()
    {
        Assert.Equal("Indices: 3 numbers do not fill the shape (2, 2), which has 4.",
            Assert.Throws<ShapeException>(() => new Indices([1, 2, 3], (2, 2))).Message);
        Assert.Throws<ShapeException>(() => new Indices(1, 2, 3).Reshape((2, 2)));
    }

    [Fact]
    public void A_loop_may_refill_the_array_for_the_next_batch()
    {
        int[] values = [1, 2];
        var ids = new Indices(values, 2);
        values[0] = 5;
        Assert.Equal([5, 2], ids.Values.ToArray());
    }
}
