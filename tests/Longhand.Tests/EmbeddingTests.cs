using Longhand.Nn;
using Longhand.Numerics;
using Longhand.Tensors;

namespace Longhand.Tests;

public sealed class EmbeddingTests
{
    private static readonly Rng Random = new("embedding");

    [Fact]
    public void Each_id_gives_its_row()
    {
        var table = new Embedding(5, 3, Random);
        Tensor y = table.Forward(new Indices([4, 0, 0, 2], (2, 2)));
        Assert.Equal((Shape)(2, 2, 3), y.Shape);
        Assert.Equal(table.Weight.Value[4..5].ToArray(), y.Reshape((4, 3))[..1].ToArray());
        Assert.Equal(table.Weight.Value[0..1].ToArray(), y.Reshape((4, 3))[2..3].ToArray());
    }

    [Fact]
    public void Gradients_of_rows_used_never_once_and_twice_equal_measured_slopes()
    {
        var table = new Embedding(5, 3, Random);
        var ids = new Indices([4, 0, 0, 2], (2, 2));
        ModuleCheck.Gradients(table, x => table.Forward(ids) * x[0], ModuleCheck.Input((2, 2, 3)));
    }

    [Fact]
    public void It_starts_with_standard_normal_rows()
    {
        float[] weights = new Embedding(100, 100, Random).Weight.Value.ToArray();
        Assert.InRange(weights.Average(), -0.04, 0.04);
        Assert.InRange(weights.Select(w => w * w).Average(), 0.94, 1.06);
    }

    [Fact]
    public void An_id_outside_the_table_is_named() =>
        Assert.Contains("index 5 at position 1 is outside 0 … 4",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(5, 3, Random).Forward(new Indices(1, 5))).Message, StringComparison.Ordinal);
}
